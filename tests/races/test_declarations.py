"""Voters say who they are while the author still changes what is asked: each answer is to what was asked."""

import asyncio
from contextlib import suppress
from typing import Any

from tests.rig.network import Network, Person

from parvis.domain.errors import Refused
from parvis.domain.polls import declaring, margins
from parvis.domain.polls.margins import Asking, PollMargin, Population
from parvis.infra.postgres import Db

VOTERS = 16
POLL = {"options": ["yes", "no"], "expires_in": 3_600}


def asking(number: int) -> Asking:
    """Another number of categories each time."""
    names = [f"{number}-{at}" for at in range(2 + number % 5)]
    margin = PollMargin("age", names, [1.0] * len(names))
    return Asking(Population("all", None, "a register"), (margin,))


async def test_no_answer_is_to_another_question(network: Network) -> None:
    alice, *voters = await network.people("alice", *(f"v{n}" for n in range(VOTERS)))
    poll_id = int((await alice.publish("well?", poll=POLL))["poll"]["id"])
    for voter in voters:
        (await voter.post(f"/api/v1/polls/{poll_id}/votes", {"choices": [0]})).ok()
    db = await Db.connect(network.dsn, network.db.slots, size=VOTERS)
    said: dict[int, str] = {}

    async def change(number: int) -> None:
        with suppress(Refused):
            await db.run(margins.change, alice.account_id, poll_id, asking(number))

    async def say(voter: Person) -> None:
        seen: Any = Asking(None, await margins.list_margins(db, poll_id))
        with suppress(Refused):
            last = len(seen.margins[0].categories) - 1
            await db.run(declaring.declare, voter.account_id, poll_id, seen.mark, [last])
            said[voter.account_id] = seen.mark

    try:
        await change(0)
        for start in range(4):
            await asyncio.gather(
                *(change(start * 10 + n) for n in range(8)), *(say(one) for one in voters[start::4])
            )
        await say(voters[0])  # nobody changes anything now
    finally:
        await db.close()
    kept = Asking(None, await margins.list_margins(network.db, poll_id))
    assert said
    assert set(said.values()) == {kept.mark}
    told = await network.db.fetch("select answers from declarations where poll_id = $1", poll_id)
    assert [row["answers"] for row in told] == [[len(kept.margins[0].categories) - 1]] * len(said)
