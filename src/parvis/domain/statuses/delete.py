"""Deleting a status: softly, with everything that shows it."""

from parvis.domain.errors import NotFound
from parvis.domain.events import StatusDeleted
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.statuses")


async def delete(tx: Tx, account_id: int, status_id: int, *, deletes_media: bool = False) -> None:
    """Delete one's own status (or reblog), its reblogs and its pin.

    Without `deletes_media` its files can be attached again for a while. Told: StatusDeleted, also for
    each reblog.
    """
    own = await tx.fetchrow(Q.lock_own, status_id, account_id)
    if own is None:
        raise NotFound
    tx.touch(Fact.STATUS, status_id)
    tx.touch(Fact.VIEWER, account_id)
    tx.touch(Fact.PUBLIC, 0)
    around = [id_ for id_ in (own["in_reply_to_id"], own["reblog_of_id"]) if id_ is not None]
    tx.touch(Fact.STATUS_COUNTERS, *around)
    gone = await tx.fetch(
        Q.delete, status_id, deletes_media, StatusDeleted.kind(), sorted(tx.touched)
    )
    tx.told = True
    _touch(tx, [(row["id"], row["account_id"]) for row in gone])


async def touch_deleted(tx: Tx, told: list[StatusDeleted]) -> None:
    """Once more in the worker: the writer learnt of reblogs only from the deletion itself."""
    _touch(tx, [(event.status_id, event.account_id) for event in told])
    reblogged = [event.reblog_of_id for event in told if event.reblog_of_id is not None]
    tx.touch(Fact.STATUS_COUNTERS, *reblogged)


def _touch(tx: Tx, gone: list[tuple[int, int]]) -> None:
    for status_id, account_id in gone:
        tx.touch(Fact.STATUS, status_id)
        for fact in (Fact.HOME, Fact.AUTHORED, Fact.ACCOUNT_COUNTERS):
            tx.touch(fact, account_id)
