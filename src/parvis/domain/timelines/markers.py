"""Markers: where a person stopped reading, the same in all their apps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from parvis.domain.errors import Conflict
from parvis.domain.events import NotificationsRead
from parvis.domain.shelf import Shelf
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact, slot_of
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


class _Markers:
    """Both of each account, kept until one moves: every page of a home asks for them."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self._kept = Shelf[list[Marker]](db.slots.values)

    async def list(self, account_id: int) -> list[Marker]:
        found = self._kept.get(account_id)
        if found is None:
            slot = slot_of(Fact.MARKERS, account_id)
            value = self.db.slots.values[slot]
            found = [Marker(*row) for row in await self.db.fetch(Q.show_markers, account_id)]
            self._kept.put(account_id, slot, value, found)
        return found


async def list_markers(db: Db, account_id: int, timelines: Sequence[Timeline]) -> list[Marker]:
    """Those of these timelines that there are. 0 or 1 statement."""
    return [one for one in await db.kept(_Markers).list(account_id) if one.timeline in timelines]


async def move_markers(tx: Tx, account_id: int, moves: list[Move]) -> list[Marker]:
    """Move markers, all or none. Refused: one that moved since the version its reader knew."""
    tx.touch(Fact.MARKERS, account_id)
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
