"""What the network says of itself and how it admits people; kept in process until it changes.

Whoever runs the machine may lock some of it by the environment: a locked setting wins over the
stored one and cannot be changed from inside.
"""

from typing import Any, Literal

import msgspec

from parvis.domain.errors import Forbidden, Invalid
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact, slot_of
from parvis.infra.sql import queries

Q = queries("parvis.domain.network")

Registrations = Literal["open", "approval", "closed"]
Starters = Literal["members", "staff", "nobody"]
Lanes = Literal["open", "tickets", "followers"]


class Logo(msgspec.Struct, frozen=True):
    """Storage keys of one square picture: beside the name, as an icon, as a large one, and as one that a
    system may cut to its shape.
    """

    mark: str  # 96 pixels
    icon: str  # 192
    large: str  # 512
    maskable: str = ""  # 512


class DrawRefusal(msgspec.Struct, frozen=True):
    """Draws tied to something do not start in a place (domain/draws/refusing.py)."""

    place: str  # ISO 3166; "*": everywhere
    tied_to: str
    why: str


# To pay for a vote or a registration is an offence in most countries: a young network refuses it everywhere.
_DRAW_REFUSALS = tuple(
    DrawRefusal("*", tie, "Nobody may be rewarded for a vote or a signature.")
    for tie in ("voting", "registering", "signing")
)


class NetworkSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One field per key of `network_settings`; the defaults are a young network's."""

    title: str = "Parvis"
    short_description: str = ""
    description: str = ""  # the long one, as written
    privacy_policy: str = ""  # as written; "": there is none
    terms_of_service: str = ""
    registrations: Registrations = "approval"
    registrations_message: str = ""  # shown while they are closed
    confirm_email: bool = False  # whether a newcomer must open a link sent to them
    contact_email: str = ""
    contact_account_id: int | None = None
    languages: list[str] = msgspec.field(default_factory=lambda: ["fr", "en"])
    public_url: str = ""  # settled by the first start; never changed from inside
    thumbnail: str | None = None  # storage key; None: the default picture
    thumbnail_description: str = ""
    accent: str = (
        ""  # "#rrggbb" as chosen; "": Parvis's own (protocols/colours.py makes the shades)
    )
    logo: Logo | None = None  # None: the arch
    members_may_invite: bool = False
    members_may_draw: bool = True  # False: draws are started by those who look after the network
    draw_refusals: list[DrawRefusal] = msgspec.field(default_factory=lambda: [*_DRAW_REFUSALS])
    invited_are_approved: bool = True  # an invitation lets in without a moderator's word
    petitions_by: Starters = "members"  # who may start petitions
    rooms_by: Starters = "members"  # who may announce live rooms
    rooms_lanes: Lanes = "open"  # who still hears rooms while they are under attack
    strangers_work: bool = False  # whether visitors' browsers earn their place when too many come
    is_read_only: bool = False  # an emergency: only those who look after the network change it
    petitions_take_strangers: bool = (
        False  # whether who has no account may sign where its author allows it
    )


class Locks(msgspec.Struct, frozen=True):
    """What the environment decides; None: the network's own setting."""

    registrations: Registrations | None = None
    confirm_email: bool | None = None

    @property
    def values(self) -> dict[str, Any]:
        """The locked settings by name."""
        return {k: v for k, v in msgspec.structs.asdict(self).items() if v is not None}


_CHANGED = frozenset(NetworkSettings.__struct_fields__) - {"public_url"}
_NO_LOCKS = Locks()
_decode = msgspec.json.Decoder(dict[str, Any])


class NetworkShelf:
    """Reached by `db.kept(NetworkShelf)`; whoever opens the `Db` sets `locks`."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self.locks = _NO_LOCKS
        self._kept: tuple[int, Locks, NetworkSettings] | None = None

    async def read(self) -> NetworkSettings:
        slot = slot_of(Fact.NETWORK, 0)
        value = self.db.slots.values[slot]
        kept = self._kept
        if kept is not None and kept[0] == value and kept[1] is self.locks:
            return kept[2]
        stored = _decode.decode(await self.db.fetchval(Q.read_settings))
        settings = msgspec.convert({**stored, **self.locks.values}, NetworkSettings)
        self._kept = (value, self.locks, settings)
        return settings

    @property
    def last_known(self) -> NetworkSettings | None:
        """As they were when they were read last, perhaps out of date; None: never in this process."""
        return self._kept and self._kept[2]


async def read(db: Db) -> NetworkSettings:
    """The network's settings with the locked ones in force. 0 or 1 statement."""
    return await db.kept(NetworkShelf).read()


def last_known(db: Db) -> NetworkSettings | None:
    """For what has to stand while the database is away: the settings that were read last."""
    return db.kept(NetworkShelf).last_known


async def change(tx: Tx, **values: object) -> None:
    """Keep new values. Refused: an unknown name, a value of the wrong kind, a locked setting."""
    _check(tx, values)
    await tx.execute(Q.change_settings, values)
    tx.touch(Fact.NETWORK, 0)


async def seed(tx: Tx, **values: object) -> None:
    """Like `change`, but what somebody chose already stays."""
    _check(tx, values)
    await tx.execute(Q.seed_settings, values)
    tx.touch(Fact.NETWORK, 0)


def _check(tx: Tx, values: dict[str, object]) -> None:
    locked = tx.db.kept(NetworkShelf).locks.values
    for name, value in values.items():
        if name not in _CHANGED:
            raise Invalid(name, f"Validation failed: {name} is not a setting of the network")
        if name in locked:
            raise Forbidden(
                f"{name} is decided by whoever runs the server (PARVIS_{name.upper()})",
                reason="locked",
            )
        try:
            msgspec.convert({name: value}, NetworkSettings)
        except msgspec.ValidationError as wrong:
            sentence = str(wrong).partition(" - at")[0]
            raise Invalid(name, f"Validation failed: {name}: {sentence}") from None
