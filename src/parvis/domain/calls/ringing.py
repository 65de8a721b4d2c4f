"""What every page asks: whether its reader is rung. Kept in memory for all at once, since so few are."""

from datetime import datetime

import msgspec

from parvis.domain.calls.calling import ALL
from parvis.domain.calls.types import Call, Missed
from parvis.domain.errors import NotFound
from parvis.infra.clock import now
from parvis.infra.postgres import Db
from parvis.infra.slots import Fact, slot_of
from parvis.infra.sql import queries

Q = queries("parvis.domain.calls")


class Rung(msgspec.Struct, frozen=True):
    """A call that rings for somebody."""

    call_id: int
    caller_id: int
    until: datetime


class Ringing:
    """Reached by `db.kept(Ringing)`."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self._kept: dict[int, Rung] = {}
        self._mark: int | None = None

    async def of(self, account_id: int) -> Rung | None:
        """What rings for this account; nothing is asked while nothing changed."""
        mark = self.db.slots.values[slot_of(Fact.CALLS, ALL)]
        if mark != self._mark:
            rows = await self.db.fetch(Q.list_ringing)
            self._kept = {row["callee_id"]: Rung(*tuple(row)[1:]) for row in rows}
            self._mark = mark
        rung = self._kept.get(account_id)
        return rung if rung is not None and rung.until > now() else None


async def find(db: Db, account_id: int, call_id: int) -> Call:
    """A call, for one of its two. One statement."""
    row = await db.fetchrow(Q.find, account_id, call_id)
    if row is None:
        raise NotFound
    return Call(**row)


async def list_missed(db: Db, account_id: int) -> list[Missed]:
    """Whose calls somebody missed."""
    return [Missed(*row) for row in await db.fetch(Q.list_missed, account_id)]
