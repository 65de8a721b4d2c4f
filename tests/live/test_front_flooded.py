"""The relay's own front in a flood: who is turned away, who is left unread, and whom tickets let through."""

import pytest
from tests.live.test_front import KEY, NOW_S, Listener, relaying, until
from tests.rig.synthetic_rooms import synthetic

from parvis.live.relay import lanes as lanes_of
from parvis.live.relay import unread
from parvis.protocols import tickets
from parvis.protocols.gcra import Rate
from parvis.protocols.tickets import Lane, Ticket


async def test_a_flood_is_turned_away_and_who_does_not_wait_is_left_unread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lanes_of, "PER_ADDRESS", Rate(5, 10.0))
    monkeypatch.setattr(lanes_of, "BEGINNINGS_PER_ADDRESS", Rate(2, 10.0))
    monkeypatch.setattr(lanes_of, "PER_HOLDER", Rate(6, 10.0))
    monkeypatch.setattr(unread, "UNREAD_S", 3_600.0)
    good = tickets.issue(KEY, Ticket(7, b"h" * 16, Lane.TICKETED, NOW_S + 60))
    async with synthetic(newest=9) as room, relaying(room.address) as edge:
        now = edge.front.relay.clock()
        edge.front.relay.clock = lambda: now
        state = await edge.connect()  # the room is known from now on
        state.ask("/listen/7/state")
        await state.read()

        async def seen(one: Listener, *paths: str) -> list[int]:
            codes: list[int] = []
            for path in paths:
                one.ask(path)
                codes.append((await one.read())[0])
            return codes

        # Two parts by turns are no listening: the third and all later ones are counted.
        turning = await edge.connect()
        turns = [f"/listen/7/aac/{8 + number % 2}.m4s" for number in range(8)]
        codes = await seen(turning, *turns)
        assert codes == [200] * 6 + [429] * 2
        # Nonsense and rooms that are not there are counted, too; then nothing but tickets is looked for.
        flood = await edge.connect()
        assert await seen(flood, "/listen/7/nonsense", "/nonsense") == [429, 429]
        assert await seen(flood, f"/listen/7/state?t={good}") == [200]
        assert await seen(flood, "/listen/7/state?t=" + "A" * 62, "/listen/8/state") == [429] * 2
        flood.ask("/listen/7/state")  # told four times, and did not wait
        await until(lambda: len(edge.front.unread) == 1)
        assert await seen(await edge.connect(), f"/listen/7/aac/9.m4s?t={good}") == [200]
        # One ticket is one listener's.
        shared = await edge.connect()
        assert await seen(shared, *[f"/listen/7/state?t={good}"] * 6) == [200] * 5 + [429]
        assert await seen(shared, f"/listen/7/aac/9.m4s?t={good}") == [200]
        # Connections that begin with what is live are counted by themselves; those that go on are not.
        crowd = [await edge.connect("127.0.0.3") for _ in range(3)]
        begun = [(await seen(one, "/listen/7/aac/8.m4s"))[0] for one in crowd]
        assert begun == [200, 200, 429]
        assert await seen(crowd[0], "/listen/7/aac/9.m4s") == [200]
