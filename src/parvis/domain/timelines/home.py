"""A home timeline: what an account follows, newest first.

Statuses of authors below a follower threshold were pushed into `home_entries` by the worker; those
of authors above it are merged in at read. The newest ids are kept in process while nothing they
rest on changed.
"""

from typing import Literal

import msgspec

from parvis.domain.paging import paged
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.domain.timelines.kept_ids import KEPT_IDS, KeptIds
from parvis.infra.postgres import Db
from parvis.infra.slots import Fact, slot_of
from parvis.infra.sql import queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.timelines")
HOMES_KEPT = 20_000
ROUNDS = 5  # pages looked through to fill one from which something is hidden

Hidden = Literal["replies", "reblogs"]
HIDDEN: frozenset[Hidden] = frozenset(("replies", "reblogs"))


class Part(msgspec.Struct, frozen=True):
    """A part of a home as it is read. The ids are of what was looked at, hidden or not."""

    shown: list[Shown]
    newest_id: int | None
    oldest_id: int | None
    is_full: bool  # there may be more beyond


def is_hidden(one: Shown, hides: frozenset[str]) -> bool:
    """Whether somebody who hides replies to others, or reblogs, is not shown this."""
    row = one.status
    if one.reblog is not None:
        return "reblogs" in hides
    to = row.in_reply_to_account_id
    return "replies" in hides and to is not None and to != row.account_id


class Homes:
    """Reached by `db.kept(Homes)`."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self.statuses = db.kept(Statuses)
        self._kept: dict[int, KeptIds] = {}

    async def show(self, account_id: int, page: Page) -> list[Shown]:
        """A page of `account_id`'s home. Nothing asked of the database when all is kept."""
        ids = await self.ids(account_id, page)
        shown = await self.statuses.show(account_id, ids, page.limit)
        if len(shown) < min(len(ids), page.limit):  # what is kept is behind: others deleted theirs
            self._kept.pop(account_id, None)
            ids = await self._read(account_id, page)
            shown = await self.statuses.show(account_id, ids, page.limit)
        return shown

    async def read(self, account_id: int, page: Page, hides: frozenset[str]) -> Part:
        """A page without what its reader hides, as full as a few pages can fill it."""
        shown: list[Shown] = []
        newest = oldest = None
        is_full = True
        for _ in range(ROUNDS if hides else 1):
            batch = await self.show(account_id, page)
            is_full = len(batch) >= page.limit
            wanted = [one for one in batch if not is_hidden(one, hides)]
            shown = [*wanted, *shown] if page.min_id is not None else [*shown, *wanted]
            if batch:
                first, last = batch[0].status.id, batch[-1].status.id
                newest = first if newest is None else max(newest, first)
                oldest = last if oldest is None else min(oldest, last)
            if not is_full or len(shown) >= page.limit:
                break
            page = _beyond(page, batch)
        return Part(shown, newest, oldest, is_full)

    async def count_newer(self, account_id: int, than_id: int) -> int:
        """How many lie above an id, at most as many as are kept."""
        ids = await self.ids(account_id, Page(KEPT_IDS))
        return sum(id_ > than_id for id_ in ids)

    async def ids(self, account_id: int, page: Page) -> list[int]:
        home = self._kept.get(account_id)
        values = self.db.slots.values
        if home is None or not home.is_true(values):
            home = await self._load(account_id)
        found = home.cut(page)
        return await self._read(account_id, page) if found is None else found

    async def _read(self, account_id: int, page: Page) -> list[int]:
        return [row["id"] for row in await paged(self.db, Q, "home", page, account_id)]

    async def _load(self, account_id: int) -> KeptIds:
        values = self.db.slots.values
        own = (
            slot_of(Fact.HOME, account_id),
            slot_of(Fact.VIEWER, account_id),
            slot_of(Fact.HOME, 0),  # somebody was suspended or reinstated
        )
        slots = [(slot, values[slot]) for slot in own]
        era = self.db.slots.era
        rows = await paged(self.db, Q, "home", Page(KEPT_IDS), account_id)
        pulled: list[int] = (
            rows[0]["pulled_ids"] if rows else await self.db.fetchval(Q.merged_ids, account_id)
        )
        slots += [(slot := slot_of(Fact.AUTHORED, id_), values[slot]) for id_ in pulled]
        home = KeptIds([row["id"] for row in rows], slots, len(rows) < KEPT_IDS)
        if self.db.slots.era == era or not pulled:
            if len(self._kept) >= HOMES_KEPT:
                for old in list(self._kept)[: HOMES_KEPT // 4]:
                    del self._kept[old]
            self._kept[account_id] = home
        return home


def _beyond(page: Page, batch: list[Shown]) -> Page:
    """The page after, or for who reads upwards before."""
    if page.min_id is not None:
        return msgspec.structs.replace(page, min_id=batch[0].status.id)
    return msgspec.structs.replace(page, max_id=batch[-1].status.id)
