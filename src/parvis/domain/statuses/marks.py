"""Lists of what an account marked, and of who marked a status. Cursors are ids of the marks."""

from typing import Any

from parvis.domain.paging import paged
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.statuses")


async def list_favourites(db: Db, account_id: int, page: Page) -> list[tuple[int, int]]:
    """(id of the favourite, id of the status), newest favourite first."""
    return _pairs(await paged(db, Q, "list_favourites", page, account_id))


async def list_bookmarks(db: Db, account_id: int, page: Page) -> list[tuple[int, int]]:
    """(id of the bookmark, id of the status), newest bookmark first."""
    return _pairs(await paged(db, Q, "list_bookmarks", page, account_id))


async def list_favourited_by(
    db: Db, viewer_id: int, status_id: int, page: Page
) -> list[tuple[int, int]]:
    """(id of the favourite, id of the account). The status must have been shown to the viewer."""
    return _pairs(await paged(db, Q, "list_favourited_by", page, viewer_id, status_id))


async def list_reblogged_by(
    db: Db, viewer_id: int, status_id: int, page: Page
) -> list[tuple[int, int]]:
    """(id of the reblog, id of the account). The status must have been shown to the viewer."""
    return _pairs(await paged(db, Q, "list_reblogged_by", page, viewer_id, status_id))


def _pairs(rows: list[Any]) -> list[tuple[int, int]]:
    return [(row[0], row[1]) for row in rows]
