"""The public timelines: everything public, of this network or others; read from an index."""

from parvis.domain.paging import paged
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.timelines")


async def show_public(
    db: Db, viewer_id: int, page: Page, *, where: str = "all", only_media: bool = False
) -> list[Shown]:
    """`where`: all, local or remote. Replies to others and reblogs are left out."""
    rows = await paged(db, Q, "public", page, viewer_id, where, only_media)
    return await db.kept(Statuses).show(viewer_id, [row["id"] for row in rows], page.limit)
