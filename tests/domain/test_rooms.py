"""Rooms: who may do what from which state, when two do it at once, and when their people leave."""

import asyncio
from datetime import timedelta

import pytest
from tests.rig.network import Network, Person, SqlBudget
from tests.rig.rooms import opened, scheduled

from parvis.domain.erasure import erase
from parvis.domain.errors import Conflict, Forbidden, NotFound, Refused
from parvis.domain.rooms import captions, hands, keeping, questions, running, scheduling, showing
from parvis.domain.rooms.captions import Span
from parvis.domain.rooms.types import Caption, Question
from parvis.infra.clock import now

KEEPER = "this one"


async def speakers(network: Network, room_id: int) -> dict[str, bool]:
    """Who may be heard, and whether they are muted, as the room's process is told."""
    return {one.name: one.muted for one in await told(network, room_id)}


async def gains(network: Network, room_id: int) -> dict[str, float]:
    """How much louder each is made."""
    return {one.name: one.gain for one in await told(network, room_id)}


async def told(network: Network, room_id: int) -> list[keeping.Speaker]:
    await keeping.take(network.db, KEEPER)
    wanted = {one.room_id: one for one in await keeping.list_wanted(network.db, KEEPER)}
    control = wanted[room_id].control
    assert control is not None
    return list(control.speakers.values())


async def give(network: Network, host: Person, room_id: int, whom: Person, act: str) -> None:
    await network.db.run(hands.give_place, host.account_id, room_id, whom.account_id, act)


async def take(network: Network, who: Person, room_id: int, act: str) -> None:
    await network.db.run(hands.take_place, who.account_id, room_id, act)


