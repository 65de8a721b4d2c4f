"""Direct statuses in one list: an old way of apps, beside conversations."""

from parvis.domain.paging import paged
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.timelines")


async def show_direct(db: Db, account_id: int, page: Page) -> list[Shown]:
    rows = await paged(db, Q, "direct", page, account_id)
    return await db.kept(Statuses).show(account_id, [row["id"] for row in rows], page.limit)
