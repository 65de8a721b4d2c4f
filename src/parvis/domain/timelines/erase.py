"""Erasing the home of somebody who left."""

from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.timelines")


async def erase(tx: Tx, account_id: int) -> int:
    """And how far it was read."""
    await tx.execute(Q.erase, account_id)
    return 0
