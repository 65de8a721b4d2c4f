"""Erasing the petitions of somebody who left, and their name on signatures; what was counted stays counted,
and what keeps them from signing again stays until the petition closes.
"""

from parvis.domain.petitions.tally import close_of
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.petitions")


async def erase(tx: Tx, account_id: int) -> int:
    await close_of(tx, account_id)
    await tx.execute(Q.erase_own, account_id)
    await tx.execute(Q.erase_as_addressee, account_id)
    await tx.execute(Q.erase_signatures, account_id)
    return 0
