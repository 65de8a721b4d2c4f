"""Erasing the conversations of somebody who left; others keep theirs, without the messages that went."""

from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.conversations")


async def erase(tx: Tx, account_id: int) -> int:
    await tx.execute(Q.erase, account_id)
    return 0
