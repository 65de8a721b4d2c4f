"""Erasing what somebody who left made of the network's announcements."""

from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.network")


async def erase(tx: Tx, account_id: int) -> int:
    await tx.execute(Q.erase, account_id)
    tx.touch(Fact.NETWORK, 0)  # reactions are counted for everybody
    return 0
