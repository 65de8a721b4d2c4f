"""What voters say of themselves in one poll, if they like. Nobody else is ever shown it; when the poll closes
only the numbers of those alike are kept, and what each said is forgotten.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from parvis.domain.errors import Conflict, Forbidden, Invalid, NotFound
from parvis.domain.events import PollClosed, StatusDeleted
from parvis.domain.polls import margins
from parvis.domain.polls.margins import Asking
from parvis.infra import jobs
from parvis.infra.jobs import Means
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.polls")
SETTLE = "settle_poll"

# The signs of automation (docs/members.md tells them): an account made less than FRESH before the poll was
# asked, or since; or made within the same BURST as at least BURST_LEAST - 1 others who voted. Ages are judged
# where the network was OLD when it was asked.
OLD, FRESH, BURST = timedelta(days=30), timedelta(days=7), timedelta(minutes=10)
BURST_LEAST = 20


async def declare(tx: Tx, account_id: int, poll_id: int, mark: str, answers: Sequence[int]) -> None:
    """Say of oneself to which category of each margin one belongs. Refused: to who did not vote, once the
    poll is over, when it asks something else by now. Three statements.
    """
    poll = await tx.fetchrow(Q.hold_to_declare, account_id, poll_id)
    if poll is None:
        raise NotFound
    if not poll["is_voted"]:
        raise Forbidden("Vote first", reason="not_voted")
    if poll["is_over"]:
        raise Conflict(
            "The poll is over: what voters said of themselves was counted", reason="poll_over"
        )
    asked = await margins.list_margins(tx, poll_id)
    if not asked:
        raise NotFound
    if Asking(None, asked).mark != mark:
        raise Conflict("The poll asks something else by now", reason="margins_changed")
    if len(answers) != len(asked) or not all(
        0 <= answer < len(margin.categories) for answer, margin in zip(answers, asked, strict=True)
    ):
        raise Invalid(
            "answers", "Validation failed: Answer each question, or none", reason="ERR_BLANK"
        )
    await tx.execute(Q.declare, account_id, poll_id, list(answers))


async def withdraw(tx: Tx, account_id: int, poll_id: int) -> None:
    """Forget what one said of oneself; nothing is to be forgotten once the poll is over."""
    await tx.execute(Q.withdraw, account_id, poll_id)


async def find_declaration(db: Db, account_id: int, poll_id: int) -> list[int] | None:
    found = await db.fetchval(Q.find_declaration, account_id, poll_id)
    return list(found) if found is not None else None


async def settle_later(tx: Tx, told: list[PollClosed]) -> None:
    """A poll has closed: count what is counted once. It may take long in a large one."""
    for event in told:
        await jobs.enqueue(tx, SETTLE, {"poll_id": event.poll_id})


async def settle(means: Means, payload: dict[str, Any]) -> None:
    """Do the job; once more changes nothing."""
    poll_id = int(payload["poll_id"])
    await means.db.run(_settle_declared, poll_id)
    await means.db.run(_settle_signs, poll_id)


async def _settle_declared(tx: Tx, poll_id: int) -> None:
    await tx.execute(Q.settle_declared, poll_id)


async def _settle_signs(tx: Tx, poll_id: int) -> None:
    await tx.execute(Q.settle_signs, poll_id, OLD, FRESH, BURST, BURST_LEAST)


async def forget_of_deleted(tx: Tx, told: list[StatusDeleted]) -> None:
    status_ids = [event.status_id for event in told if event.reblog_of_id is None]
    if status_ids:
        await tx.execute(Q.forget_declared, status_ids)
