"""Bookmarks: nobody but their owner knows of them. Given a reblog, they keep what it shows."""

from parvis.domain.errors import NotFound
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.statuses")


async def bookmark(tx: Tx, account_id: int, status_id: int) -> None:
    tx.touch(Fact.VIEWER, account_id)
    if await tx.fetchval(Q.bookmark, account_id, status_id) is None:
        raise NotFound


async def unbookmark(tx: Tx, account_id: int, status_id: int) -> None:
    tx.touch(Fact.VIEWER, account_id)
    await tx.execute(Q.unbookmark, account_id, status_id)
