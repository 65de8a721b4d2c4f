"""Draws through the domain's commands and the worker: frozen in time, decided by the beacon, answered."""

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.rig import beacons
from tests.rig.draws import Hall, crowd, open_hall
from tests.rig.network import Network

from parvis.domain.draws import announce as announcing
from parvis.domain.draws import answering, chains, entering, showing
from parvis.domain.draws import beacons as rounds
from parvis.domain.draws.types import announced_of
from parvis.domain.errors import Conflict, Forbidden, Invalid, NotFound
from parvis.protocols import draws as formats
from parvis.protocols.drand import QUICKNET
from parvis.protocols.merkle_log import leaf_hash, root_of

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "drand" / "beacons.json"


@pytest.fixture
async def hall(network: Network, monkeypatch: pytest.MonkeyPatch) -> Hall:
    return await open_hall(network, monkeypatch)


async def test_a_draw_from_its_announcement_to_the_last_answer(hall: Hall) -> None:
    (alice,) = await hall.network.people("alice")
    people = await crowd(hall.network, 8)
    id_ = await hall.announce(alice, winners=2, reserves=2, said="Who comes along?")
    said = (await alice.get(f"/api/v1/accounts/{alice.id}/statuses")).ok()[0]
    assert f"/draws/{id_}" in said["content"]
    await hall.enter(id_, *people)
    await hall.enter(id_, people[0])  # pressed twice
    await hall.db.run(entering.leave, people[6].account_id, id_)
    await hall.db.run(entering.leave, people[7].account_id, id_)
    await hall.enter(id_, people[7])  # thought better of it
    with pytest.raises(Forbidden, match="your own"):
        await hall.enter(id_, alice)
    with pytest.raises(Invalid, match="where you are"):
        await hall.enter(id_, people[6], place="US")
    draw = await hall.freeze(id_)
    assert (draw.drawings[0].state, draw.drawings[0].entrants) == ("shown", 7)
    with pytest.raises(Conflict):
        await hall.enter(id_, people[6])
    with pytest.raises(Conflict):
        await hall.db.run(entering.leave, people[0].account_id, id_)
    with pytest.raises(Conflict, match="frozen"):
        await hall.db.run(announcing.cancel, alice.account_id, id_, "I do not like it")
    draw = await hall.draw(id_)
    assert draw.drawings[0].state == "drawn"

    # Anybody draws again from the log alone.
    entries = await hall.entries(id_)
    manifest, drawing = entries[0], entries[1]
    assert (manifest["type"], drawing["type"]) == ("draw", "drawing")
    assert drawing["manifest"] == leaf_hash(draw.manifest).hex()
    inside: set[str] = set()
    for one in entries[: next(at for at, one in enumerate(entries) if one["type"] == "freeze")]:
        if one["type"] == "entry":
            inside.add(one["entrant"])
        elif one["type"] == "left":
            inside.remove(one["entrant"])
    leaf_of = {leaf_hash(entering.entry_of(bytes.fromhex(one))): one for one in inside}
    leaves = sorted(leaf_of)
    frozen = next(one for one in entries if one["type"] == "frozen")
    assert (frozen["root"], frozen["entrants"]) == (root_of(leaves).hex(), 7)
    told = next(one for one in entries if one["type"] == "drawn")
    randomness = hashlib.sha256(bytes.fromhex(told["beacon"]["signature"])).digest()
    outcome = formats.draw(draw.drawings[0].manifest, leaves, randomness)
    assert told["winners"] == [leaf_of[one.leaf] for one in outcome.winners]
    assert told["reserves"] == [leaf_of[one.leaf] for one in outcome.reserves]


async def test_winners_are_told_and_answer_and_reserves_take_their_places(hall: Hall) -> None:
    (alice,) = await hall.network.people("alice")
    people = await crowd(hall.network, 7)
    id_ = await hall.announce(alice, winners=2, reserves=2)
    await hall.enter(id_, *people)
    await hall.freeze(id_)
    await hall.draw(id_)
    winners = await showing.list_winners(hall.db, id_)
    by_id = {one.account_id: one for one in people}
    first, second = (by_id[one.account_id] for one in winners if one.place is not None)
    reserves = [by_id[one.account_id] for one in winners if one.place is None]
    assert [one["type"] for one in (await first.get("/api/v1/notifications")).ok()] == ["draw"]
    kinds = [one["type"] for one in (await reserves[0].get("/api/v1/notifications")).ok()]
    assert kinds == ["draw.reserve"]
    with pytest.raises(NotFound):
        await hall.db.run(answering.answer, reserves[0].account_id, id_, 1, "accept")
    await hall.db.run(answering.answer, first.account_id, id_, 1, "decline")
    await hall.db.run(answering.answer, first.account_id, id_, 1, "decline")
    with pytest.raises(Conflict):
        await hall.db.run(answering.answer, first.account_id, id_, 1, "accept")
    await hall.settle()
    kinds = [one["type"] for one in (await reserves[0].get("/api/v1/notifications")).ok()]
    assert kinds == ["draw"]
    await hall.db.run(answering.answer, reserves[0].account_id, id_, 1, "accept")
    hall.clock.go(days=8)
    await hall.settle()
    with pytest.raises(Conflict):
        await hall.db.run(answering.answer, second.account_id, id_, 1, "accept")
    await hall.db.run(answering.answer, reserves[1].account_id, id_, 1, "decline")
    ends = (await hall.entries(id_))[-6:]
    assert " ".join(one["type"] for one in ends) == "answer answer called answer called closed"
    assert [one.get("answer") for one in ends] == [
        "accepted",
        "silent",
        None,
        "declined",
        None,
        None,
    ]
    assert ends[-2]["entrant"] is None
    assert (await hall.find(id_)).closed_at is not None


