"""The one worker that leads the logs: it has the lease, compares what was published, then goes round.

Without the lease it waits for it. With witnesses, one of them has to answer before anything is signed: what
they know is how this process learns that its database is an older one.
"""

import asyncio
from contextlib import suppress

from parvis.domain.addresses import Addresses
from parvis.domain.ids import LOG_LOCK
from parvis.domain.transparency import appending, entries, keys, openings, witnesses
from parvis.domain.transparency.appending import SERVER
from parvis.domain.transparency.sequencer import Sequencer
from parvis.infra import lease
from parvis.infra.jobs import LOST, Means
from parvis.infra.lease import Lease
from parvis.infra.logs import get_logger
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.infra.waits import end, first_of
from parvis.protocols.merkle_log import leaf_hash

Q = queries("parvis.domain.transparency")
log = get_logger()

PACE_S = 0.25  # between rounds that found something: a second's entries wait half of that
LOOK_S = 0.5
LEASE_S = 2.0  # how soon another process takes over
WITNESS_S = 1.0


async def ensure_server(tx: Tx, addresses: Addresses) -> None:
    """The keys and the server log, made by the first worker of a network; it tells of the logs that were
    begun before (a demonstration fills networks that never ran).
    """
    await keys.ensure(tx)
    if await tx.fetchrow(Q.find_server) is not None:
        return
    await tx.execute(
        Q.lock_logs
    )  # none begins meanwhile that neither knows this one nor is told of in it
    origin = f"{addresses.domain}/{SERVER}"
    first = entries.encode("log", origin=origin)
    is_public = True
    made = await tx.fetchval(
        Q.open_log,
        SERVER,
        origin,
        "server",
        is_public,
        None,
        leaf_hash(first),
        first,
        None,
        *openings.columns((), None, None),
    )
    if made is not None:
        rows = await tx.fetch(Q.list_untold)
        told = [appending.told_of(row["origin"], row["first"], row["is_public"]) for row in rows]
        await appending.append(tx, made, *told)


async def keep(db: Db, means: Means, addresses: Addresses, stopping: asyncio.Event) -> None:
    """Lead the logs whenever no other process does, until told to stop. `db` commits durably."""
    while not stopping.is_set():
        try:
            held = await lease.take(db.dsn, LOG_LOCK)
            if held is not None:
                try:
                    await _lead(db, means, addresses, held, stopping)
                finally:
                    await held.give_back()
        except Exception:
            log.exception("leading the logs failed; trying again")
        await first_of(stopping, timeout_s=LEASE_S)


async def _lead(
    db: Db, means: Means, addresses: Addresses, held: Lease, stopping: asyncio.Event
) -> None:
    await db.run(ensure_server, addresses)
    server = await db.fetchrow(Q.find_server)
    if server["halted"] is not None:
        log.error(
            "the public log is stopped, nothing is signed: see parvis log show",
            why=server["halted"],
        )
    while held.is_held and not stopping.is_set():
        if await witnesses.ask_first(db, means.outgoing):
            await _go_round(db, means, held, stopping)
        await first_of(stopping, timeout_s=LEASE_S)


async def _go_round(db: Db, means: Means, held: Lease, stopping: asyncio.Event) -> None:
    """Until the server log is halted: when it is resumed, witnesses are asked before anything is signed."""
    asking = asyncio.create_task(_ask_on(db, means))
    sequencer = Sequencer(db, means.storage)
    try:
        while held.is_held and not stopping.is_set() and not sequencer.is_halted:
            steps = await sequencer.run_once()
            await first_of(stopping, timeout_s=PACE_S if steps else LOOK_S)
    finally:
        await end([asking])


async def _ask_on(db: Db, means: Means) -> None:
    """Ask witnesses beside the rounds: a slow one holds nothing up."""
    asking = witnesses.Asking(db, means.outgoing)
    try:
        while True:
            with suppress(*LOST):
                await asking.begin()
            await asyncio.sleep(WITNESS_S)
    finally:
        await end(asking.under_way.values())
