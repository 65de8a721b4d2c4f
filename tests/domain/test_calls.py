"""Calls: who may, who rings, whose line is free; what is kept and what is not."""

import asyncio
from typing import Any

import pytest
from tests.rig.network import Network, Person

from parvis.domain.access.credentials import Defaults, change_defaults
from parvis.domain.access.reading import write_answering
from parvis.domain.access.types import Answering
from parvis.domain.calls import calling, ringing, signals
from parvis.domain.calls.types import Started
from parvis.domain.errors import Conflict, Forbidden, Invalid, NotFound
from parvis.domain.relationships import blocks, follows
from parvis.domain.relationships.follows import FollowOptions

FROM_ALICE = b'{"device":"device-of-alice","to":"device-of-bob","number":0'
DEVICES = ("device-of-alice", "device-of-bob")


async def befriend(network: Network, *people: Person) -> None:
    for one in people:
        for other in people:
            if one is not other:
                await network.db.run(
                    follows.follow, one.account_id, other.account_id, FollowOptions()
                )
    await network.settle()


async def ring(network: Network, caller: Person, callee: Person) -> Started:
    return await network.db.run(calling.start, caller.account_id, callee.account_id)


async def rung(network: Network, who: Person) -> int:
    found = await network.db.kept(ringing.Ringing).of(who.account_id)
    return 0 if found is None else found.call_id


async def state(network: Network, who: Person, call_id: int) -> str:
    return (await ringing.find(network.db, who.account_id, call_id)).state


async def late(network: Network, column: str) -> None:
    """As if the time of all calls had come."""
    await network.db.fetch(f"update calls set {column} = now() - interval '1 s'")
    await network.db.run(calling.end_due)


async def takes(network: Network, who: Person, whose: Any) -> None:
    kept = Defaults(preferences=write_answering(Answering(whose)))
    await network.db.run(change_defaults, who.user_id, kept)


