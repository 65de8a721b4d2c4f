"""Erasing the polls of somebody who left, and their name on ballots; what was counted stays counted."""

from parvis.domain.polls.tally import close_of
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.polls")


async def erase(tx: Tx, account_id: int) -> int:
    await close_of(tx, account_id)
    await tx.execute(Q.erase_own, account_id)
    await tx.execute(Q.erase_ballots, account_id)
    await tx.execute(Q.erase_elector, account_id)
    return 0
