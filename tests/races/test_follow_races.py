"""Sixteen connections that follow, unfollow, authorise and block the same accounts at once."""

import asyncio
import itertools
import random

from tests.rig.network import Network, Person

HANDS = 16

TRUE_COUNTS = """
select a.id, c.followers, c.following,
       (select count(*) from follows f where f.target_id = a.id) as true_followers,
       (select count(*) from follows f where f.account_id = a.id) as true_following
from accounts a join account_counters c on c.account_id = a.id
"""
CONTRADICTIONS = """
select count(*) from blocks b
where exists (
    select from (select * from follows union all select * from follow_requests) f
    where (f.account_id, f.target_id)
          in ((b.account_id, b.target_id), (b.target_id, b.account_id))
)
"""


async def counts_are_true(network: Network) -> None:
    for row in await network.db.fetch(TRUE_COUNTS):
        assert (row["followers"], row["following"]) == (
            row["true_followers"],
            row["true_following"],
        )


async def told(network: Network, kind: str) -> int:
    return await network.db.fetchval("select count(*) from outbox where kind = $1", kind)


async def test_same_follow_counts_once(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    path = f"/api/v1/accounts/{alice.id}/follow"
    answers = await asyncio.gather(*(bob.post(path) for _ in range(HANDS)))
    assert all(answer.ok()["following"] for answer in answers)
    await counts_are_true(network)
    assert await told(network, "Followed") == 1
    path = f"/api/v1/accounts/{alice.id}/unfollow"
    answers = await asyncio.gather(*(bob.post(path) for _ in range(HANDS)))
    assert not any(answer.ok()["following"] for answer in answers)
    await counts_are_true(network)
    assert await told(network, "Unfollowed") == 1


async def test_sixteen_follow_one(network: Network) -> None:
    alice = await network.person("alice")
    crowd = await network.people(*(f"crowd{n}" for n in range(HANDS)))
    await asyncio.gather(*(one.follow(alice) for one in crowd))
    shown = (await network.anyone.get(f"/api/v1/accounts/{alice.id}")).ok()
    assert shown["followers_count"] == HANDS
    await counts_are_true(network)


async def test_everybody_follows_and_unfollows_everybody(network: Network) -> None:
    cast = await network.people("alice", "bob", "carol", "dave")
    pairs = list(itertools.permutations(cast, 2))
    random.shuffle(pairs)

    async def hammer(one: Person, other: Person) -> None:
        for verb in ("follow", "unfollow", "follow", "remove_from_followers", "follow"):
            (await one.post(f"/api/v1/accounts/{other.id}/{verb}")).ok()

    await asyncio.gather(*(hammer(*pair) for pair in pairs))
    await counts_are_true(network)


async def test_request_is_authorised_once(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await network.db.fetch("update accounts set is_locked = true where id = $1", alice.account_id)
    await bob.follow(alice)
    path = f"/api/v1/follow_requests/{bob.id}/authorize"
    answers = await asyncio.gather(*(alice.post(path) for _ in range(HANDS)))
    assert sorted(answer.status for answer in answers) == [200] + [404] * (HANDS - 1)
    assert await told(network, "Followed") == 1
    await counts_are_true(network)


async def test_follow_and_block_never_both_stand(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    for _ in range(6):
        await asyncio.gather(
            *(bob.post(f"/api/v1/accounts/{alice.id}/follow") for _ in range(HANDS // 2)),
            *(alice.post(f"/api/v1/accounts/{bob.id}/block") for _ in range(2)),
            *(alice.post(f"/api/v1/accounts/{bob.id}/follow") for _ in range(HANDS // 2)),
        )
        assert await network.db.fetchval(CONTRADICTIONS) == 0
        await counts_are_true(network)
        (await alice.post(f"/api/v1/accounts/{bob.id}/unblock")).ok()
    await network.settle()


async def test_unlocking_lets_everybody_in_once(network: Network) -> None:
    """While some of those who wait withdraw, are answered, block, or ask only now."""
    alice = await network.person("alice")
    crowd = await network.people(*(f"crowd{n}" for n in range(HANDS)))
    locked = "/api/v1/accounts/update_credentials"
    (await alice.patch(locked, {"locked": True})).ok()
    await asyncio.gather(*(one.follow(alice) for one in crowd[4:]))
    (await alice.patch(locked, {"locked": False})).ok()
    await asyncio.gather(
        network.settle(),
        network.settle(),
        *(one.follow(alice) for one in crowd[:6]),
        *(one.post(f"/api/v1/accounts/{alice.id}/block") for one in crowd[6:8]),
        *(one.post(f"/api/v1/accounts/{alice.id}/unfollow") for one in crowd[8:10]),
        *(alice.post(f"/api/v1/follow_requests/{one.id}/authorize") for one in crowd[10:12]),
    )
    await network.settle()
    assert await network.db.fetchval("select count(*) from follow_requests") == 0
    assert await network.db.fetchval(CONTRADICTIONS) == 0
    await counts_are_true(network)
    followers = (await alice.get(f"/api/v1/accounts/{alice.id}/followers", limit=80)).ok()
    assert len(followers) == HANDS - 4
