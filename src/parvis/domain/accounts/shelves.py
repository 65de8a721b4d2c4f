"""The process's shelves of accounts, and how they are filled."""

from collections.abc import Iterable

import msgspec

from parvis.domain.accounts.types import AccountCounters, AccountRow, ShownAccount
from parvis.domain.shelf import Shelf
from parvis.infra.postgres import Db
from parvis.infra.slots import Fact, slot_of
from parvis.infra.sql import queries

Q = queries("parvis.domain.accounts")
_rows = msgspec.json.Decoder(list[AccountRow])
_counters = msgspec.json.Decoder(list[AccountCounters])


class Accounts:
    """Accounts and their counters. Reached by `db.kept(Accounts)`."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self.rows: Shelf[AccountRow] = Shelf(db.slots.values)
        self.counters: Shelf[AccountCounters] = Shelf(db.slots.values)

    async def show(self, ids: Iterable[int]) -> list[ShownAccount]:
        """Accounts in the order of `ids`; unknown ids are left out.

        At most one statement, and one more when some of them moved to accounts not held here.
        """
        shown = await self._show(ids)
        left = [one for one in shown if one.account.moved_to_id and not one.account.is_gone]
        if left:
            found = await self._show([one.account.moved_to_id or 0 for one in left])
            there = {one.account.id: one for one in found if not one.account.is_gone}
            for one in left:
                one.moved = there.get(one.account.moved_to_id or 0)
        return shown

    async def _show(self, ids: Iterable[int]) -> list[ShownAccount]:
        ids = list(ids)
        rows, counters = self.rows.missing(ids), self.counters.missing(ids)
        loaded: dict[int, AccountRow] = {}
        counted: dict[int, AccountCounters] = {}
        if rows or counters:
            marks = self.marks(rows, counters)
            got = await self.db.fetchrow(Q.show, rows, counters)
            loaded, counted = self.keep(got["accounts"], got["account_counters"], marks)
        shown: list[ShownAccount] = []
        for id_ in ids:
            account = loaded.get(id_) or self.rows.get(id_)
            counter = counted.get(id_) or self.counters.get(id_)
            if account is not None and counter is not None:
                shown.append(ShownAccount(account, counter))
        return shown

    def marks(self, rows: Iterable[int], counters: Iterable[int]) -> "Marks":
        """Slot values to take before loading."""
        values = self.db.slots.values
        return Marks(
            era=self.db.slots.era,
            rows={id_: values[slot_of(Fact.ACCOUNT, id_)] for id_ in rows},
            counters={id_: values[slot_of(Fact.ACCOUNT_COUNTERS, id_)] for id_ in counters},
        )

    def keep(
        self, rows: bytes, counters: bytes, marks: "Marks"
    ) -> tuple[dict[int, AccountRow], dict[int, AccountCounters]]:
        """Put loaded rows on the shelves, where slots allow; answer them by id in any case."""
        loaded = {row.id: row for row in _rows.decode(rows)}
        counted = {row.account_id: row for row in _counters.decode(counters)}
        slots = self.db.slots
        for shelf, fact, known, found in (
            (self.rows, Fact.ACCOUNT, marks.rows, loaded),
            (self.counters, Fact.ACCOUNT_COUNTERS, marks.counters, counted),
        ):
            for id_, row in found.items():
                slot = slot_of(fact, id_)
                value = known.get(id_)
                if value is None:
                    value = slots.values[slot]
                    if slots.era != marks.era:
                        continue  # something changed while loading: good for this answer only
                shelf.put(id_, slot, value, row)  # pyright: ignore[reportArgumentType]  # paired
        return loaded, counted


class Marks(msgspec.Struct):
    """Slot values from before a load."""

    era: int
    rows: dict[int, int]
    counters: dict[int, int]
