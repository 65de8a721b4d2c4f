"""Pages of a list straight from the database, with exact cursors in both directions."""

from typing import Any

from parvis.infra.postgres import Db
from parvis.infra.sql import Queries
from parvis.protocols.paging import Page

LARGEST_ID = (1 << 63) - 1


async def paged(db: Db, queries: Queries, name: str, page: Page, *args: object) -> list[Any]:
    """Rows of the statement `name` between the page's cursors, newest first.

    The statement's last three parameters are: below this id, above this id, at most so many. It
    orders by `/*older*/ desc`, so that the page just above a `min_id` is asked from its other end.
    """
    below = LARGEST_ID if page.max_id is None else min(page.max_id, LARGEST_ID)
    if page.min_id is not None:
        above = min(page.min_id, LARGEST_ID)
        rows = await db.fetch(getattr(queries, f"{name}_newer"), *args, below, above, page.limit)
        return rows[::-1]
    above = min(page.since_id or 0, LARGEST_ID)
    return await db.fetch(getattr(queries, name), *args, below, above, page.limit)