async def test_nothing_decides_that_was_not_frozen_and_seen_before_its_round(hall: Hall) -> None:
    (alice, bob) = await hall.network.people("alice", "bob")
    # The worker was away for an hour, or its clock is late: the round could have been known.
    late = await hall.announce(alice)
    await hall.enter(late, bob)
    hall.clock.go_to((await hall.find(late)).drawings[0].due_at - timedelta(seconds=30))
    await hall.settle()
    drawing = (await hall.find(late)).drawings[0]
    assert (drawing.state, drawing.why) == ("void", "the list was frozen too late for its round")
    assert (await hall.entries(late))[-2]["type"] == "void"
    # Frozen in time, but the log stood still until the round was there.
    unseen = await hall.announce(alice)
    draw = await hall.find(unseen)
    hall.clock.go_to(draw.current.frozen_at)
    await hall.network.settle()
    hall.clock.go_to(draw.current.due_at)
    await hall.network.settle()
    assert (await hall.find(unseen)).drawings[
        0
    ].why == "the frozen list was not published before its round"
    # Published, but nobody looked in time; no witness was asked, so none is blamed.
    missed = await hall.announce(alice)
    draw = await hall.find(missed)
    hall.clock.go_to(draw.current.frozen_at)
    await hall.network.settle()
    await hall.logs.settle()
    hall.clock.go_to(draw.current.due_at)
    await hall.network.settle()
    drawing = (await hall.find(missed)).drawings[0]
    assert drawing.why == "the frozen list was not published before its round"
    # Witnesses are asked, and none answered.
    key = "witness.example+47d9b5b6+BHyz8n1yZWVUU3BKyqY0ymo4yoCh8FI3BmuZIu8hrZ3h"
    await hall.db.fetch(
        "insert into log_witnesses (name, key, address) values ('w', $1, 'https://w.example')", key
    )
    alone = await hall.announce(alice)
    draw = await hall.freeze(alone)
    assert announced_of(draw.manifest).witnessed
    assert draw.drawings[0].state == "frozen"
    hall.clock.go_to(draw.current.due_at)
    await hall.settle()
    assert (await hall.find(alone)).drawings[0].why.startswith("no witness")  # type: ignore[union-attr]


async def test_wrong_beacons_are_refused_in_words(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    (alice, bob) = await hall.network.people("alice", "bob")
    id_ = await hall.announce(alice)
    await hall.enter(id_, bob)
    draw = await hall.freeze(id_)
    source, older = formats.parse_terms(draw.drawings[0].manifest).sources
    right = beacons.sign(source.round)

    async def refused(content: bytes, kind: type[Exception] = Invalid) -> str:
        with pytest.raises(kind) as caught:
            await hall.db.run(rounds.supply, None, id_, content)
        return str(caught.value)

    assert "not due yet" in await refused(right, Conflict)  # whose clock is right?
    with pytest.raises(Forbidden):
        await hall.db.run(rounds.supply, bob.account_id, id_, right)
    hall.clock.go_to(draw.drawings[0].due_at)
    assert f"not {source.round}" in await refused(beacons.sign(source.round + 1))
    wrong_chain = beacons.sign(source.round, beacons.OTHER)
    assert older.round != source.round
    assert "chain older, not of test" in await refused(wrong_chain)
    forged = json.loads(right)
    forged["signature"] = json.loads(beacons.sign(source.round + 7))["signature"]
    del forged["randomness"]
    assert "did not sign" in await refused(json.dumps(forged).encode())
    assert "not what drand writes" in await refused(b"heads")
    invalid = (
        next((one for one in json.loads(VECTORS.read_text()) if not one["valid"]), None)
        if VECTORS.is_file()
        else None
    )
    if invalid is not None:
        told = {name: invalid[name] for name in ("round", "signature")}
        assert await refused(json.dumps(told).encode())
    assert (await hall.find(id_)).drawings[0].state == "shown"
    monkeypatch.setattr(
        chains, "FIRST", []
    )  # a later program knows others: the manifest has its own
    await hall.db.run(rounds.supply, alice.account_id, id_, right)
    await hall.settle()
    assert (await hall.find(id_)).drawings[0].state == "drawn"


async def test_a_published_round_of_quicknet_decides(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Round 1000 of the public network, from its own time, an hour too early, and in its time."""
    monkeypatch.setattr(chains, "FIRST", [QUICKNET])
    signature = (
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125"
        "e342b73a8dd2bacbe47e4b6b63ed5e39"
    )
    content = json.dumps({"round": 1000, "signature": signature}).encode()
    due = datetime.fromtimestamp(QUICKNET.due_at(1000), tz=hall.clock.moment.tzinfo)
    hall.clock.go_to(due - timedelta(hours=2))
    (alice, bob) = await hall.network.people("alice", "bob")
    id_ = await hall.announce(alice, frozen_at=due - timedelta(seconds=300), wait_s=300, reserves=0)
    assert formats.parse_terms((await hall.find(id_)).drawings[0].manifest).sources[0].round == 1000
    await hall.enter(id_, bob)
    await hall.freeze(id_)
    hall.clock.go_to(due - timedelta(hours=1))
    with pytest.raises(Conflict, match="clock is wrong"):
        await hall.db.run(rounds.supply, None, id_, content)
    hall.clock.go_to(due)
    await hall.db.run(rounds.supply, None, id_, content)
    await hall.settle()
    told = next(one for one in await hall.entries(id_) if one["type"] == "drawn")
    assert told["beacon"]["randomness"] == (
        "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"
    )
