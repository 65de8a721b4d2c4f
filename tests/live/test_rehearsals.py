"""Rehearsals: whose they are, the silence they are made of, the crowd that listens, what is said of it."""

import asyncio
import io
import json
import time
from contextlib import AsyncExitStack

import av
import pytest
from tests.live.test_front import Edge, relaying, until
from tests.rig.synthetic_rooms import SyntheticRoom, synthetic

from parvis.cli.rehearsed import BREAKS, HOLDS, UNKNOWN, Rehearsed, judge
from parvis.infra.upstream import Said
from parvis.live.rehearsing.crowd import Crowd, Plan, Relay
from parvis.live.rehearsing.heard import Heard, share_of
from parvis.live.relay.rehearsals import Rehearsals
from parvis.protocols import rehearsals, tickets
from parvis.protocols.tickets import Lane, Ticket

KEY = b"k" * 32
NOW_S = 1_800_000_000.0


class Elsewhere:
    """What stands behind: says that it was asked."""

    async def get(self, room: str, rest: str, listeners: int, within_s: float) -> Said:
        del rest, listeners, within_s
        return Said(404, {"asked": room}, b"")

    def close(self) -> None: ...


def test_only_the_key_makes_a_room_and_it_ends() -> None:
    ends_s = int(NOW_S) + 60
    name = rehearsals.name_room(KEY, ends_s)
    assert len(name) == 19
    assert int(name) < 2**64
    assert rehearsals.ends_at(KEY, name, NOW_S) == ends_s
    forged = name[:-1] + str((int(name[-1]) + 1) % 10)
    for key, said, now_s in (
        (b"j" * 32, name, NOW_S),
        (KEY, forged, NOW_S),
        (KEY, name, ends_s),
        (KEY, rehearsals.name_room(KEY, ends_s + rehearsals.MOST_S), NOW_S),
        (KEY, "117663937629650963", NOW_S),
        (KEY, "9" * 19, NOW_S),
    ):
        assert rehearsals.ends_at(key, said, now_s) is None
    assert rehearsals.prove(KEY, name) != rehearsals.prove(b"j" * 32, name)


async def test_the_network_makes_silence_by_the_clock_and_hands_on_what_is_not_its_own() -> None:
    now = [NOW_S]
    made = Rehearsals(Elsewhere(), lambda: KEY, lambda: now[0])
    room = rehearsals.name_room(KEY, int(NOW_S) + 60)
    state = json.loads((await made.get(room, "state", 3, 1.0)).content)
    assert state["rehearsal"] == rehearsals.prove(KEY, room)
    assert state["listeners"] == 3
    newest = state["newest"]
    part = await made.get(room, f"aac/{newest}.m4s", 0, 1.0)
    assert len(part.content) == 8_000
    assert json.loads(part.headers["live-state"])["newest"] == newest
    assert (await made.get(room, f"aac/{newest + 3}.m4s", 0, 1.0)).status == 404
    assert (await made.get(room, "aac/x.m4s", 0, 1.0)).status == 404
    held = asyncio.create_task(made.get(room, f"aac/{newest + 1}.m4s", 0, 5.0))
    await asyncio.sleep(0)
    assert not held.done()
    held.cancel()
    init = (await made.get(room, "aac/init.mp4", 0, 1.0)).content
    with av.open(io.BytesIO(init + part.content)) as sound:
        frames = list(sound.decode(audio=0))
    assert sum(one.samples for one in frames) >= 46 * 1_024
    assert not any(one.to_ndarray().any() for one in frames)
    now[0] += 61
    assert (await made.get(room, "state", 0, 1.0)).headers == {"asked": room}
    assert (await made.get("7", "state", 0, 1.0)).headers == {"asked": "7"}


def plan(room: SyntheticRoom, edges: list[Edge], **more: object) -> Plan:
    relays = tuple(Relay("127.0.0.1", edge.port, "localhost") for edge in edges)
    return Plan(relays, "7", room.epoch_ms, room.part_ms, **{"listeners": 40, **more})  # type: ignore[arg-type]


async def sounding(stack: AsyncExitStack) -> SyntheticRoom:
    """A room that sounds by the wall's clock."""
    room = await stack.enter_async_context(synthetic(part_ms=200, newest=-1))
    room.epoch_ms = int(time.time() * 1_000)
    running = asyncio.create_task(room.run())
    stack.callback(running.cancel)
    return room


