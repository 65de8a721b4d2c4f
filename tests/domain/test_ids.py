"""Ids: 48 bits of milliseconds and 16 of a sequence, monotone also when the clock steps back."""

import time

from tests.rig.network import Network

from parvis import worker
from parvis.protocols.ids import timestamp_of

MINT = "select next_id() as id from generate_series(1, $1::int)"


async def ids(network: Network, count: int) -> list[int]:
    return [row["id"] for row in await network.db.fetch(MINT, count)]


async def test_ids_carry_their_moment_and_are_never_twice(network: Network) -> None:
    before = time.time()
    found = await ids(network, 20_000)
    assert len(set(found)) == 20_000
    assert before - 1 < timestamp_of(found[0]).timestamp() < time.time() + 1


async def test_the_floor_follows_the_clock(network: Network) -> None:
    await network.db.fetch(worker.TICK)
    floor = await network.db.fetchval("select ms from id_floor")
    assert abs(floor / 1000 - time.time()) < 5


async def test_a_clock_that_stepped_back_is_passed_by(network: Network) -> None:
    """The floor stands an hour ahead, as after a step back: ids go on from there, at its pace."""
    ahead = int((time.time() + 3_600) * 1_000)
    await network.db.fetch("update id_floor set ms = $1", ahead)
    first = await ids(network, 10)
    assert min(first) >> 16 == ahead
    await network.db.fetch(worker.TICK)
    second = await ids(network, 10)
    assert min(second) > max(first)
    assert min(second) >> 16 == ahead + 1_000
