"""What the worker does for polls: counts ballots in batches, closes what has ended and says so in the log."""

from typing import Any

from parvis.domain.errors import NotFound
from parvis.domain.events import BallotCast, PollClosed, StatusDeleted
from parvis.domain.polls import rounds
from parvis.domain.polls.mixing import mix
from parvis.domain.transparency import entries
from parvis.domain.transparency.appending import close_logs
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries
from parvis.protocols.ranked import Outcome

Q = queries("parvis.domain.polls")
BATCH = 50


async def sequence(tx: Tx, told: list[BallotCast]) -> None:
    """Count the batch's ballots into the tallies of their polls."""
    poll_ids = sorted({event.poll_id for event in told})
    await tx.fetch(Q.hold, poll_ids)
    await tx.execute(Q.sequence, poll_ids)
    tx.touch(Fact.STATUS_COUNTERS, *(event.status_id for event in told))


async def list_due(db: Db) -> list[int]:
    """Polls that have ended and are to be closed, a batch at most."""
    return [row["id"] for row in await db.fetch(Q.list_due, BATCH)]


async def close_due(tx: Tx, poll_id: int) -> int:
    """Close a poll that has ended; answers 0 when it is closed, or held by others, just now.
    Told: PollClosed, once.
    """
    return await _close(tx, await tx.fetch(Q.hold_due, poll_id))


async def close_deleted(tx: Tx, told: list[StatusDeleted]) -> None:
    """A deleted status's poll counts no more; its log stays and says why."""
    status_ids = [event.status_id for event in told if event.reblog_of_id is None]
    if status_ids:
        await _close(tx, await tx.fetch(Q.hold_deleted, status_ids))


async def close_of(tx: Tx, account_id: int) -> None:
    """Close the polls of somebody who leaves, before they are erased."""
    await _close(tx, await tx.fetch(Q.hold_of, account_id))


async def end_early(tx: Tx, account_id: int, poll_id: int) -> int:
    """End one's own poll now; answers the id of its status. The worker closes it, as at any end."""
    status_id = await tx.fetchval(Q.end_early, account_id, poll_id)
    if status_id is None:
        raise NotFound("You have no open poll of this id", reason="no_poll")
    tx.touch(Fact.STATUS, status_id)
    return status_id


async def _close(tx: Tx, held: list[Any]) -> int:
    """Close polls that are held: nobody votes in them now, so what is counted here is all there will be."""
    if not held:
        return 0
    poll_ids = [row["id"] for row in held]
    await tx.execute(Q.sequence, poll_ids)
    issued = await _end_secret(tx, [row["id"] for row in held if row["is_secret"]])
    closed = await tx.fetch(Q.close, poll_ids, PollClosed.kind())
    outcomes = await rounds.count(tx, closed)
    last = {
        row["log_id"]: _last(row, outcomes.get(row["id"]), issued.get(row["id"]))
        for row in closed
        if row["log_id"] is not None
    }
    await close_logs(tx, last)
    tx.touch(Fact.STATUS_COUNTERS, *(row["status_id"] for row in closed))
    tx.touch(Fact.STATUS, *(row["status_id"] for row in closed if row["is_ranked"]))
    tx.told = tx.told or bool(closed)
    return len(closed)


async def _end_secret(tx: Tx, poll_ids: list[int]) -> dict[int, int]:
    """All ballots are counted and their keys destroyed; answers how many tokens each poll gave."""
    for poll_id in poll_ids:
        await mix(tx, poll_id)
    if not poll_ids:
        return {}
    return {row["poll_id"]: row["issued"] for row in await tx.fetch(Q.destroy_keys, poll_ids)}


def _last(row: Any, outcome: Outcome | None, issued: int | None) -> bytes:
    """The last entry of a poll's log: why it closed, and what was counted."""
    why = "ended by its author" if row["is_ended_early"] else "its time was over"
    if row["is_deleted"]:
        why = "its status was deleted"
    counted: dict[str, object] = {"tallies": list(row["tallies"]), "voters": row["voters"]}
    if outcome is not None:
        counted |= rounds.told(outcome)
    if issued is not None:
        counted["issued"] = issued
    return entries.encode("closed", why=why, **counted)
