"""Where every answer with statuses comes from: rows kept in process, and the viewer's verdict on
each.

`show` is the only maker of `Shown`: it asks PostgreSQL for verdicts (the one predicate in
sql/_visible_alone.sql) and keeps each only as long as the viewer, the status and its author stay
what they were. No door decides who sees what.
"""

from collections.abc import Iterable, Sequence

import msgspec

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import AccountCounters, AccountRow
from parvis.domain.shelf import Shelf
from parvis.domain.statuses.types import Shown, StatusCounters, StatusRow, Verdict
from parvis.infra.postgres import Db
from parvis.infra.slots import Fact, slot_of
from parvis.infra.sql import queries

Q = queries("parvis.domain.statuses")
_rows = msgspec.json.Decoder(list[StatusRow])
_counters = msgspec.json.Decoder(list[StatusCounters])
_verdicts = msgspec.json.Decoder(list[Verdict])

VERDICTS_KEPT = 1_000  # a viewer: fifty pages
VIEWERS_KEPT = 20_000

# A verdict rests on the viewer's slot (the box it lies in) and on these very rows.
_Kept = tuple[Verdict, StatusRow, AccountRow]


class _Sight:
    """The verdicts of one viewer, good while the viewer's slot stands."""

    __slots__ = ("kept", "value")

    def __init__(self, value: int) -> None:
        self.value = value
        self.kept: dict[int, _Kept] = {}


class _Page:
    """What one answer works with: kept rows, and rows loaded for it alone."""

    __slots__ = ("account_counters", "accounts", "counters", "rows", "verdicts")

    def __init__(self) -> None:
        self.rows: dict[int, StatusRow] = {}
        self.counters: dict[int, StatusCounters] = {}
        self.accounts: dict[int, AccountRow] = {}
        self.account_counters: dict[int, AccountCounters] = {}
        self.verdicts: dict[int, Verdict] = {}


class Statuses:
    """Statuses of this process. Reached by `db.kept(Statuses)`."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self.accounts = db.kept(Accounts)
        self.rows: Shelf[StatusRow] = Shelf(db.slots.values)
        self.counters: Shelf[StatusCounters] = Shelf(db.slots.values)
        self._sights: dict[int, _Sight] = {}

    async def show(
        self, viewer_id: int, ids: Sequence[int], limit: int | None = None
    ) -> list[Shown]:
        """The statuses of `ids`, in order, that `viewer_id` may see (0: nobody logged in).

        One statement when anything is missing, a second only when a reblogged status is not known.
        """
        page = _Page()
        await self._fill(viewer_id, ids, page)
        inner = [
            row.reblog_of_id
            for id_ in ids
            if (row := page.rows.get(id_)) and row.reblog_of_id is not None
        ]
        if inner:
            await self._fill(viewer_id, inner, page)
        shown: list[Shown] = []
        for id_ in ids:
            one = self._one(id_, page)
            if one is not None:
                shown.append(one)
                if limit is not None and len(shown) >= limit:
                    break
        return shown

    def _one(self, id_: int, page: _Page) -> Shown | None:
        row, verdict = page.rows.get(id_), page.verdicts.get(id_)
        if row is None or verdict is None or not verdict.is_visible:
            return None
        reblog = None
        if row.reblog_of_id is not None:
            reblog = self._one(row.reblog_of_id, page)
            if reblog is None:
                return None
        author_id = row.account_id
        return Shown(
            row,
            page.counters[id_],
            verdict,
            page.accounts[author_id],
            page.account_counters[author_id],
            reblog,
        )

    def _sight(self, viewer_id: int) -> _Sight:
        value = self.db.slots.values[slot_of(Fact.VIEWER, viewer_id)]
        sight = self._sights.get(viewer_id)
        if sight is None or sight.value != value:
            if len(self._sights) >= VIEWERS_KEPT:
                for old in list(self._sights)[: VIEWERS_KEPT // 4]:
                    del self._sights[old]
            sight = self._sights[viewer_id] = _Sight(value)
        elif len(sight.kept) > VERDICTS_KEPT:
            sight.kept.clear()
        return sight

    async def _fill(self, viewer_id: int, ids: Iterable[int], page: _Page) -> None:
        """Take into `page` what the shelves hold of `ids`, and load the rest in one statement."""
        sight = self._sight(viewer_id)
        ids = [id_ for id_ in dict.fromkeys(ids) if id_ not in page.rows]
        want_rows: list[int] = []
        want_counters: list[int] = []
        want_verdicts: list[int] = []
        want_accounts: set[int] = set()
        want_account_counters: set[int] = set()
        for id_ in ids:
            row = self.rows.get(id_)
            if row is None:
                want_rows.append(id_)
            else:
                page.rows[id_] = row
                author_id = row.account_id
                account = self.accounts.rows.get(author_id)
                if account is None:
                    want_accounts.add(author_id)
                else:
                    page.accounts[author_id] = account
                counted = self.accounts.counters.get(author_id)
                if counted is None:
                    want_account_counters.add(author_id)
                else:
                    page.account_counters[author_id] = counted
            counters = self.counters.get(id_)
            if counters is None:
                want_counters.append(id_)
            else:
                page.counters[id_] = counters
            kept = sight.kept.get(id_)
            if (
                kept is not None
                and kept[1] is row
                and kept[2] is page.accounts.get(kept[1].account_id)
            ):
                page.verdicts[id_] = kept[0]
            else:
                want_verdicts.append(id_)
        if want_rows or want_counters or want_verdicts or want_accounts or want_account_counters:
            await self._load(
                viewer_id,
                (
                    want_verdicts,
                    want_rows,
                    want_counters,
                    list(want_accounts),
                    list(want_account_counters),
                ),
                sight,
                page,
            )

    async def _load(
        self, viewer_id: int, wanted: tuple[list[int], ...], sight: _Sight, page: _Page
    ) -> None:
        verdict_ids, row_ids, counter_ids, account_ids, account_counter_ids = wanted
        values = self.db.slots.values
        account_marks = self.accounts.marks(account_ids, account_counter_ids)
        row_slots = [(id_, slot := slot_of(Fact.STATUS, id_), values[slot]) for id_ in row_ids]
        counter_slots = [
            (id_, slot := slot_of(Fact.STATUS_COUNTERS, id_), values[slot]) for id_ in counter_ids
        ]
        got = await self.db.fetchrow(
            Q.show, viewer_id, verdict_ids, row_ids, counter_ids, account_ids, account_counter_ids
        )
        accounts, account_counters = self.accounts.keep(
            got["accounts"], got["account_counters"], account_marks
        )
        page.accounts |= accounts
        page.account_counters |= account_counters
        rows = {row.id: row for row in _rows.decode(got["rows"])}
        page.rows |= rows
        for id_, slot, value in row_slots:
            if id_ in rows:
                self.rows.put(id_, slot, value, rows[id_])
        counters = {row.status_id: row for row in _counters.decode(got["counters"])}
        page.counters |= counters
        for id_, slot, value in counter_slots:
            if id_ in counters:
                self.counters.put(id_, slot, value, counters[id_])
        for verdict in _verdicts.decode(got["verdicts"]):
            id_ = verdict.status_id
            page.verdicts[id_] = verdict
            row = page.rows.get(id_)
            if row is not None and (author := page.accounts.get(row.account_id)) is not None:
                sight.kept[id_] = (verdict, row, author)
