"""Erasing what somebody who left wrote and marked, some at a time: each call is a transaction of its own."""

from parvis.domain.events import StatusUnfavourited
from parvis.domain.statuses.delete import delete
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.statuses")

DELETED_AT_ONCE = 20
TAKEN_BACK_AT_ONCE = 50
BLANKED_AT_ONCE = 500


async def delete_some(tx: Tx, account_id: int) -> int:
    """As the person would: counters, homes, notifications and files follow. Told: StatusDeleted."""
    rows = await tx.fetch(Q.some_of, account_id, DELETED_AT_ONCE)
    for row in rows:
        await delete(tx, account_id, row["id"], deletes_media=True)
    return len(rows)


async def take_back_some(tx: Tx, account_id: int) -> int:
    """Favourites, whose counters follow. Told: StatusUnfavourited."""
    rows = await tx.fetch(Q.some_favourites, account_id, TAKEN_BACK_AT_ONCE)
    for row in rows:
        tx.touch(Fact.STATUS_COUNTERS, row["status_id"])
        await tx.execute(
            Q.unfavourite,
            account_id,
            row["status_id"],
            StatusUnfavourited.kind(),
            sorted(tx.touched),
        )
    tx.told = tx.told or bool(rows)
    return len(rows)


async def blank_some(tx: Tx, account_id: int) -> int:
    """Deleted statuses stay as rows, which answers and reports name, and say nothing any more."""
    return await tx.fetchval(Q.blank, account_id, BLANKED_AT_ONCE)


async def erase_marks(tx: Tx, account_id: int) -> int:
    """Bookmarks and the like, all at once."""
    await tx.execute(Q.erase_marks, account_id)
    tx.touch(Fact.VIEWER, account_id)
    return 0
