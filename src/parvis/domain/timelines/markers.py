"""Markers: where a person stopped reading, the same in all their apps."""

from datetime import datetime
from typing import Literal

import msgspec

from parvis.domain.errors import Conflict
from parvis.domain.events import NotificationsRead
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.timelines")

Timeline = Literal["home", "notifications"]


class Marker(msgspec.Struct, frozen=True):
    timeline: Timeline
    last_read_id: int
    version: int
    updated_at: datetime


class Move(msgspec.Struct, frozen=True):
    """A marker's new place. `version`: the one its reader knew; None: whatever it is."""

    timeline: Timeline
    last_read_id: int
    version: int | None = None


async def list_markers(db: Db, account_id: int, timelines: list[Timeline]) -> list[Marker]:
    rows = await db.fetch(Q.show_markers, account_id, timelines)
    return [Marker(*row) for row in rows]


async def move_markers(tx: Tx, account_id: int, moves: list[Move]) -> list[Marker]:
    """Move markers, all or none. Refused: one that moved since the version its reader knew."""
    rows = await tx.fetch(
        Q.move_markers,
        account_id,
        [move.timeline for move in moves],
        [move.last_read_id for move in moves],
        [move.version for move in moves],
    )
    if len(rows) < len(moves):
        raise Conflict("Conflict during update, please try again")
    if any(move.timeline == "notifications" for move in moves):
        tx.touch(Fact.NOTIFICATIONS, account_id)  # fewer are unread
        tx.emit(NotificationsRead(account_id))
    return [Marker(*row) for row in rows]
