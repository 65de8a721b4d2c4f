"""Sixteen connections do the same thing; one notification tells of it."""

import asyncio

from tests.rig.network import Network

from parvis import worker

HANDS = 16


async def test_one_favourite_is_told_once(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("hello")
    path = f"/api/v1/statuses/{made['id']}"
    tries = [bob.post(f"{path}/favourite") for _ in range(HANDS)]
    dispatching = [worker.dispatch(network.db) for _ in range(4)]
    answers, *_ = await asyncio.gather(asyncio.gather(*tries), *dispatching)
    assert all(answer.ok()["favourited"] for answer in answers)
    await network.settle()
    (shown,) = (await alice.get("/api/v1/notifications")).ok()
    assert shown["type"] == "favourite"
    assert shown["status"]["favourites_count"] == 1


async def test_favourite_and_its_undoing_end_alike(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("hello")
    path = f"/api/v1/statuses/{made['id']}"
    for _ in range(3):
        await asyncio.gather(
            *(bob.post(f"{path}/{'un' if number % 2 else ''}favourite") for number in range(HANDS)),
            *(worker.dispatch(network.db) for _ in range(3)),
        )
        await network.settle()
        is_favourited = (await bob.get(path)).ok()["favourited"]
        shown = (await alice.get("/api/v1/notifications")).ok()
        assert len(shown) == (1 if is_favourited else 0)


async def test_events_told_twice_are_notified_once(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await alice.publish("hello @bob")
    await network.db.fetch("insert into outbox (kind, payload) select kind, payload from outbox")
    await network.settle()
    assert len((await bob.get("/api/v1/notifications")).ok()) == 1
