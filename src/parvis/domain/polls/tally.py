"""What the worker does for polls: counts ballots in batches, and closes what has ended."""

from parvis.domain.events import BallotCast, PollClosed
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.polls")
BATCH = 200


async def sequence(tx: Tx, told: list[BallotCast]) -> None:
    """Count the batch's ballots into the tallies of their polls."""
    poll_ids = sorted({event.poll_id for event in told})
    await tx.fetch(Q.hold, poll_ids)
    await tx.execute(Q.sequence, poll_ids)
    tx.touch(Fact.STATUS_COUNTERS, *(event.status_id for event in told))


async def close_due(tx: Tx) -> int:
    """Close polls that have ended, a batch at most; answers how many. Told: PollClosed, once each."""
    closed = await tx.fetchval(Q.close, PollClosed.kind(), BATCH)
    tx.told = closed > 0
    return closed
