"""What the worker does for petitions: counts what changed, notes milestones, closes, asks again."""

from contextlib import suppress
from typing import Any

from parvis.domain.errors import Conflict
from parvis.domain.events import (
    MailWanted,
    PetitionChanged,
    PetitionRewritten,
    SignatoriesAsked,
    StatusDeleted,
)
from parvis.domain.petitions import record
from parvis.domain.petitions.starting import hold_own
from parvis.domain.transparency.appending import close_log
from parvis.infra import jobs
from parvis.infra.jobs import Means
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.petitions")

BATCH = 50
ASKED_AT_ONCE = 500
STEPS = [100 * 10**step for step in range(8)]  # milestones besides the goal
ASK_JOB = "ask_signatories_again"


async def count(tx: Tx, told: list[PetitionChanged]) -> None:
    """Count the batch's changes into the tallies, and note the milestones that were reached."""
    ids = sorted({event.petition_id for event in told})
    _show_anew(tx, await tx.fetch(Q.hold_counted, ids))
    await tx.execute(Q.fold, ids)
    reaching = [row["id"] for row in await tx.fetch(Q.list_reaching, ids, STEPS)]
    if reaching:
        # Who is just withdrawing would stand before the milestone in the log, and it would be none there.
        await tx.fetch(Q.hold, reaching)
        await tx.execute(Q.fold, reaching)
        await tx.execute(Q.reached, reaching, STEPS)


async def list_due(db: Db) -> list[int]:
    """Open petitions whose time is over, a batch at most."""
    return [row["id"] for row in await db.fetch(Q.list_due, BATCH)]


async def close_due(tx: Tx, petition_id: int) -> int:
    """Close a petition whose time is over; answers 0 when somebody closed it meanwhile."""
    return await _close(tx, [petition_id], "its time was over")


async def close_deleted(tx: Tx, told: list[StatusDeleted]) -> None:
    """A petition whose message is gone takes no more signatures; its log stays and says why."""
    status_ids = [event.status_id for event in told if event.reblog_of_id is None]
    if status_ids:
        found = await tx.fetch(Q.find_of_statuses, status_ids)
        await _close(tx, [row["id"] for row in found], "its message was deleted")


async def close_of(tx: Tx, account_id: int) -> None:
    """Close the petitions of somebody who leaves, before they are erased."""
    found = await tx.fetch(Q.find_of, account_id)
    await _close(tx, [row["id"] for row in found], "its author left")


async def close_own(tx: Tx, account_id: int, petition_id: int) -> None:
    """Close one's own petition before its time; the log says so."""
    held = await hold_own(tx, account_id, petition_id)
    await _close(tx, [held["id"]], "closed by its author")


async def _close(tx: Tx, ids: list[int], why: str) -> int:
    """Hold petitions until nobody is signing them, then count: what is counted here is all there will be."""
    if not ids:
        return 0
    found = await tx.fetch(Q.hold, ids)
    _show_anew(tx, found)
    held = [row["id"] for row in found]
    await tx.execute(Q.fold, held)
    await tx.execute(Q.reached, held, STEPS)
    rows = await tx.fetch(Q.count_for_closing, held)
    closed = [row["id"] for row in rows]
    await tx.execute(Q.close, closed, why, [_last(row, why) for row in rows])
    for row in rows:
        if row["is_answered"]:
            await end_log(tx, row["log_id"])
    return len(rows)


def _show_anew(tx: Tx, rows: list[Any]) -> None:
    """The cards of their messages have the count and whether one can sign."""
    tx.touch(Fact.STATUS, *(row["status_id"] for row in rows if row["status_id"] is not None))


def _last(row: Any, why: str) -> bytes:
    counts = {name: row[name] for name in ("signatures", "earlier", "withdrawn", "removed")}
    return record.closed(why, row["version"], counts)


async def end_log(tx: Tx, log_id: int) -> None:
    """Nothing more is said of a petition that is closed and answered."""
    with suppress(Conflict):  # a log that stopped, and that its owner closed
        await close_log(tx, log_id)


async def on_rewritten(tx: Tx, told: list[PetitionRewritten]) -> None:
    """Members who signed the text before are asked again, by a job; who has no account left no address."""
    ids = sorted({event.petition_id for event in told})
    await jobs.enqueue(tx, ASK_JOB, *({"petition_id": one} for one in ids))


async def ask_again(means: Means, payload: dict[str, Any]) -> None:
    """Do the job, some people at a time, by letter and on their pages; each part enqueues the next, so
    that a retry repeats one.
    """
    petition_id, after = int(payload["petition_id"]), int(payload.get("after", 0))

    async def some(tx: Tx) -> None:
        rows = await tx.fetch(Q.list_to_ask_again, petition_id, after, ASKED_AT_ONCE)
        if rows:
            tx.emit(SignatoriesAsked(petition_id=petition_id, after=after, last=rows[-1]["id"]))
        for row in rows:
            tx.emit(
                MailWanted(user_id=row["user_id"], letter="petition", argument=str(petition_id))
            )
        if len(rows) == ASKED_AT_ONCE:
            rest = {"petition_id": petition_id, "after": rows[-1]["id"]}
            await jobs.enqueue(tx, ASK_JOB, rest)

    await means.db.run(some)


async def sweep(means: Means, _: dict[str, Any]) -> None:
    """Forget the addresses of who asked to sign and did not open the letter."""
    await means.db.fetch(Q.sweep_requests)
