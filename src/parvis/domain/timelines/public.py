"""The public timelines: everything public, of this network or of others.

The newest ids are kept in process, for each viewer, until something public or the viewer changes.
"""

from typing import Literal

from parvis.domain.paging import paged
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.domain.timelines.kept_ids import KEPT_IDS, KeptIds
from parvis.infra.postgres import Db
from parvis.infra.slots import Fact, slot_of
from parvis.infra.sql import queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.timelines")
KEPT = 5_000  # timelines; each is a viewer's own

Where = Literal["all", "local", "remote"]
_Key = tuple[int, str, bool]


class PublicTimelines:
    """Reached by `db.kept(PublicTimelines)`."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self.statuses = db.kept(Statuses)
        self._kept: dict[_Key, KeptIds] = {}

    async def show(
        self, viewer_id: int, page: Page, *, where: Where = "all", only_media: bool = False
    ) -> list[Shown]:
        """Replies to others and reblogs are left out, as on Mastodon."""
        key = viewer_id, where, only_media
        kept = self._kept.get(key)
        if kept is None or not kept.is_true(self.db.slots.values):
            kept = await self._load(key)
        ids = kept.cut(page)
        if ids is None:
            ids = await self._read(key, page)
        shown = await self.statuses.show(viewer_id, ids, page.limit)
        if len(shown) < min(len(ids), page.limit):  # what is kept is behind
            self._kept.pop(key, None)
            shown = await self.statuses.show(viewer_id, await self._read(key, page), page.limit)
        return shown

    async def _read(self, key: _Key, page: Page) -> list[int]:
        return [row["id"] for row in await paged(self.db, Q, "public", page, *key)]

    async def _load(self, key: _Key) -> KeptIds:
        values = self.db.slots.values
        rests_on = slot_of(Fact.PUBLIC, 0), slot_of(Fact.VIEWER, key[0])
        slots = [(slot, values[slot]) for slot in rests_on]
        rows = await paged(self.db, Q, "public", Page(KEPT_IDS), *key)
        if len(self._kept) >= KEPT:
            for old in list(self._kept)[: KEPT // 4]:
                del self._kept[old]
        kept = KeptIds([row["id"] for row in rows], slots, len(rows) < KEPT_IDS)
        self._kept[key] = kept
        return kept


async def show_public(db: Db, viewer_id: int, page: Page, *, where: Where = "all") -> list[Shown]:
    return await db.kept(PublicTimelines).show(viewer_id, page, where=where)
