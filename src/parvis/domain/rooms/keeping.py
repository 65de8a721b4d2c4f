"""What the process that keeps rooms sounding is told, and what it tells back (cli/rooms_child.py).

A room is kept by one such process at a time: it says so again every few seconds, and another one takes the
rooms of who went silent.
"""

from typing import Any, Literal

import msgspec

from parvis.domain.events import RoomChanged
from parvis.domain.rooms import running
from parvis.domain.rooms.types import Caption
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.rooms")

LINES_TOLD = 40  # of what is written down: more than listeners have missed who come now
HELD_S = 8.0  # several times what lies between two tellings

Mix = Literal["hold", "live", "paused"]
_MIX: dict[str, Mix] = {"open": "hold", "live": "live", "paused": "paused", "ended": "paused"}
_STRICT = ("open", "tickets", "followers")  # the room's own word, or the network's in an emergency
_LANES = {"public": "open", "members": "tickets", "followers": "followers"}


class Speaker(msgspec.Struct, frozen=True):
    name: str
    gain: float = 1.0
    muted: bool = False


class Control(msgspec.Struct, frozen=True):
    """The whole state that a room's process is to be in."""

    mix: Mix
    epoch_ms: int
    speakers: dict[str, Speaker]
    record: bool
    is_call: bool  # then there are no parts
    flags: dict[str, str]
    ends: bool
    title: str
    language: str
    lines: list[Caption]  # the last that were written down
    chapters: list[tuple[int, str]]  # questions that were answered: ms since the first part, words


class Wanted(msgspec.Struct, frozen=True):
    """`control` None: the room was deleted, and its files are to go."""

    room_id: int
    control: Control | None


async def take(db: Db, keeper: str) -> None:
    """Take the rooms that nobody keeps, and say that ours are kept still. One statement."""
    await db.fetch(Q.take, keeper, HELD_S)


async def list_wanted(db: Db, keeper: str) -> list[Wanted]:
    """What is wanted of each room we keep. One statement."""
    return [_wanted(row) for row in await db.fetch(Q.list_wanted, keeper, LINES_TOLD)]


def _wanted(row: Any) -> Wanted:
    if row["state"] == "deleted":
        return Wanted(row["id"], None)
    speakers = msgspec.json.decode(row["speakers"], type=dict[str, Speaker])
    is_over = row["state"] == "ended"
    control = Control(
        _MIX[row["state"]]
        if row["is_hosted"]
        else "paused",  # a host who is suspended is not heard
        row["epoch_ms"],
        {} if is_over else speakers,
        row["records"],
        row["is_call"],
        {"lanes": max(_LANES[row["access"]], row["lanes"] or "open", key=_STRICT.index)},
        is_over,
        row["title"],
        row["language"],
        msgspec.json.decode(row["lines"], type=list[Caption]),
        msgspec.json.decode(row["chapters"], type=list[tuple[int, str]]),
    )
    return Wanted(row["id"], control)


async def finish(tx: Tx, keeper: str, room_id: int, recording_bytes: int | None) -> None:
    """A room's process has ended as it was told: what it recorded can be heard. Told: RoomChanged."""
    row = await tx.fetchrow(Q.finish, keeper, room_id, recording_bytes)
    if row is not None:
        running.tell_moved(tx, row)


async def forget(tx: Tx, keeper: str, room_id: int) -> None:
    """The files of a deleted room are gone, and so is the last that was known of it."""
    await tx.execute(Q.forget, keeper, room_id)


async def count(tx: Tx, counts: dict[int, int]) -> None:
    """How many listen to which room. Told: RoomChanged, where it is another number."""
    rows = await tx.fetch(Q.count, list(counts), list(counts.values()))
    for row in rows:
        tx.emit(RoomChanged(room_id=row["id"]))
