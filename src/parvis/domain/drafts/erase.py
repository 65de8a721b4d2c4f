"""Erasing the drafts of somebody who left."""

from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.drafts")


async def erase(tx: Tx, account_id: int) -> int:
    await tx.execute(Q.erase, account_id)
    return 0
