"""Erasing the lists of somebody who left."""

from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.lists")


async def erase(tx: Tx, account_id: int) -> int:
    """And their place on the lists of others."""
    await tx.execute(Q.erase, account_id)
    return 0
