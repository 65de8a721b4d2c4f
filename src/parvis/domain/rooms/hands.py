"""Who may speak: hands that are raised, invitations, and what hosts do with speakers.

Everything that changes somebody's place is one statement that decides by the rows themselves.
"""

from typing import NamedTuple

from parvis.domain.accounts.gate import Act, gate_and
from parvis.domain.errors import Conflict, Forbidden, Invalid, NotFound
from parvis.domain.events import RoomChanged
from parvis.domain.rooms.types import Role
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.rooms")

PEOPLE_MOST = 500  # hands, invitations and speakers of one room
SPEAKERS_MOST = 50  # beside the host; each is decoded and mixed by one process
GAIN_MOST_DB = 12  # four times as loud, or a quarter
NOBODY_YET = ""


class _Leads(NamedTuple):
    """From these places to another; `to` None: to be a listener again."""

    come_from: tuple[Role, ...]
    to: Role | None
    of_host: bool = False  # a co-host may not


OWN: dict[str, _Leads] = {
    "raise": _Leads((NOBODY_YET,), "raised"),
    "lower": _Leads(("raised",), None),
    "accept": _Leads(("invited",), "speaker"),
    "decline": _Leads(("invited",), None),
    "step_down": _Leads(("cohost", "speaker"), None),
}
OTHERS: dict[str, _Leads] = {
    "invite": _Leads((NOBODY_YET, "removed"), "invited"),
    "admit": _Leads(("raised",), "speaker"),
    "remove": _Leads(("speaker", "invited", "raised"), "removed"),
    "dismiss": _Leads(("cohost",), "removed", of_host=True),
    "promote": _Leads(("speaker",), "cohost", of_host=True),
    "demote": _Leads(("cohost",), "speaker", of_host=True),
}


async def take_place(tx: Tx, account_id: int, room_id: int, act: str) -> None:
    """Raise or lower one's hand, accept or decline, stop speaking. Two statements. Told: RoomChanged."""
    leads = OWN[act]
    _, row = await gate_and(
        tx,
        Act(account_id, "publish"),
        Q.take_place,
        account_id,
        room_id,
        list(leads.come_from),
        leads.to,
        act == "raise",
        PEOPLE_MOST,
        SPEAKERS_MOST,
    )
    if row["id"] is None:
        raise NotFound
    if row["is_moved"]:
        tx.emit(RoomChanged(room_id=room_id))
        return
    if row["was"] == (leads.to or NOBODY_YET):  # sent twice
        return
    raise _own_refusal(row["was"], row["state"], act)


def _own_refusal(was: str, state: str, act: str) -> Conflict | Forbidden:
    if state in ("ended", "published"):
        return Conflict("The room is over", reason="room_ended")
    if was == "removed":
        return Forbidden("You were removed from the speakers", reason="removed")
    if act == "raise" and state == "scheduled":
        return Conflict("The doors are not open yet", reason="room_scheduled")
    if act == "raise" and was == NOBODY_YET:
        return Conflict("Many hands are raised already", reason="hands")
    return Conflict("This is not so any more", reason="moved_on")


async def give_place(tx: Tx, account_id: int, room_id: int, target_id: int, act: str) -> None:
    """A host invites somebody, lets a raised hand speak, removes, makes a co-host or ends that. Three
    statements. Told: RoomChanged.
    """
    leads = OTHERS[act]
    await _hold(tx, account_id, room_id)
    row = await tx.fetchrow(
        Q.give_place,
        account_id,
        room_id,
        target_id,
        list(leads.come_from),
        leads.to,
        leads.of_host,
        PEOPLE_MOST,
        SPEAKERS_MOST,
    )
    if row["is_moved"]:
        tx.emit(RoomChanged(room_id=room_id))
        return
    if not row["may"]:
        raise Forbidden("This room is not yours", reason="not_host")
    if not row["is_there"]:
        raise NotFound
    if row["state"] in ("ended", "published"):
        raise Conflict("The room is over", reason="room_ended")
    raise Conflict("This is not so any more", reason="moved_on")


async def _hold(tx: Tx, account_id: int, room_id: int) -> None:
    """Hold a room against other hosts, whoever may act at all; what they may is read after that."""
    _, row = await gate_and(tx, Act(account_id, "publish"), Q.hold, account_id, room_id)
    if row["id"] is None:
        raise NotFound


async def silence(tx: Tx, account_id: int, room_id: int, target_id: int, *, muted: bool) -> None:
    """A host turns somebody's microphone off, or on again. Three statements. Told: RoomChanged."""
    await _hold(tx, account_id, room_id)
    row = await tx.fetchrow(Q.silence, account_id, room_id, target_id, muted)
    if not row["may"]:
        raise Forbidden("This room is not yours", reason="not_host")
    if not row["is_done"]:
        raise Conflict("This is not so any more", reason="moved_on")
    tx.emit(RoomChanged(room_id=room_id))


async def amplify(tx: Tx, account_id: int, room_id: int, target_id: int, gain_db: int) -> None:
    """A host makes a voice louder or softer, their own too. Three statements. Told: RoomChanged."""
    if not -GAIN_MOST_DB <= gain_db <= GAIN_MOST_DB:
        raise Invalid("gain", f"Choose from {-GAIN_MOST_DB} to {GAIN_MOST_DB} dB", reason="far")
    await _hold(tx, account_id, room_id)
    row = await tx.fetchrow(Q.amplify, account_id, room_id, target_id, gain_db)
    if row["may"] is None:
        raise Conflict("The room is over", reason="room_ended")
    if not row["may"]:
        raise Forbidden("This room is not yours", reason="not_host")
    if not row["is_done"]:
        raise Conflict("They do not speak here any more", reason="moved_on")
    tx.emit(RoomChanged(room_id=room_id))


async def hand_over(tx: Tx, account_id: int, room_id: int, target_id: int) -> None:
    """The host makes a co-host or speaker the host, and is a co-host from then on. Three statements.
    Told: RoomChanged.
    """
    await _hold(tx, account_id, room_id)
    row = await tx.fetchrow(Q.hand_over, account_id, room_id, target_id)
    if not row["may"]:
        raise Forbidden("This room is not yours", reason="not_host")
    if not row["is_done"]:
        raise Conflict("They do not speak here any more", reason="moved_on")
    tx.emit(RoomChanged(room_id=room_id))


async def find_named(db: Db, name: str) -> int:
    """The member of this name, to be invited."""
    wanted = name.strip().lstrip("@").lower()
    found = await db.fetchval(Q.find_named, wanted) if wanted and "\0" not in wanted else None
    if found is None:
        raise Invalid("acct", "Validation failed: There is nobody of this name here")
    return found


async def may_speak(db: Db, account_id: int, room_id: int) -> bool:
    """Whether somebody may send their voice now. One statement. Refused: they may not know the room."""
    row = await db.fetchrow(Q.find_speaker, account_id, room_id)
    if row is None:
        raise NotFound
    return row["may"]
