"""Erasing what draws know of somebody who left: the link to their pseudonyms, and their words.

Their own draws that are not frozen are called off. They leave the lists of others; a prize they were
offered goes to a reserve. What the logs hold stays: pseudonyms that nobody can make any more.
"""

from parvis.domain.draws.announce import call_off
from parvis.domain.transparency import entries, openings
from parvis.domain.transparency.appending import append
from parvis.infra.clock import now
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.draws")

GONE = "its author left the network"


async def erase(tx: Tx, account_id: int) -> int:
    """One draw a step; answers whether there may be more."""
    own = await tx.fetchrow(Q.hold_own, account_id)
    if own is not None:
        hashed = await openings.seal(tx, own["log_id"], None, GONE)
        await call_off(tx, own["id"], own["log_id"], GONE, hashed)
        return 1
    entered = await tx.fetchrow(Q.hold_entered, account_id)
    if entered is not None:
        for row in await tx.fetch(Q.forget_entrant, entered["id"], account_id, entered["stage"]):
            if row["is_left"] and entered["is_open"]:
                left = entries.encode("left", entrant=row["entrant"].hex())
                await append(tx, entered["log_id"], left)
        await tx.execute(Q.forget_winner, entered["id"], account_id, now())
        return 1
    await tx.execute(Q.blank_own, account_id)
    return 0
