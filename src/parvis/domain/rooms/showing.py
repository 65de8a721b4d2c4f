"""Rooms as pages show them: to whoever may see the message that announces one."""

from typing import Any

import msgspec

from parvis.domain.errors import NotFound
from parvis.domain.rooms.types import Caption, Participant, Question, Room
from parvis.infra.postgres import Db
from parvis.infra.sql import queries

Q = queries("parvis.domain.rooms")

LISTED_MOST = 100
QUESTIONS_MOST = 100
CAPTIONS_MOST = 20_000


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A room in a list."""

    id: int
    account_id: int
    title: str
    language: str | None
    access: str
    state: str
    starts_at: Any
    ended_at: Any
    listeners: int


class Shown(msgspec.Struct, frozen=True):
    """A room with who is in it and what was written."""

    room: Room
    people: list[Participant]
    questions: list[Question]
    reactions: dict[str, int]
    captions: list[Caption]  # the last of them


async def find(db: Db, viewer_id: int, room_id: int) -> Room:
    """A room that this viewer may see. One statement."""
    row = await db.fetchrow(Q.find, viewer_id, room_id)
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), Room)


async def show(db: Db, viewer_id: int, room_id: int) -> Shown:
    """The room with all that its page shows. Two statements."""
    room = await find(db, viewer_id, room_id)
    row = await db.fetchrow(Q.show, room_id, viewer_id, QUESTIONS_MOST)
    return Shown(
        room,
        msgspec.json.decode(row["people"], type=list[Participant]),
        msgspec.json.decode(row["questions"], type=list[Question]),
        msgspec.json.decode(row["reactions"], type=dict[str, int]),
        msgspec.json.decode(row["captions"], type=list[Caption]),
    )


async def list_rooms(db: Db, viewer_id: int) -> tuple[list[Listed], list[Listed]]:
    """Those that are open or to come, the next first; those that can be heard again, the newest first."""
    rows = await db.fetch(Q.list, viewer_id, LISTED_MOST)
    found = [msgspec.convert(dict(row), Listed) for row in rows]
    coming = [one for one in found if one.state not in ("ended", "published")]
    return coming, [one for one in found if one.state in ("ended", "published")]


async def list_captions(db: Db, room_id: int) -> list[Caption]:
    """What was written down, in its order; for who was found to see the room."""
    rows = await db.fetch(Q.list_captions, room_id, CAPTIONS_MOST)
    return [msgspec.convert(dict(row), Caption) for row in rows]