async def listening(crowd: Crowd, true: object) -> None:
    """Let a crowd listen, in a thread of its own, until something is so."""
    async with asyncio.timeout(30):
        while not true():  # type: ignore[operator]
            await asyncio.to_thread(crowd.turn, 0.02)


async def test_a_crowd_listens_and_goes_on_at_another_relay_when_its_own_is_killed() -> None:
    async with AsyncExitStack() as stack, AsyncExitStack() as doomed:
        room = await sounding(stack)
        second = await stack.enter_async_context(relaying(room.address))
        first = await doomed.enter_async_context(relaying(room.address))
        crowd = Crowd(plan(room, [first, second], is_spread=False))
        stack.callback(crowd.close)
        await listening(crowd, lambda: crowd.here == 40)
        assert len(first.front.connections) == 40
        crowd.count()
        await listening(crowd, lambda: crowd.tell().parts > 80)
        assert sum(crowd.heard.late.values()) > 0
        killing = asyncio.create_task(doomed.aclose())
        await listening(crowd, lambda: sum(crowd.tell().resumed.values()) == 40)
        await killing
        heard = crowd.tell()
        assert (heard.lost, heard.reached, crowd.here) == (40, 40, 40)
        assert len(second.front.connections) == 40
        assert heard.bytes > 80 * 1_000
        # A relay that was there from the start and held everything again: nobody was refused.
        assert not heard.refused


async def test_who_is_refused_comes_again_and_a_ticket_lets_more_in() -> None:
    async with AsyncExitStack() as stack:
        room = await sounding(stack)
        edge = await stack.enter_async_context(relaying(room.address, per_source=12))
        crowd = Crowd(plan(room, [edge]))
        stack.callback(crowd.close)
        await listening(crowd, lambda: crowd.tell().refused.get("503 too_many_from_there", 0) > 20)
        crowd.close()
        await until(lambda: not edge.front.connections)
        # The relay's clock in these tests stands at 1,000.
        ticket = tickets.issue(KEY, Ticket(7, b"h" * 16, Lane.TICKETED, 1_060))
        held = Crowd(plan(room, [edge], ticket=ticket))
        stack.callback(held.close)
        await listening(held, lambda: held.here == 40)
        assert not held.heard.refused


def heard(**more: object) -> Heard:
    whole = {
        "reached": 1_000, "parts": 10_000, "bytes": 83_000_000, "seconds": 10.0,
        "late": {100: 9_800, 150: 200}, "joined": {20: 1_000},
    }  # fmt: skip
    return Heard(**whole | more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ({}, HOLDS, "It would hold: 1,000 listeners"),
        ({"late": {100: 9_000, 900: 1_000}}, BREAKS, "came 800 ms late, and players stuttered"),
        ({"late": {100: 9_000, 4_000: 1_000}}, BREAKS, "fell silent"),
        ({"reached": 900}, BREAKS, "100 listeners heard nothing"),
        ({"parts": 9_000}, BREAKS, "10.0% of the parts were not heard"),
        ({"refused": {"503 busy": 50}}, BREAKS, "listeners were turned away"),
        ({"refused": {"429 too_often": 50}}, UNKNOWN, "PARVIS_RATE_LIMITS=off"),
        ({"lost": 40, "resumed": {700: 40}}, BREAKS, "40 connections broke off"),
        ({"reached": 900, "cut_short": 7}, UNKNOWN, "no socket or port left"),
        ({"parts": 9_000, "busy": 0.97}, UNKNOWN, "97% of their time"),
        ({"parts": 9_000, "starved": 0.3}, UNKNOWN, "other programs kept it waiting 30%"),
    ],
)
def test_the_verdict_says_why(more: dict[str, object], code: int, words: str) -> None:
    verdict = judge(Rehearsed(heard(**more), 1_000, 10, 1_000, 64_000))
    whole = "\n".join(verdict.lines)
    assert verdict.code == code
    assert words in whole
    assert "a million would take" in whole
    assert "What this cannot know" in whole
    assert ("a million need 1,000 times" in whole) == (code == HOLDS)


def test_several_crowds_are_one() -> None:
    whole = heard()
    whole.add(heard(late={100: 1, 300: 1}, busy=0.5))
    assert (whole.reached, whole.parts, whole.busy) == (2_000, 20_000, 0.5)
    assert whole.late == {100: 9_801, 150: 200, 300: 1}
    assert share_of(whole.late, 100) == 300
    assert share_of({}, 50) == 0
