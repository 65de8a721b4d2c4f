"""Scheduling a room, which announces it by a status; changing it before it starts."""

import re
from datetime import datetime, timedelta

import msgspec

from parvis.domain.access.types import Login
from parvis.domain.accounts.gate import Act, gate, gate_and
from parvis.domain.addresses import Addresses
from parvis.domain.errors import Conflict, Forbidden, Invalid, Mistakes, NotFound
from parvis.domain.network.settings import NetworkSettings
from parvis.domain.rooms import running
from parvis.domain.rooms.types import Access
from parvis.domain.statuses.draft import Draft, check_language
from parvis.domain.statuses.publish import publish
from parvis.domain.words import clean
from parvis.infra.clock import now
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.rooms")

TITLE_LONGEST = 120
NAMED_MOST = 10  # what a message can name
AHEAD_MOST = timedelta(days=366)
LATE_LEAST = timedelta(minutes=-5)  # a form takes a while to be filled in
OWN_MOST = 20  # rooms of one host that are not over
ACCT = re.compile(r"@?([a-z0-9_]+)", re.IGNORECASE)


class RoomDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A room to be. `speakers`: names of who is invited. `said`: what its message says before the link."""

    title: str
    starts_at: datetime
    access: Access = "public"
    records: bool = True
    speakers: list[str] = []
    said: str = ""
    language: str | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    starts_at: datetime
    records: bool


def may_announce(login: Login | None, network: NetworkSettings) -> bool:
    """Whether the network lets this person announce rooms."""
    if login is None or not login.account_id or network.rooms_by == "nobody":
        return False
    return network.rooms_by == "members" or login.is_staff


async def schedule(
    tx: Tx, account_id: int, draft: RoomDraft, addresses: Addresses, *, key: str | None = None
) -> int:
    """Announce a room by a status and invite its speakers; answers its id, the same for the same key.

    Told: StatusPublished.
    """
    await gate(tx, Act(account_id, "publish"))
    draft = check(draft)
    found = await tx.fetchrow(Q.prepare, account_id, key, [one.lower() for one in draft.speakers])
    if found["room_id"] is not None:
        return found["room_id"]
    if found["own"] >= OWN_MOST:
        raise Conflict("You have many rooms that are not over", reason="many_rooms")
    unknown = [one for one in draft.speakers if one.lower() not in found["names"]]
    if unknown:
        raise Invalid("speakers", f"Validation failed: There is no @{unknown[0]} here")
    room_id: int = found["id"]
    status = Draft(
        text=f"{draft.said or draft.title}\n\n{address_of(room_id, addresses)}",
        visibility="private" if draft.access == "followers" else "public",
        language=draft.language,
        idempotency_key=key,
    )
    status_id = await publish(tx, account_id, status, addresses)
    invited = [one for one in found["ids"] if one != account_id]
    await tx.execute(
        Q.schedule,
        room_id,
        account_id,
        status_id,
        draft.title,
        draft.language,
        draft.access,
        draft.records,
        draft.starts_at,
        invited,
    )
    return room_id


async def change(tx: Tx, account_id: int, room_id: int, said: Change) -> None:
    """Give a room another title or hour while it is only scheduled, or say whether it is recorded as long
    as nobody spoke. Two statements. Told: RoomChanged.
    """
    wrong = Mistakes()
    title = wrong.of(check_title, said.title, otherwise="")
    wrong.of(_check_start, said.starts_at, otherwise=None)
    wrong.tell()
    _, row = await gate_and(
        tx,
        Act(account_id, "publish"),
        Q.change,
        account_id,
        room_id,
        title,
        said.starts_at,
        said.records,
    )
    if row["id"] is None:
        raise NotFound
    if not row["may"]:
        raise Forbidden("This room is not yours", reason="not_host")
    if not row["is_changed"]:
        raise Conflict("The doors of this room were opened", reason="room_open")
    running.tell_moved(tx, row)


def address_of(room_id: int, addresses: Addresses) -> str:
    return f"{addresses.root}/rooms/{room_id}"


def check(draft: RoomDraft) -> RoomDraft:
    """What can be said without asking the database, all at once; texts as they will be kept."""
    wrong = Mistakes()
    title = wrong.of(check_title, draft.title, otherwise="")
    wrong.of(_check_start, draft.starts_at, otherwise=None)
    speakers = wrong.of(check_names, draft.speakers, otherwise=list[str]())
    language = wrong.of(check_language, draft.language, otherwise=None)
    wrong.tell()
    return msgspec.structs.replace(draft, title=title, speakers=speakers, language=language)


def check_title(title: str) -> str:
    """As it will be kept. Refused as Invalid."""
    words = " ".join(clean(title, "subject", TITLE_LONGEST).split())
    if not words:
        raise Invalid("subject", "Validation failed: Title can't be blank", reason="ERR_BLANK")
    return words


def _check_start(starts_at: datetime) -> None:
    ahead = starts_at - now()
    if ahead < LATE_LEAST:
        raise Invalid("starts_at", "Validation failed: This moment is over", reason="past")
    if ahead > AHEAD_MOST:
        raise Invalid("starts_at", "Validation failed: A year ahead at most", reason="far")


def check_names(named: list[str]) -> list[str]:
    """Each once, without its sign. Refused as Invalid."""
    names: list[str] = []
    for one in named:
        found = ACCT.fullmatch(one.strip())
        if found is None:
            raise Invalid("speakers", "Validation failed: Write names of members, such as @bob")
        names.append(found[1])
    names = list(dict.fromkeys(names))
    if len(names) > NAMED_MOST:
        raise Invalid("speakers", f"Validation failed: {NAMED_MOST} at most")
    return names
