"""Markers over HTTP: where somebody stopped reading."""

import asyncio

import pytest
from tests.rig.network import Network, Person

PATH = "/api/v1/markers"


async def test_markers_move(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    assert (await alice.get(PATH, timeline=["home"])).ok() == {}
    moved = (await alice.post(PATH, {"home": {"last_read_id": "103"}})).ok()
    assert (moved["home"]["last_read_id"], moved["home"]["version"]) == ("103", 0)
    form = {"home[last_read_id]": "104", "notifications[last_read_id]": "7"}
    moved = (await alice.call("POST", PATH, data=form)).ok()
    assert moved["home"]["version"] == 1
    assert moved["notifications"]["version"] == 0
    shown = (await alice.get(PATH, timeline=["home", "notifications"])).ok()
    assert shown == moved
    assert list((await alice.get(PATH, timeline=["notifications"])).ok()) == ["notifications"]
    assert (await bob.get(PATH, timeline=["home"])).ok() == {}
    assert (await alice.get(PATH)).ok() == {}
    assert (await alice.post(PATH, {})).ok() == {}


async def test_stale_version_conflicts(network: Network) -> None:
    alice = await network.person("alice")
    (await alice.post(PATH, {"home": {"last_read_id": 1}})).ok()
    (await alice.post(PATH, {"home": {"last_read_id": 2, "version": 0}})).ok()
    both = {"home": {"last_read_id": 3, "version": 0}, "notifications": {"last_read_id": 3}}
    assert (await alice.post(PATH, both)).refused(409) == (
        "Conflict during update, please try again"
    )
    shown = (await alice.get(PATH, timeline=["home", "notifications"])).ok()
    assert list(shown) == ["home"]
    assert (shown["home"]["last_read_id"], shown["home"]["version"]) == ("2", 1)


async def test_race_for_one_version_has_one_winner(network: Network) -> None:
    alice = await network.person("alice")
    (await alice.post(PATH, {"home": {"last_read_id": 1}})).ok()
    moves = [{"home": {"last_read_id": n, "version": 0}} for n in range(2, 18)]
    answers = await asyncio.gather(*(alice.post(PATH, move) for move in moves))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 15


@pytest.mark.parametrize(
    "wrong",
    [
        {"home": {}},
        {"home": {"last_read_id": "x"}},
        {"home": {"last_read_id": -1}},
        {"home": {"last_read_id": 1 << 64}},
        {"home": "103"},
    ],
)
async def test_wrong_markers_are_refused(network: Network, wrong: object) -> None:
    alice = await network.person("alice")
    assert (await alice.post(PATH, wrong)).refused(422)
    assert await network.db.fetchval("select count(*) from markers") == 0


async def test_markers_need_a_person_and_scopes(network: Network) -> None:
    alice = await network.person("alice")
    assert (await network.anyone.get(PATH, timeline=["home"])).refused(401)
    assert (await alice.get(PATH, timeline=["elsewhere"])).refused(422)
    reader = Person(network, "alice", await network.token(alice.user_id, ("read",)), alice)
    assert (await reader.post(PATH, {"home": {"last_read_id": 1}})).refused(403)
