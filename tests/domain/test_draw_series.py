"""Draws beyond the plain one: series, relays that fail, steps that die, erasure, the owner's list."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.rig import beacons
from tests.rig.draws import Hall, crowd, open_hall
from tests.rig.https_server import Answer, HttpsServer, respond
from tests.rig.network import Network, Person, serve

from parvis.domain.access import leaving
from parvis.domain.draws import announce as announcing
from parvis.domain.draws import beacons as rounds
from parvis.domain.draws import drawing, entering, freezing, refusing, showing, working
from parvis.domain.draws.refusing import DrawRefused
from parvis.domain.draws.rows import held_of
from parvis.domain.errors import Conflict, Forbidden, Invalid, NotFound
from parvis.domain.network import settings
from parvis.domain.network.settings import DrawRefusal
from parvis.protocols import draws as formats
from parvis.protocols.merkle_log import leaf_hash, root_of


@pytest.fixture
async def hall(network: Network, monkeypatch: pytest.MonkeyPatch) -> Hall:
    return await open_hall(network, monkeypatch)


@pytest.fixture
async def relayed(
    dsn: str, tmp_path: Path, site: HttpsServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Hall]:
    reachable = (ip_network("127.0.0.0/8"),)
    async with serve(dsn, tmp_path, test_reachable=reachable) as network:
        made = await open_hall(network, monkeypatch)
        dead = "https://127.0.0.1:9"
        msgspec.structs.force_setattr(network.app.means, "beacons", (dead, site.base))
        yield made


def signed(draw: Any, number: int = 1, place: int = 0) -> formats.Source:
    return formats.parse_terms(draw.drawings[number - 1].manifest).sources[place]


async def test_a_series_draws_each_day_from_those_who_were_in_that_day(hall: Hall) -> None:
    (alice,) = await hall.network.people("alice")
    people = await crowd(hall.network, 4)
    id_ = await hall.announce(alice, every="day", drawings=3, winners=1, reserves=0)
    await hall.enter(id_, people[0], people[1])
    await hall.freeze(id_)
    await hall.enter(id_, people[2])  # for the days to come
    await hall.db.run(entering.leave, people[0].account_id, id_)
    draw = await hall.draw(id_, 1)
    assert [one.entrants for one in draw.drawings] == [2, None, None]
    await hall.freeze(id_)
    await hall.draw(id_, 2)
    await hall.freeze(id_)
    draw = await hall.draw(id_, 3)
    assert [one.state for one in draw.drawings] == ["drawn"] * 3
    assert [one.entrants for one in draw.drawings] == [2, 2, 2]
    winners = await showing.list_winners(hall.db, id_)
    assert len({one.account_id for one in winners}) == len(winners)  # nobody wins twice
    told = [one for one in await hall.entries(id_) if one["type"] == "drawn"]
    assert told[0]["left_out"] == 0
    assert sum(one["left_out"] for one in told) >= 1
    assert len([one for one in told if not one["winners"]]) == 3 - len(winners)
    with pytest.raises(Conflict, match="over"):
        await hall.db.run(announcing.cancel, alice.account_id, id_, "why not")


async def test_relays_are_asked_one_after_the_other_and_the_fallback_comes_after_a_day(
    relayed: Hall, site: HttpsServer
) -> None:
    hall = relayed
    (alice, bob) = await hall.network.people("alice", "bob")
    first, lost, known = [await hall.announce(alice) for _ in range(3)]
    for id_ in (first, lost, known):
        await hall.enter(id_, bob)
    # A clock that is an hour late: the round to come is there already.
    source = signed(await hall.find(known))
    beacons.relay(site, beacons.chain(), source.round, beacons.sign(source.round))
    draw = await hall.freeze(known)
    assert draw.drawings[0].why == freezing.LATE
    site.answers.clear()
    draw = await hall.find(first)
    # The time has come by this clock, but no relay has the round; one lies.
    hall.clock.go_to(draw.drawings[0].due_at - timedelta(seconds=200))
    (again,) = [await hall.announce(alice, frozen_at=hall.clock.moment + timedelta(minutes=2))]
    await hall.enter(again, bob)
    draw = await hall.freeze(again)
    source, older = (signed(draw, place=place) for place in (0, 1))
    hall.clock.go_to(draw.drawings[0].due_at + timedelta(seconds=40))
    beacons.relay(site, beacons.chain(), source.round, beacons.sign(source.round, beacons.OTHER))
    await hall.settle()
    assert (await hall.find(again)).drawings[0].state == "shown"
    # It stays away for a day: the second round decides, and the log says so.
    site.answers.clear()
    beacons.relay(
        site, beacons.chain(beacons.OTHER, "older", 1_600_000_000), older.round,
        beacons.sign(older.round, beacons.OTHER),
    )  # fmt: skip
    hall.clock.go(hours=23)
    await hall.settle()
    assert (await hall.find(again)).drawings[0].state == "shown"
    hall.clock.go(hours=1)
    await hall.settle()
    assert (await hall.find(again)).drawings[0].state == "drawn"
    assert next(o for o in await hall.entries(again) if o["type"] == "drawn")["source"] == 1


async def test_relays_that_hang_lie_or_flood_are_passed_by(
    relayed: Hall, site: HttpsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "WAITS_S", 0.5)
    hall = relayed
    (alice, bob) = await hall.network.people("alice", "bob")
    id_ = await hall.announce(alice)
    await hall.enter(id_, bob)
    draw = await hall.freeze(id_)
    source = signed(draw)
    hangs = asyncio.Event()

    async def hang(_: asyncio.StreamWriter) -> None:
        await hangs.wait()

    async def flood(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{")
        for _ in range(160):  # 10 MB
            writer.write(b" " * 65_536)
            await writer.drain()

    forged = json.loads(beacons.sign(source.round + 7))
    del forged["randomness"]
    lies: dict[str, Answer] = {
        "hangs": hang,
        "has-none": respond(404, b"not yet"),
        "other-chain": respond(200, beacons.sign(source.round, beacons.OTHER)),
        "forges": respond(200, json.dumps(forged | {"round": source.round}).encode()),
        "floods": flood,
        "is-ahead": respond(200, beacons.sign(source.round + 1)),
        "is-none": respond(200, b"<html>"),
    }
    path = f"/{source.chain}/public/{source.round}"
    for name, answer in lies.items():
        site.answers[f"/{name}{path}"] = answer
    means = hall.network.app.means
    msgspec.structs.force_setattr(means, "beacons", tuple(f"{site.base}/{one}" for one in lies))
    hall.clock.go_to(draw.drawings[0].due_at)
    site.asked.clear()
    await hall.settle()
    assert [one.split("/")[1] for one, _ in site.asked[: len(lies)]] == list(lies)
    assert (await hall.find(id_)).drawings[0].state == "shown"
    # One of them gets it right.
    site.answers[f"/is-none{path}"] = respond(200, beacons.sign(source.round))
    hall.clock.go(seconds=40)
    await hall.settle()
    hangs.set()
    assert (await hall.find(id_)).drawings[0].state == "drawn"


async def test_what_a_killed_worker_began_ends_the_same(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    (alice,) = await hall.network.people("alice")
    id_ = await hall.announce(alice, winners=2)
    await hall.enter(id_, *await crowd(hall.network, 5))
    draw = await hall.find(id_)
    hall.clock.go_to(draw.current.frozen_at)
    payload = {"draw_id": id_, "number": 1}
    steps = ("append", "append", "append")

    def dying(after: int, name: str) -> Any:
        module = {"freeze": freezing, "drawn": drawing}[name]
        whole = module.append
        left = [after]

        async def append(*args: Any, **how: Any) -> None:
            await whole(*args, **how)
            left[0] -= 1
            if left[0] < 0:
                raise SystemExit  # in the transaction, after it wrote

        monkeypatch.setattr(module, "append", append)
        return lambda: monkeypatch.setattr(module, "append", whole)

    for after in range(len(steps) - 1):
        heal = dying(after, "freeze")
        with suppress(SystemExit):
            await working.move(hall.network.app.means, payload)
        heal()
    await working.move(hall.network.app.means, payload)
    await hall.logs.settle()
    hall.clock.go(seconds=40)
    await hall.settle()
    draw = await hall.find(id_)
    assert draw.drawings[0].state == "shown"
    hall.clock.go_to(draw.drawings[0].due_at)
    source = signed(draw)
    await hall.db.run(rounds.supply, None, id_, beacons.sign(source.round))
    heal = dying(0, "drawn")
    with suppress(SystemExit):
        await working.move(hall.network.app.means, payload)
    heal()
    held = held_of(await hall.db.fetchrow(working.Q.find_drawing, id_, 1))
    beacon = rounds.supplied(held.supplied, 0)
    assert beacon is not None
    await working.move(hall.network.app.means, payload)
    await drawing.draw(hall.db, held, 0, beacon)  # and once more, by a worker that was slow
    types = [one["type"] for one in await hall.entries(id_)]
    assert types.count("freeze") == types.count("frozen") == types.count("drawn") == 1
    winners = await showing.list_winners(hall.db, id_)
    assert [one.place for one in winners if one.place is not None] == [0, 1]


async def test_calling_off_and_what_erasure_leaves(hall: Hall) -> None:
    (alice, bob, carol) = await hall.network.people("alice", "bob", "carol")
    mona = await hall.network.person("mona", role="admin")
    id_, other, third = [await hall.announce(alice) for _ in range(3)]
    await hall.enter(id_, bob, carol)
    await hall.enter(other, bob, carol)
    for by, why, refused in ((alice, " ", Invalid), (bob, "no", Forbidden)):
        with pytest.raises(refused):
            await hall.db.run(announcing.cancel, by.account_id, id_, why)
    await hall.db.run(announcing.cancel, mona.account_id, id_, "The boat sank")
    with pytest.raises(Conflict):
        await hall.enter(id_, bob)
    last = (await hall.entries(id_))[-1]
    assert last["type"] == "cancelled"
    path = f"log/draws/{id_}/openings"
    assert (await hall.logs.auditor.get(f"{path}/{last['why']}")).ok()["text"] == "The boat sank"
    # Carol leaves the network: she leaves the list. Then Alice: her draws are called off, her words go.
    for gone in (carol, alice):
        await hall.db.run(leaving.leave, gone.account_id, gone.user_id)
        await hall.settle()
    types = [one["type"] for one in await hall.entries(other)]
    assert types[-2:] == ["left", "cancelled"]
    assert (await hall.find(other)).title == ""
    title = (await hall.entries(other))[0]["title"]
    assert (await hall.logs.auditor.get(f"log/draws/{other}/openings/{title}")).status == 410
    assert (await hall.find(third)).cancelled_at is not None
    left = await hall.db.fetch(
        "select 1 from draw_entrants where account_id = $1", carol.account_id
    )
    assert left == []


async def test_who_may_draw_where_and_who_may_enter(hall: Hall) -> None:
    (alice, bob, carol) = await hall.network.people("alice", "bob", "carol")
    for tie in ("voting", "registering", "signing"):  # a young network refuses all three everywhere
        with pytest.raises(DrawRefused) as refused:
            await hall.announce(alice, places="US-PA", tied_to=tie)
        assert "US-PA" in str(refused.value)
    said = [DrawRefusal("US", "voting", "18 U.S.C. § 597")]
    await hall.db.run(settings.change, draw_refusals=msgspec.to_builtins(said))
    for places in ("US-PA", "FR, US", "*"):
        with pytest.raises(DrawRefused, match="597"):
            await hall.announce(alice, places=places, tied_to="voting")
    await hall.announce(alice, places="FR", tied_to="voting")
    network = await settings.read(hall.db)
    await hall.db.run(refusing.add, network, "fr", "voting", "Forbidden")
    with pytest.raises(DrawRefused):
        await hall.announce(alice, places="FR", tied_to="voting")
    await hall.db.run(refusing.remove, await settings.read(hall.db), "FR", "voting")
    await hall.announce(alice, places="FR", tied_to="voting")
    for wrong in (
        {"title": " "}, {"prizes": ""}, {"winners": 0}, {"reserves": 501}, {"places": "Paris"},
        {"places": ""}, {"tied_to": "love"}, {"frozen_at": hall.clock.moment}, {"drawings": 3},
        {"wait_s": 59}, {"every": "hour", "wait_s": 3_600}, {"every": "day", "drawings": 367},
        {"answer_within_s": 5}, {"older_than_days": -1}, {"list_id": 1},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            await hall.announce(alice, **wrong)
    listed = (await alice.post("/api/v1/lists", {"title": "Crew"})).ok()["id"]
    await alice.follow(bob)
    (await alice.post(f"/api/v1/lists/{listed}/accounts", {"account_ids": [bob.id]})).ok()
    for how, why in (
        ({"older_than_days": 30}, "too young"),
        ({"follow_the_author": True}, "followers"),
        ({"list_id": int(listed)}, "on a list"),
    ):
        id_ = await hall.announce(alice, **how)
        with pytest.raises(Forbidden, match=why):
            await hall.enter(id_, carol)
    await hall.enter(id_, bob)
    await hall.db.run(settings.change, members_may_draw=False)
    with pytest.raises(Forbidden, match="look after"):
        await hall.announce(alice)


async def test_winners_whom_the_author_picks_are_selected_never_drawn(hall: Hall) -> None:
    (alice, bob, carol) = await hall.network.people("alice", "bob", "carol")
    id_ = await hall.announce(alice, method="selected", winners=1)
    await hall.enter(id_, bob, carol)
    with pytest.raises(NotFound):
        await hall.db.run(drawing.select, alice.account_id, id_, [])
    await hall.freeze(id_)
    names = {account: name for name, account in await showing.list_entrants(hall.db, id_, 10)}
    both = list(names.values())
    for wrong in ([], both, ["zz"], ["ab" * 16]):
        with pytest.raises(Invalid):
            await hall.db.run(drawing.select, alice.account_id, id_, wrong)
    with pytest.raises(Forbidden):
        await hall.db.run(drawing.select, bob.account_id, id_, both[:1])
    await hall.db.run(drawing.select, alice.account_id, id_, [names[bob.account_id]])
    types = [one["type"] for one in await hall.entries(id_)]
    assert "selected" in types
    assert "drawn" not in types
    (winner,) = await showing.list_winners(hall.db, id_)
    assert winner.account_id == bob.account_id


async def test_who_enters_while_the_list_freezes_is_in_it_or_refused(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of those who enter says that there is time: only the draw's row decides."""
    (alice,) = await hall.network.people("alice")
    people = await crowd(hall.network, 24)
    id_ = await hall.announce(alice)
    draw = await hall.find(id_)
    before = hall.clock.moment
    monkeypatch.setattr(entering, "now", lambda: before)
    hall.clock.go_to(draw.current.frozen_at)

    async def enter(one: Person) -> bool:
        try:
            await hall.enter(id_, one)
        except Conflict:
            return False
        return True

    entered, _, later = await asyncio.gather(
        asyncio.gather(*map(enter, people[:16])),
        hall.db.run(freezing.freeze, id_, 1),
        asyncio.gather(*map(enter, people[16:])),
    )
    await hall.settle()
    said = await hall.entries(id_)
    frozen = next(at for at, one in enumerate(said) if one["type"] == "freeze")
    came = [at for at, one in enumerate(said) if one["type"] == "entry"]
    assert all(at < frozen for at in came)
    root = next(one for one in said if one["type"] == "frozen")
    assert root["entrants"] == len(came) == sum(entered) + sum(later)
    leaves = sorted(leaf_hash(entering.entry_of(bytes.fromhex(said[at]["entrant"]))) for at in came)
    assert root["root"] == root_of(leaves).hex()
