"""Where every answer with statuses comes from: rows kept in process, and the viewer's verdict on
each.

`show` is the only maker of `Shown`: it asks PostgreSQL for verdicts (the one predicate in
sql/_visible_alone.sql) and keeps each only as long as the viewer, the status and its author stay
what they were. No door decides who sees what.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import AccountCounters, AccountRow
from parvis.domain.ids import NOBODY
from parvis.domain.shelf import Shelf
from parvis.domain.statuses.kept_pages import SHORTEST, KeptPages
from parvis.domain.statuses.types import Shown, StatusCounters, StatusRow, Verdict
from parvis.infra.postgres import Db
from parvis.infra.slots import Fact, slot_of
from parvis.infra.sql import queries

Q = queries("parvis.domain.statuses")
_rows = msgspec.json.Decoder(list[StatusRow])
_counters = msgspec.json.Decoder(list[StatusCounters])
_counter = msgspec.json.Decoder(StatusCounters)
_verdict = msgspec.json.Decoder(Verdict)
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

    def __init__(self, shared: "_Page | None" = None) -> None:
        """`shared`: a page whose rows, not its verdicts, this one is made of."""
        self.rows: dict[int, StatusRow] = shared.rows if shared else {}
        self.counters: dict[int, StatusCounters] = shared.counters if shared else {}
        self.accounts: dict[int, AccountRow] = shared.accounts if shared else {}
        self.account_counters: dict[int, AccountCounters] = (
            shared.account_counters if shared else {}
        )
        self.verdicts: dict[int, Verdict] = {}


class _Wanted:
    """Ids of what the shelves do not hold."""

    __slots__ = ("account_counters", "accounts", "counters", "rows", "verdicts")

    def __init__(self) -> None:
        self.verdicts: list[int] = []
        self.rows: list[int] = []
        self.counters: list[int] = []
        self.accounts: set[int] = set()
        self.account_counters: set[int] = set()

    def __bool__(self) -> bool:
        return bool(
            self.verdicts or self.rows or self.counters or self.accounts or self.account_counters
        )


class Statuses:
    """Statuses of this process. Reached by `db.kept(Statuses)`."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self.accounts = db.kept(Accounts)
        self.rows: Shelf[StatusRow] = Shelf(db.slots.values)
        self.counters: Shelf[StatusCounters] = Shelf(db.slots.values)
        self._sights: dict[int, _Sight] = {}
        self._pages = KeptPages(db.slots)

    async def show(
        self, viewer_id: int, ids: Sequence[int], limit: int | None = None
    ) -> list[Shown]:
        """The statuses of `ids`, in order, that `viewer_id` may see (0: nobody logged in).

        One statement when anything is missing, a second only when a reblogged status is not known.
        """
        kept = self._pages.find(viewer_id, ids, limit)
        if kept is not None:
            return kept
        page = _Page()
        sight = self._sight(viewer_id)
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
        if len(ids) >= SHORTEST:
            slots = self._rests_on(viewer_id, sight, ids, page)
            if slots is not None:
                self._pages.keep(viewer_id, ids, limit, slots, shown)
        return shown

    def _rests_on(
        self, viewer_id: int, sight: _Sight, ids: Iterable[int], page: _Page
    ) -> list[tuple[int, int]] | None:
        """All slots a page rests on; None when a part of it was loaded for this answer alone."""
        marks: list[tuple[int, int] | None] = [
            (slot_of(Fact.VIEWER, viewer_id), sight.value),
            *(self.rows.mark(id_, row) for id_, row in page.rows.items()),
            *(self.counters.mark(id_, row) for id_, row in page.counters.items()),
            *(self.accounts.rows.mark(id_, row) for id_, row in page.accounts.items()),
            *(self.accounts.counters.mark(id_, row) for id_, row in page.account_counters.items()),
        ]
        slots = [mark for mark in marks if mark is not None]
        return slots if len(slots) == len(marks) and all(id_ in page.rows for id_ in ids) else None

    async def show_each(self, wanted: Mapping[int, Collection[int]]) -> dict[int, dict[int, Shown]]:
        """`show` for many viewers (viewer → ids → by id): one statement for the verdicts of all."""
        shared = _Page()
        await self._fill(NOBODY, {id_ for ids in wanted.values() for id_ in ids}, shared)
        inner = {row.reblog_of_id for row in shared.rows.values() if row.reblog_of_id is not None}
        if inner:
            await self._fill(NOBODY, inner, shared)
        pages: dict[int, _Page] = {}
        lacking: list[tuple[int, int]] = []
        sights: dict[int, _Sight] = {}
        for viewer_id, ids in wanted.items():
            sights[viewer_id] = sight = self._sight(viewer_id)
            pages[viewer_id] = page = _Page(shared)
            lacking += [(viewer_id, id_) for id_ in _lacking(sight, page, ids)]
        if lacking:
            pairs = list(zip(*lacking, strict=True))
            for row in await self.db.fetch(Q.verdicts, list(pairs[0]), list(pairs[1])):
                viewer_id, verdict = row["viewer_id"], _verdict.decode(row["verdict"])
                page, id_ = pages[viewer_id], verdict.status_id
                page.verdicts[id_] = verdict
                status = page.rows[id_]
                author = page.accounts[status.account_id]
                sights[viewer_id].kept[id_] = (verdict, status, author)
        return {
            viewer_id: {id_: one for id_ in wanted[viewer_id] if (one := self._one(id_, page))}
            for viewer_id, page in pages.items()
        }

    async def show_asked(self, id_: int) -> tuple[StatusRow, StatusCounters] | None:
        """A status and its numbers for those whose votes in its poll were just taken, which decided that they
        see it; None when it is gone since. At most one statement, mostly a small one.
        """
        row, counters = self.rows.get(id_), self.counters.get(id_)
        if row is None:
            page = _Page()
            await self._fill(NOBODY, [id_], page)
            row, counters = page.rows.get(id_), page.counters.get(id_)
        elif counters is None:
            slot = slot_of(Fact.STATUS_COUNTERS, id_)
            value = self.db.slots.values[slot]
            told = await self.db.fetchval(Q.show_counters, id_)
            if told is not None:
                counters = _counter.decode(told)
                self.counters.put(id_, slot, value, counters)
        return (row, counters) if row is not None and counters is not None else None

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
        wanted = _Wanted()
        for id_ in dict.fromkeys(ids):
            if id_ not in page.rows:
                self._take(id_, sight, page, wanted)
        if wanted:
            await self._load(viewer_id, wanted, sight, page)

    def _take(self, id_: int, sight: _Sight, page: _Page, wanted: "_Wanted") -> None:
        """What is held of one status goes to `page`, what is not to `wanted`."""
        row = self.rows.get(id_)
        author = None
        if row is None:
            wanted.rows.append(id_)
        else:
            page.rows[id_] = row
            author = self._take_author(row.account_id, page, wanted)
        counters = self.counters.get(id_)
        if counters is None:
            wanted.counters.append(id_)
        else:
            page.counters[id_] = counters
        kept = sight.kept.get(id_)
        if kept is not None and kept[1] is row and kept[2] is author:
            page.verdicts[id_] = kept[0]
        else:
            wanted.verdicts.append(id_)

    def _take_author(self, id_: int, page: _Page, wanted: "_Wanted") -> AccountRow | None:
        author = self.accounts.rows.get(id_)
        if author is None:
            wanted.accounts.add(id_)
        else:
            page.accounts[id_] = author
        counters = self.accounts.counters.get(id_)
        if counters is None:
            wanted.account_counters.add(id_)
        else:
            page.account_counters[id_] = counters
        return author

    async def _load(self, viewer_id: int, wanted: "_Wanted", sight: _Sight, page: _Page) -> None:
        values = self.db.slots.values
        account_marks = self.accounts.marks(wanted.accounts, wanted.account_counters)
        row_slots = [(id_, slot := slot_of(Fact.STATUS, id_), values[slot]) for id_ in wanted.rows]
        counter_slots = [
            (id_, slot := slot_of(Fact.STATUS_COUNTERS, id_), values[slot])
            for id_ in wanted.counters
        ]
        got = await self.db.fetchrow(
            Q.show,
            viewer_id,
            wanted.verdicts,
            wanted.rows,
            wanted.counters,
            list(wanted.accounts),
            list(wanted.account_counters),
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


def _lacking(sight: _Sight, page: _Page, ids: Collection[int]) -> list[int]:
    """Take into `page` the verdicts kept of `ids` and what they reblog; answer those not kept."""
    lacking: list[int] = []
    rows = page.rows
    for id_ in ids:
        row = rows.get(id_)
        if row is None:
            continue
        for one in (row, rows.get(row.reblog_of_id or 0)):
            if one is None or one.id in page.verdicts:
                continue
            kept = sight.kept.get(one.id)
            if kept and kept[1] is one and kept[2] is page.accounts.get(one.account_id):
                page.verdicts[one.id] = kept[0]
            else:
                lacking.append(one.id)
    return lacking
