"""Erasing the notifications to and about somebody who left, some at a time."""

from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.notifications")

AT_ONCE = 500


async def erase_some(tx: Tx, account_id: int) -> int:
    rows = await tx.fetch(Q.erase_some, account_id, AT_ONCE)
    tx.touch(Fact.NOTIFICATIONS, *(row["account_id"] for row in rows))
    return len(rows)
