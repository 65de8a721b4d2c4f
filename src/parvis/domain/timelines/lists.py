"""The timeline of a list: what its members publish, read at once from their statuses."""

from parvis.domain.lists.lists import get_list
from parvis.domain.paging import paged
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.timelines")


async def show_list(db: Db, account_id: int, list_id: int, page: Page) -> list[Shown]:
    """A page of a list of this account's; anybody else's is not found."""
    rows = await paged(db, Q, "list", page, account_id, list_id)
    if not rows:
        await get_list(db, account_id, list_id)
    return await db.kept(Statuses).show(account_id, [row["id"] for row in rows], page.limit)