async def test_of_two_hosts_who_press_at_once_one_does_it(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    room_id = await opened(network, alice, speakers=["bob"])
    await take(network, bob, room_id, "accept")
    await give(network, alice, room_id, bob, "promote")
    pressed = [
        network.db.run(running.move, who.account_id, room_id, "start") for who in (alice, bob) * 4
    ]
    done = await asyncio.gather(*pressed, return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Conflict"] * 7 + ["NoneType"]
    # One hands over while the other removes the new host: whoever is first, the room has one host.
    carol = await network.person("carol")
    await give(network, alice, room_id, carol, "invite")
    await take(network, carol, room_id, "accept")
    await asyncio.gather(
        network.db.run(hands.hand_over, alice.account_id, room_id, carol.account_id),
        give(network, bob, room_id, carol, "remove"),
        return_exceptions=True,
    )
    room = await showing.find(network.db, 0, room_id)
    heard = await speakers(network, room_id)
    assert (room.account_id == carol.account_id) == ("carol" in heard)
    assert "alice" in heard


async def test_places_lead_where_they_may(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob, carol, dave = await network.people("alice", "bob", "carol", "dave")
    room_id = await scheduled(network, alice, speakers=["bob"])
    with pytest.raises(Conflict):
        await take(network, carol, room_id, "raise")  # the doors are closed
    with pytest.raises(Conflict):
        await take(network, carol, room_id, "accept")  # nobody asked
    await take(network, bob, room_id, "accept")
    with sql_budget(2):
        await network.db.run(running.move, alice.account_id, room_id, "open")
    assert await hands.may_speak(network.db, bob.account_id, room_id)
    assert not await hands.may_speak(network.db, carol.account_id, room_id)
    with sql_budget(2):
        await take(network, carol, room_id, "raise")
    await take(network, carol, room_id, "raise")  # twice is once
    with pytest.raises(Forbidden):
        await give(network, bob, room_id, carol, "admit")  # a speaker is no host
    with sql_budget(3):
        await give(network, alice, room_id, carol, "admit")
    assert await speakers(network, room_id) == {"alice": False, "bob": False, "carol": False}
    await give(network, alice, room_id, bob, "promote")
    with pytest.raises(Forbidden):
        await give(network, bob, room_id, carol, "promote")  # the host alone
    await network.db.run(hands.silence, bob.account_id, room_id, carol.account_id, muted=True)
    assert (await speakers(network, room_id))["carol"]
    await give(network, bob, room_id, carol, "remove")
    with pytest.raises(Forbidden):
        await take(network, carol, room_id, "raise")
    assert not await hands.may_speak(network.db, carol.account_id, room_id)
    await give(network, bob, room_id, carol, "invite")  # they may come back
    await take(network, carol, room_id, "accept")
    # Who is too soft is made louder, and stays so when they change places.
    with sql_budget(3):
        await network.db.run(hands.amplify, bob.account_id, room_id, carol.account_id, gain_db=6)
    await network.db.run(hands.amplify, bob.account_id, room_id, alice.account_id, gain_db=-12)
    with pytest.raises(Forbidden):
        await network.db.run(hands.amplify, carol.account_id, room_id, bob.account_id, gain_db=3)
    with pytest.raises(Conflict):
        await network.db.run(hands.amplify, bob.account_id, room_id, dave.account_id, gain_db=3)
    assert await gains(network, room_id) == {"alice": 0.251, "bob": 1.0, "carol": 1.995}
    await network.db.run(hands.hand_over, alice.account_id, room_id, bob.account_id)
    assert await gains(network, room_id) == {"alice": 0.251, "bob": 1.0, "carol": 1.995}
    with pytest.raises(Forbidden):
        await network.db.run(hands.hand_over, alice.account_id, room_id, carol.account_id)
    with pytest.raises(Conflict):
        await network.db.run(hands.hand_over, bob.account_id, room_id, dave.account_id)
    with pytest.raises(NotFound):
        await give(network, bob, 12345, alice, "invite")
    # Who blocks whom does not see the message, nor the room.
    (await alice.post(f"/api/v1/accounts/{dave.id}/block")).ok()
    with pytest.raises(NotFound):
        await take(network, dave, room_id, "raise")


async def test_doors_open_by_themselves_and_forgotten_rooms_end(network: Network) -> None:
    alice = await network.person("alice")
    soon = await scheduled(network, alice, starts_at=now() + timedelta(minutes=9))
    later = await scheduled(network, alice, starts_at=now() + timedelta(minutes=11))
    assert await network.db.run(running.open_due) == 1
    assert await network.db.run(running.open_due) == 0
    states = [(await showing.find(network.db, 0, one)).state for one in (soon, later)]
    assert states == ["open", "scheduled"]
    room = await showing.find(network.db, 0, soon)
    assert room.epoch_ms is not None
    assert abs(room.epoch_ms - now().timestamp() * 1_000) < 60_000
    await network.db.fetch(
        "update rooms set starts_at = now() - interval '3 h', opened_at = now() - interval '3 h'"
        " where id = $1",
        soon,
    )
    assert await network.db.run(running.open_due) == 1
    assert (await showing.find(network.db, 0, soon)).state == "ended"


async def test_a_suspended_host_is_silent_and_a_deleted_message_takes_its_room_along(
    network: Network,
) -> None:
    alice, bob = await network.people("alice", "bob")
    room_id = await opened(network, alice)
    await network.db.run(running.move, alice.account_id, room_id, "start")
    await network.db.fetch(
        "update accounts set suspended_at = now() where id = $1", alice.account_id
    )
    await keeping.take(network.db, KEEPER)
    (wanted,) = await keeping.list_wanted(network.db, KEEPER)
    assert wanted.control is not None
    assert (wanted.control.mix, wanted.control.speakers) == ("paused", {})
    with pytest.raises(NotFound):
        await showing.find(network.db, bob.account_id, room_id)
    with pytest.raises(Refused):
        await network.db.run(running.move, alice.account_id, room_id, "pause")


async def test_another_keeper_takes_rooms_of_one_that_went_silent(network: Network) -> None:
    alice = await network.person("alice")
    await opened(network, alice)
    await keeping.take(network.db, KEEPER)
    await keeping.take(network.db, "another")
    assert len(await keeping.list_wanted(network.db, KEEPER)) == 1
    assert await keeping.list_wanted(network.db, "another") == []
    await network.db.fetch("update rooms set kept_until = now() - interval '1 s'")
    await keeping.take(network.db, "another")
    assert await keeping.list_wanted(network.db, KEEPER) == []
    assert len(await keeping.list_wanted(network.db, "another")) == 1


async def test_who_leaves_leaves_nothing_in_rooms(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    own = await opened(network, bob)
    other = await opened(network, alice, speakers=["bob"])
    run = network.db.run
    await take(network, bob, other, "accept")
    await run(questions.ask, bob.account_id, other, "A question of Bob’s")
    await run(questions.ask, alice.account_id, other, "A question of Alice’s")
    (asked,) = [
        one for one in (await showing.show(network.db, 0, other)).questions if "Alice" in one.text
    ]
    await run(questions.vote, bob.account_id, other, asked.id, wants=True)
    await erase.erase(network.app.means, {"account_id": bob.account_id, "is_last": True})
    shown = await showing.show(network.db, 0, other)
    assert [(one.text, one.votes) for one in shown.questions] == [("A question of Alice’s", 1)]
    assert shown.people == []
    with pytest.raises(NotFound):
        await showing.find(network.db, 0, own)
    assert await network.db.fetchval("select count(*) from rooms where account_id is null") == 1


async def test_a_question_that_is_taken_is_a_chapter_and_ends_the_one_before(
    network: Network,
) -> None:
    alice, bob = await network.people("alice", "bob")
    room_id = await opened(network, alice)
    run = network.db.run
    for text in ("Où sont les arbres ?", "And the benches?"):
        await run(questions.ask, bob.account_id, room_id, text)

    async def asked() -> dict[str, Question]:
        shown = await showing.show(network.db, 0, room_id)
        return {one.text: one for one in shown.questions}

    first, second = (await asked()).values()
    with pytest.raises(Forbidden):
        await run(questions.answer, bob.account_id, room_id, first.id, "take")
    await run(questions.answer, alice.account_id, room_id, first.id, "take")
    assert (await asked())[first.text].is_taken
    await run(questions.answer, alice.account_id, room_id, second.id, "take")
    assert next(iter((await asked()).values())).is_taken  # stands first
    assert (await asked())[first.text].answered_at is not None
    await run(captions.feed, alice.account_id, room_id, "Good evening.")
    await keeping.take(network.db, "k")
    (wanted,) = await keeping.list_wanted(network.db, "k")
    assert wanted.control is not None
    assert [title for _, title in wanted.control.chapters] == [first.text, second.text]
    assert all(0 <= ms < 60_000 for ms, _ in wanted.control.chapters)
    assert [line.text for line in wanted.control.lines] == ["Good evening."]
    await run(questions.answer, alice.account_id, room_id, first.id, "unanswered")
    (wanted,) = await keeping.list_wanted(network.db, "k")
    assert wanted.control is not None
    assert [title for _, title in wanted.control.chapters] == [second.text]


async def test_a_room_is_changed_until_its_doors_open(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    room_id = await scheduled(network, alice)
    change = scheduling.Change(title="Another", starts_at=now() + timedelta(days=1), records=False)
    with pytest.raises(Forbidden):
        await network.db.run(scheduling.change, bob.account_id, room_id, change)
    await network.db.run(scheduling.change, alice.account_id, room_id, change)
    room = await showing.find(network.db, 0, room_id)
    assert (room.title, room.records) == ("Another", False)
    await network.db.run(running.record, alice.account_id, room_id, records=True)
    await network.db.run(running.move, alice.account_id, room_id, "open")
    with pytest.raises(Conflict):
        await network.db.run(scheduling.change, alice.account_id, room_id, change)
    with pytest.raises(Conflict):
        await network.db.run(running.move, alice.account_id, room_id, "publish")
    await network.db.run(running.move, alice.account_id, room_id, "end")
    with pytest.raises(Conflict):
        await network.db.run(running.record, alice.account_id, room_id, records=False)
    with pytest.raises(Conflict):  # nothing was recorded
        await network.db.run(running.move, alice.account_id, room_id, "publish")


def test_lines_stand_at_the_times_of_the_recording() -> None:
    spans = [Span(60_000, 120_000, 0), Span(180_000, 240_000, 60_000)]
    lines = [
        Caption(1, 10_000, 14_000, "Before it began"),
        Caption(2, 58_000, 64_000, "At the beginning"),
        Caption(3, 130_000, 140_000, "In the pause"),
        Caption(4, 3_600_000, 3_601_000, "Never"),
        Caption(5, 181_500, 184_000, "After it"),
    ]
    moved = captions.in_recording(lines, spans)
    assert [(one.id, one.from_ms, one.to_ms) for one in moved] == [
        (2, 0, 4_000),
        (5, 61_500, 64_000),
    ]
    assert captions.as_webvtt(moved).endswith("5\n00:01:01.500 --> 00:01:04.000\nAfter it\n")