async def test_everybody_chooses_whose_calls_they_take(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    one, other = alice.account_id, bob.account_id

    async def may() -> list[bool]:
        return [await calling.may_call(network.db, *pair) for pair in ((one, other), (other, one))]

    assert await may() == [False, False]
    with pytest.raises(Forbidden):
        await ring(network, alice, bob)
    await network.db.run(follows.follow, other, one, FollowOptions())
    assert await may() == [False, False]  # one of them is not enough
    await takes(network, bob, "followed")
    assert await may() == [True, False]
    await takes(network, alice, "members")
    assert await may() == [True, True]
    await takes(network, bob, "nobody")
    assert await may() == [False, True]
    await network.db.run(blocks.block, one, other)
    assert await may() == [False, False]
    assert not await calling.may_call(network.db, one, one)
    assert not await calling.may_call(network.db, one, 12345)


async def test_a_call_is_taken_and_forgotten(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await befriend(network, alice, bob)
    call_id = (await ring(network, alice, bob)).call_id
    assert (await ring(network, alice, bob)).call_id == call_id  # sent twice
    assert (await ring(network, bob, alice)).call_id == call_id  # both at once
    assert await rung(network, bob) == call_id
    assert await rung(network, alice) == 0
    with pytest.raises(NotFound):  # only who is rung takes it
        await network.db.run(calling.accept, alice.account_id, call_id)
    await network.db.run(calling.accept, bob.account_id, call_id)
    await network.db.run(calling.accept, bob.account_id, call_id)
    assert await rung(network, bob) == 0
    for who, device in zip((alice, bob), DEVICES, strict=True):
        await network.db.run(signals.join, who.account_id, call_id, device)
    said = signals.Signal(*DEVICES, 0, candidates=[signals.Candidate("candidate:1")])
    for _ in range(2):
        await network.db.run(signals.send, alice.account_id, call_id, said)
    heard = await signals.hear(network.db, bob.account_id, call_id, 0, DEVICES[1])
    assert [one.signal for one in heard] == [said]
    await network.db.run(calling.close, bob.account_id, call_id, "over")
    await network.db.run(calling.close, alice.account_id, call_id, "over")
    assert await state(network, alice, call_id) == "over"
    assert await network.db.fetchval("select count(*) from call_signals") == 0
    assert await network.db.fetchval("select count(*) from call_lines") == 0
    with pytest.raises(NotFound):
        await network.db.run(signals.send, alice.account_id, call_id, said)
    await late(network, "ends_at")
    assert await network.db.fetchval("select count(*) from calls") == 0


async def test_calls_that_nobody_takes_are_missed_and_declined_ones_are_not(
    network: Network,
) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await befriend(network, alice, bob, carol)
    call_id = 0
    for _ in range(2):  # the last of each is kept
        call_id = (await ring(network, alice, bob)).call_id
        await late(network, "ends_at")
        assert await state(network, alice, call_id) == "missed"
        with pytest.raises(Conflict):
            await network.db.run(calling.accept, bob.account_id, call_id)
    assert await rung(network, bob) == 0
    busy = (await ring(network, bob, carol)).call_id
    await network.db.run(calling.accept, carol.account_id, busy)
    with pytest.raises(Conflict) as refused:
        await ring(network, bob, alice)
    assert refused.value.reason == "in_call"
    told = await ring(network, alice, carol)
    assert told.is_busy
    assert [one.caller_id for one in await ringing.list_missed(network.db, carol.account_id)] == [
        alice.account_id
    ]
    await late(network, "callee_until")  # a browser that went without a word
    assert await state(network, bob, busy) == "over"
    declined = (await ring(network, alice, carol)).call_id
    await network.db.run(calling.close, alice.account_id, declined, "declined")  # is not theirs to
    assert await state(network, alice, declined) == "ringing"
    await network.db.run(calling.close, carol.account_id, declined, "declined")
    assert await state(network, alice, declined) == "declined"
    missed = await ringing.list_missed(network.db, bob.account_id)
    assert [one.id for one in missed] == [call_id]
    await network.db.run(calling.dismiss, bob.account_id, call_id)
    assert await ringing.list_missed(network.db, bob.account_id) == []


async def test_mutes_ring_for_nobody_and_blocks_end_a_call(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await befriend(network, alice, bob)
    mute = network.db.run
    await mute(
        blocks.mute, bob.account_id, alice.account_id, hides_notifications=True, duration_s=0
    )
    call_id = (await ring(network, alice, bob)).call_id
    assert await state(network, alice, call_id) == "ringing"
    assert await rung(network, bob) == 0
    with pytest.raises(NotFound):
        await network.db.run(calling.accept, bob.account_id, call_id)
    with pytest.raises(NotFound):
        await ringing.find(network.db, bob.account_id, call_id)
    await late(network, "ends_at")
    assert await state(network, alice, call_id) == "unanswered"
    assert await ringing.list_missed(network.db, bob.account_id) == []
    await network.db.run(blocks.unmute, bob.account_id, alice.account_id)
    call_id = (await ring(network, alice, bob)).call_id
    await network.db.run(calling.accept, bob.account_id, call_id)
    await network.db.run(blocks.block, bob.account_id, alice.account_id)
    await network.settle()
    assert await state(network, alice, call_id) == "over"


async def test_nobody_is_in_two_calls_whoever_presses_at_once(network: Network) -> None:
    people = await network.people("alice", "bob", "carol", "dave")
    await befriend(network, *people)
    pairs = [(one, other) for one in people for other in people if one is not other]
    told = await asyncio.gather(*(ring(network, *pair) for pair in pairs), return_exceptions=True)
    assert all(isinstance(one, Started | Conflict) for one in told), told
    rows = await network.db.fetch("select caller_id, callee_id from calls where state = 'ringing'")
    busy = [id_ for row in rows for id_ in row]
    assert rows
    assert len(busy) == len(set(busy))
    assert await network.db.fetchval("select count(*) from call_lines") == len(busy)


async def test_who_leaves_takes_their_calls_along(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await befriend(network, alice, bob)
    call_id = (await ring(network, alice, bob)).call_id
    await late(network, "ends_at")
    call_id = (await ring(network, bob, alice)).call_id
    await network.db.run(calling.accept, alice.account_id, call_id)
    await network.db.run(calling.erase, alice.account_id)
    for table in ("calls", "call_lines", "call_signals"):
        assert await network.db.fetchval(f"select count(*) from {table}") == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"\xff",
        b"{}",
        b'{"device":"short","to":"device-of-bob","number":0,"candidates":[{"candidate":"a"}]}',
        b'{"device":"device-of-alice","to":"device-of-bob","number":-1,"candidates":[{"candidate":"a"}]}',
        FROM_ALICE + b"}",
        FROM_ALICE + b',"candidates":[{"candidate":"\\u0000"}]}',
        FROM_ALICE + b',"candidates":[{"candidate":"a"}],"x":1}',
        FROM_ALICE + b',"description":{"type":"pranswer","sdp":"v=0\\n"}}',
        FROM_ALICE + b',"description":{"type":"offer","sdp":"hello"}}',
        FROM_ALICE + b',"description":{"type":"offer","sdp":"v=0\\nm=video 9"}}',
        FROM_ALICE + b',"description":{"type":"offer","sdp":"v=0\\n' + b"a" * 12_000 + b'"}}',
        FROM_ALICE + b',"candidates":[' + b",".join([b'{"candidate":"a"}'] * 21) + b"]}",
    ],
)
def test_what_is_no_signal_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        signals.read_signal(body)


async def test_signals_have_a_most(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "SIGNALS_MOST", 2)
    alice, bob = await network.people("alice", "bob")
    await befriend(network, alice, bob)
    call_id = (await ring(network, alice, bob)).call_id
    await network.db.run(signals.join, alice.account_id, call_id, DEVICES[0])

    async def send(number: int, device: str = DEVICES[0]) -> None:
        said = signals.Signal(
            device, DEVICES[1], number, candidates=[signals.Candidate("candidate:1")]
        )
        await network.db.run(signals.send, alice.account_id, call_id, said)

    for number in (0, 1, 1):
        await send(number)
    with pytest.raises(Conflict):
        await send(2)
    with pytest.raises(NotFound):  # another browser has the call
        await send(0, "device-of-nobody")
