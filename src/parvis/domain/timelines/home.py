"""A home timeline: what an account follows, newest first.

Statuses of authors below a follower threshold were pushed into `home_entries` by the worker; those
of authors above it are merged in at read. The newest ids are kept in process while nothing they
rest on changed.
"""

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
