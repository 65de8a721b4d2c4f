"""What a host does with a room: open its doors, start, pause, end, publish, delete. One statement each, which
decides by the row itself, so that two hosts who press at once are one who did it and one who is told so.
"""

from datetime import timedelta
from typing import Any, Literal, NamedTuple

from parvis.domain.accounts.gate import Act, gate_and
from parvis.domain.errors import Conflict, Forbidden, NotFound
from parvis.domain.events import RoomChanged, StatusDeleted
from parvis.domain.rooms.types import State
from parvis.domain.statuses.delete import delete as delete_status
from parvis.domain.wakes import wakes
from parvis.domain.wakes.wakes import Wake
from parvis.infra.clock import now
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.rooms")

EARLY = timedelta(minutes=10)  # doors open before a room starts
FORGOTTEN = timedelta(hours=2)  # after the hour at which nobody started it
LONGEST = timedelta(hours=24)
LEFT = timedelta(minutes=5)  # a call is over when nobody was in it so long
Move = Literal["open", "start", "pause", "resume", "end", "publish", "withdraw"]


class _Leads(NamedTuple):
    come_from: tuple[State, ...]
    to: State


MOVES: dict[str, _Leads] = {
    "open": _Leads(("scheduled",), "open"),
    "start": _Leads(("open",), "live"),
    "pause": _Leads(("live",), "paused"),
    "resume": _Leads(("paused",), "live"),
    "end": _Leads(("scheduled", "open", "live", "paused"), "ended"),
    "publish": _Leads(("ended",), "published"),
    "withdraw": _Leads(("published",), "ended"),
}


async def move(tx: Tx, account_id: int, room_id: int, to: Move) -> None:
    """A host moves a room on. Two statements. Refused: not from the state it is in. Told: RoomChanged."""
    leads = MOVES[to]
    _, row = await gate_and(
        tx,
        Act(account_id, "publish"),
        Q.move,
        account_id,
        room_id,
        list(leads.come_from),
        leads.to,
        _ms(),
    )
    if row["id"] is None:
        raise NotFound
    if not row["may"]:
        raise Forbidden("This room is not yours", reason="not_host")
    if not row["is_moved"]:
        raise Conflict(f"The room is {row['state']}", reason=f"room_{row['state']}")
    tell_moved(tx, row)


async def record(tx: Tx, account_id: int, room_id: int, *, records: bool) -> None:
    """A host has the room recorded, or not any more. Two statements. Told: RoomChanged."""
    _, row = await gate_and(tx, Act(account_id, "publish"), Q.record, account_id, room_id, records)
    if row["id"] is None:
        raise NotFound
    if not row["may"]:
        raise Forbidden("This room is not yours", reason="not_host")
    if not row["is_set"]:
        raise Conflict("The room is over", reason="room_ended")
    tx.emit(RoomChanged(room_id=room_id))


async def delete(tx: Tx, account_id: int, room_id: int) -> None:
    """The host deletes a room with all that was said and written in it, and the message that announced it, if
    that is theirs. Its files go when its process has ended (keeping.py). At most five statements.
    """
    row = await tx.fetchrow(Q.find_own, account_id, room_id)
    if row is None:
        raise NotFound
    if not row["is_host"]:
        raise Forbidden("This room is not yours", reason="not_host")
    await empty(tx, [room_id])
    if row["is_author"]:
        await delete_status(tx, account_id, row["status_id"])
    elif row["status_id"] is not None:
        tx.touch(Fact.STATUS, row["status_id"])  # its card goes
    tx.emit(RoomChanged(room_id=room_id))


async def empty(tx: Tx, room_ids: list[int]) -> None:
    """Nothing of these rooms is left but their number, until their files are gone."""
    await tx.execute(Q.empty, room_ids)


async def delete_announced(tx: Tx, told: list[StatusDeleted]) -> None:
    """A room whose message was deleted goes with it."""
    rows = await tx.fetch(Q.of_statuses, [one.status_id for one in told])
    if rows:
        ids = [row["id"] for row in rows]
        await empty(tx, ids)
        for room_id in ids:
            tx.emit(RoomChanged(room_id=room_id))


async def open_due(tx: Tx) -> int:
    """Open the doors whose time has come, and end what was forgotten; answers how many."""
    rows = await tx.fetch(Q.open_due, EARLY, _ms(), FORGOTTEN, LONGEST, LEFT)
    for row in rows:
        tell_moved(tx, row)
    return len(rows)


async def tell(tx: Tx, told: list[RoomChanged]) -> None:
    """Whoever has the page of a room open is told to look, and who has its message in view gets its card."""
    cards = {(one.status_id, one.author_id) for one in told if one.status_id and one.author_id}
    rooms = {one.room_id for one in told}
    await wakes.write(
        tx,
        [*(Wake("room", one) for one in rooms), *(Wake("edit", *one) for one in cards)],
    )


def tell_moved(tx: Tx, row: Any) -> None:
    """The state of a room or what it is about is another, and so is the card of its message."""
    if row["status_id"] is not None:
        tx.touch(Fact.STATUS, row["status_id"])
    tx.emit(RoomChanged(room_id=row["id"], status_id=row["status_id"], author_id=row["author_id"]))


def _ms() -> int:
    return int(now().timestamp() * 1_000)
