"""A job: what was somebody's who left is erased, noun by noun, some rows at a time.

Every step is a transaction that erases some and says how many; it is repeated until there are none. A
killed process loses nothing but its last step: the job is done again from the beginning, where
there is less and less to do. It is done once more when all is done: what was let in just before the person
left (a favourite, a draft, a file) may have been written behind the first round's back.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from parvis.domain.access import leaving as access
from parvis.domain.accounts import leaving as accounts
from parvis.domain.calls import calling as calls
from parvis.domain.conversations import erase as conversations
from parvis.domain.drafts import erase as drafts
from parvis.domain.draws import erase as draws
from parvis.domain.lists import erase as lists
from parvis.domain.media import erase as media
from parvis.domain.network import erase as network
from parvis.domain.notifications import erase as notifications
from parvis.domain.petitions import erase as petitions
from parvis.domain.polls import erase as polls
from parvis.domain.portability import erase as portability
from parvis.domain.relationships import erase as relationships
from parvis.domain.rooms import erase as rooms
from parvis.domain.search import erase as search
from parvis.domain.statuses import erase as statuses
from parvis.domain.timelines import erase as timelines
from parvis.domain.transparency import openings
from parvis.infra import jobs
from parvis.infra.jobs import Means
from parvis.infra.postgres import Tx

Step = Callable[[Tx, int], Awaitable[int]]

# What others see goes first.
STEPS: tuple[Step, ...] = (
    statuses.delete_some,
    relationships.unfollow_some,
    statuses.take_back_some,
    notifications.erase_some,
    media.erase_some,
    polls.erase,
    petitions.erase,
    draws.erase,
    rooms.erase,
    calls.erase,
    statuses.blank_some,
    statuses.erase_marks,
    search.erase,
    relationships.erase_rest,
    lists.erase,
    portability.erase,
    network.erase,
    drafts.erase,
    timelines.erase,
    conversations.erase,
    openings.erase,
    access.erase_some,
)


AGAIN_S = 600  # longer than any request takes


async def erase(means: Means, payload: dict[str, Any]) -> None:
    """Do the job."""
    account_id = int(payload["account_id"])
    for step in STEPS:
        while await means.db.run(step, account_id):
            pass
    await means.db.run(_finish, account_id, is_last=bool(payload.get("is_last")))


async def _finish(tx: Tx, account_id: int, *, is_last: bool) -> None:
    await accounts.finish(tx, account_id)
    if not is_last:
        again = {"account_id": account_id, "is_last": True}
        await jobs.enqueue(tx, access.ERASE, again, delay_s=AGAIN_S)
