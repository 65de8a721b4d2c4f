"""Erasing what somebody who left did with announcements, and their name beside documents."""

from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.network")


async def erase(tx: Tx, account_id: int) -> int:
    await tx.execute(Q.erase, account_id)
    return 0
