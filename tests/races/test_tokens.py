"""Many ask for tokens of secret ballots at once, of several polls and more than once: none counts twice."""

import asyncio
import hashlib
import random

from tests.rig.network import Network

from parvis.domain.polls import issuing, tally
from parvis.domain.polls.issuing import Asking
from parvis.infra.postgres import Db

VOTERS, POLLS, CONNECTIONS = 12, 3, 8
SHOWN = "select sum(tokens) from ballot_token_counts where poll_id = $1"
GIVEN = "select count(*) from ballot_tokens where poll_id = $1"


async def test_the_number_of_tokens_is_exact_however_they_are_asked_for(network: Network) -> None:
    alice, *voters = await network.people("alice", *(f"v{n}" for n in range(VOTERS)))
    poll = {"options": ["yes", "no"], "expires_in": 3_600, "secret": True}
    polls = [int((await alice.publish("well?", poll=poll))["poll"]["id"]) for _ in range(POLLS)]

    def asking(poll_id: int, account_id: int) -> Asking:
        name = hashlib.sha256(f"{poll_id} {account_id}".encode()).digest()
        return Asking(account_id, poll_id, name[:16], name, b'{"a":1}', has_rules=False)

    async def ask(number: int) -> None:
        """Most of them, of all polls in one statement, and again."""
        chance = random.Random(number)  # noqa: S311 - repeatable
        for _ in range(3):
            some = [asking(one, voter.account_id) for one in polls for voter in voters]
            assert await db.run(issuing.record, chance.sample(some, 30)) == [None] * 30

    db = await Db.connect(network.dsn, network.db.slots, size=CONNECTIONS)
    try:
        await asyncio.gather(*(ask(number) for number in range(CONNECTIONS)))
    finally:
        await db.close()
    for one in polls:
        assert await network.db.fetchval(SHOWN, one) == await network.db.fetchval(GIVEN, one) > 0
    # One that a release gave which keeps no sum is in it from the closing on.
    await network.db.fetch("insert into ballot_tokens values ($1, 'x', 'x')", polls[0])
    await network.db.fetch("update polls set expires_at = now() - interval '1 s'")
    for one in polls:
        await network.db.run(tally.close_due, one)
        assert await network.db.fetchval(SHOWN, one) == await network.db.fetchval(GIVEN, one)
