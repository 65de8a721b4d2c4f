"""The worker: hands told events to their handlers, in the order of this table.

A batch of outbox rows is leased, handled and deleted in one transaction, so that a handler that writes
only to the database happens exactly once. What is slow or leaves the machine becomes a job.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog

from parvis.domain import events
from parvis.domain.ids import DISPATCHER_LOCK
from parvis.domain.timelines import fan_out
from parvis.infra.postgres import Db, Tx

log = structlog.get_logger()

BATCH = 200
LEASE = """
select id, kind, payload, slots, attempts from outbox
where run_at <= now() order by id limit $1 for update skip locked
"""
DONE = "delete from outbox where id = any($1::bigint[])"
FAILED = """
update outbox set attempts = attempts + 1, failure = $2, run_at = now() + least(3600, 2 ^ attempts) * interval '1 s'
where id = $1
"""
LOCK = "select pg_advisory_xact_lock($1)"

Handler = Callable[[Tx, list[Any]], Awaitable[None]]

# Event → what follows from it, a batch of one kind at a time.
HANDLERS: dict[type[events.Event], tuple[Handler, ...]] = {
    events.StatusPublished: (fan_out.push,),
}
KINDS = {kind.kind(): kind for kind in HANDLERS}


async def dispatch(db: Db) -> int:
    """Handle one batch of events; answers how many there were."""
    try:
        async with db.tx() as tx:
            rows = await _lease(tx, BATCH)
            await _handle(tx, rows)
    except Exception:
        log.exception("a batch of events failed; telling them one by one")
        return await _one_by_one(db)
    return len(rows)


async def _lease(tx: Tx, count: int) -> list[Any]:
    # Wakes are numbered in commit order only while one dispatcher writes them.
    await tx.execute(LOCK, DISPATCHER_LOCK)
    return await tx.fetch(LEASE, count)


async def _handle(tx: Tx, rows: list[Any]) -> None:
    by_kind: dict[str, list[Any]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(row["payload"])
        tx.touched.update(row["slots"])  # again: the writer may have died before its bump
    for name, payloads in by_kind.items():
        kind = KINDS.get(name)
        if kind is not None:
            told = [msgspec.convert(payload, kind) for payload in payloads]
            for handler in HANDLERS[kind]:
                await handler(tx, told)
    if rows:
        await tx.execute(DONE, [row["id"] for row in rows])


async def _one_by_one(db: Db) -> int:
    rows = await db.fetch(LEASE.replace("for update skip locked", ""), BATCH)
    for row in rows:
        try:
            async with db.tx() as tx:
                await tx.execute(LOCK, DISPATCHER_LOCK)
                await _handle(tx, [row])
        except Exception as failed:
            log.exception("an event failed", kind=row["kind"], event=row["id"])
            await db.fetch(FAILED, row["id"], repr(failed)[:2_000])
    return len(rows)


async def run_until_idle(db: Db) -> None:
    """Handle everything there is (tests, and the end of a process)."""
    while await dispatch(db):
        await asyncio.sleep(0)
