"""What many people use and like at the moment. Counted at most once a minute in a process."""

import time
from datetime import timedelta

from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.tags import Tag, list_tags
from parvis.domain.statuses.types import Shown
from parvis.infra.clock import now
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.ids import first_id_at

Q = queries("parvis.domain.search")

FRESH_S = 60.0
RECENT = timedelta(days=2)


class Trends:
    """Reached by `db.kept(Trends)`."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self._names: tuple[float, list[str]] | None = None
        self._ids: tuple[float, list[int]] | None = None

    def forget(self) -> None:
        """Count anew: tests do not wait a minute."""
        self._names = self._ids = None

    async def tags(self, viewer_id: int, *, limit: int, offset: int) -> list[Tag]:
        """Hashtags by how many people used them in public."""
        moment = time.monotonic()
        if self._names is None or moment - self._names[0] >= FRESH_S:
            rows = await self.db.fetch(Q.trending_tags, first_id_at(now() - RECENT))
            self._names = moment, [row["name"] for row in rows]
        names = self._names[1][offset : offset + limit]
        return await list_tags(self.db, viewer_id, names) if names else []

    async def statuses(self, viewer_id: int, *, limit: int, offset: int) -> list[Shown]:
        """Statuses the viewer may see and wants to meet. At most 4 statements, mostly 1 or none."""
        ids = await self._status_ids()
        if viewer_id and ids:
            rows = await self.db.fetch(Q.wanted_of, viewer_id, ids)
            wanted = {row["id"] for row in rows}
            ids = [id_ for id_ in ids if id_ in wanted]
        shown = await self.db.kept(Statuses).show(viewer_id, ids[: offset + limit + 20])
        return shown[offset : offset + limit]

    async def _status_ids(self) -> list[int]:
        moment = time.monotonic()
        if self._ids is None or moment - self._ids[0] >= FRESH_S:
            rows = await self.db.fetch(Q.trending_statuses, first_id_at(now() - RECENT))
            self._ids = moment, [row["id"] for row in rows]
        return self._ids[1]
