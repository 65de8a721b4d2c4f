"""Freezing a list at the announced time: first nobody comes in any more, then its root is logged.

The frozen list is that of all who were in when the log said "freeze", as leaf hashes in the order of their
bytes: anybody makes it from the log. Each step is guarded by the drawing's state, so that whatever a killed
worker began is done again to the same result.
"""

import asyncio
from datetime import datetime

from parvis.domain.draws import chains
from parvis.domain.draws.rows import Held, hold, show_anew, void
from parvis.domain.transparency import entries
from parvis.domain.transparency.appending import append
from parvis.infra.clock import now
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols import draws as formats
from parvis.protocols.draws import DrawInvalid
from parvis.protocols.merkle_log import leaf_hash, root_of

Q = queries("parvis.domain.draws")

LATE = "the list was frozen too late for its round"


async def freeze(tx: Tx, draw_id: int, number: int) -> None:
    """Let nobody in any more. Nothing happens before its time, or twice."""
    held = await hold(tx, draw_id, number, "open")
    if held is None or held.frozen_at > now() or held.stage != number:
        return
    await tx.execute(Q.freeze, draw_id, number, now())
    show_anew(tx, held)
    await append(tx, held.log_id, entries.encode("freeze", number=number))


async def log_root(db: Db, draw_id: int, number: int, *, was_known: bool) -> None:
    """Compute the root of a list that nobody can change, and log it. `was_known`: the round was signed before
    this, so that whoever froze the list could have chosen it.
    """
    leaves = [row["leaf"] for row in await db.fetch(Q.frozen_leaves, draw_id, number)]
    root = await asyncio.to_thread(root_of, leaves)
    await db.run(_log_root, draw_id, number, root, len(leaves), was_known=was_known)


async def _log_root(
    tx: Tx, draw_id: int, number: int, root: bytes, entrants: int, *, was_known: bool
) -> None:
    held = await hold(tx, draw_id, number, "freezing")
    if held is None:
        return
    moment = now()
    said = entries.encode(
        "frozen", number=number, entrants=entrants, root=root.hex(), at=int(moment.timestamp())
    )
    await append(tx, held.log_id, said)
    state = "shown" if held.method == "selected" else "frozen"
    next_at = None if held.method == "selected" else moment
    await tx.execute(Q.keep_root, draw_id, number, root, entrants, next_at, leaf_hash(said), state)
    why = LATE if was_known else refusal(held, moment)
    if why is not None:
        await void(tx, held, why)


def refusal(held: Held, moment: datetime) -> str | None:
    """Why a list that is frozen at this moment can decide nothing any more; None: it can."""
    if held.method == "selected":
        return None
    terms = formats.parse_terms(held.manifest)
    try:
        formats.check_times(terms, chains.of(held.announced), int(moment.timestamp()))
    except DrawInvalid:
        return LATE
    return None
