"""Publishing and showing statuses over HTTP."""

from typing import Any

import pytest
from tests.rig.network import Caller, Network, SqlBudget
from tests.rig.yardsticks import entity_faults, shape_faults


async def test_published_status_is_shown_to_anyone(network: Network) -> None:
    alice = await network.person("alice")
    made = await alice.publish("Bonjour @alice, voici #Parvis")
    shown = (await network.anyone.get(f"/api/v1/statuses/{made['id']}")).ok()
    assert shown["content"] == made["content"]
    assert shown["account"]["acct"] == "alice"
    assert shown["account"]["statuses_count"] == 1
    assert [tag["name"] for tag in shown["tags"]] == ["parvis"]


async def test_private_status_is_for_followers(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    made = await alice.publish("among us", visibility="private")
    await network.db.fetch(
        "insert into follows (account_id, target_id) values ($1, $2)",
        bob.account_id,
        alice.account_id,
    )
    assert (await bob.get(f"/api/v1/statuses/{made['id']}")).status == 200
    assert (await carol.get(f"/api/v1/statuses/{made['id']}")).refused(404) == "Record not found"
    assert (await network.anyone.get(f"/api/v1/statuses/{made['id']}")).refused(404)


async def test_home_gets_what_is_followed(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob = await network.people("alice", "bob")
    await network.db.fetch(
        "insert into follows (account_id, target_id) values ($1, $2)",
        bob.account_id,
        alice.account_id,
    )
    await alice.home()  # the token is known
    with sql_budget(3):
        made = await alice.publish("hello")
    await network.settle()
    assert [status["id"] for status in await bob.home()] == [made["id"]]
    assert [status["id"] for status in await alice.home()] == [made["id"]]
    await bob.get(f"/api/v1/statuses/{made['id']}")
    with sql_budget(0):
        await bob.home()
        await bob.get(f"/api/v1/statuses/{made['id']}")


async def test_idempotency_key_publishes_once(network: Network) -> None:
    alice = await network.person("alice")
    headers = {"Idempotency-Key": "k1"}
    first = (await alice.post("/api/v1/statuses", {"status": "once"}, headers=headers)).ok()
    again = (await alice.post("/api/v1/statuses", {"status": "once"}, headers=headers)).ok()
    assert first["id"] == again["id"]


async def test_blank_status_is_refused(network: Network) -> None:
    alice = await network.person("alice")
    answer = await alice.post("/api/v1/statuses", {"status": "  "})
    assert answer.refused(422) == "Validation failed: Text can't be blank"


async def test_statuses_are_as_documented(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    poll = {"options": ["a", "b"], "expires_in": 3600}
    made = await alice.publish("@bob #tag", poll=poll, language="en")
    path = f"/api/v1/statuses/{made['id']}"
    shown = (await bob.get(path)).ok()
    reblog = (await bob.post(f"{path}/reblog")).ok()
    for one in (made, shown, reblog, (await network.anyone.get(path)).ok()):
        assert entity_faults("Status", one) == []
    for one in (made, shown, reblog):
        assert entity_faults("Poll", (one["reblog"] or one)["poll"]) == []
    assert shape_faults("GET /api/v1/statuses/:id 200", made) == []
    assert shape_faults("POST /api/v1/statuses/:id/reblog 200", reblog) == []
    assert (
        shape_faults("GET /api/v1/statuses/:id/context 200", await get(bob, path, "context")) == []
    )
    (await alice.put(path, {"status": "edited", "poll": poll})).ok()
    for version in await get(bob, path, "history"):
        assert entity_faults("StatusEdit", version) == []
    assert entity_faults("StatusSource", await get(alice, path, "source")) == []
    gone = (await alice.delete(path)).ok()
    assert entity_faults("Status", gone) == []
    assert shape_faults("DELETE /api/v1/statuses/:id 200", gone) == []


async def get(caller: Caller, path: str, part: str) -> Any:
    return (await caller.get(f"{path}/{part}")).ok()


async def test_marks_are_for_viewers_only(network: Network) -> None:
    alice = await network.person("alice")
    made = await alice.publish("hello")
    shown = (await network.anyone.get(f"/api/v1/statuses/{made['id']}")).ok()
    marks = {"favourited", "reblogged", "muted", "bookmarked", "pinned", "filtered"}
    assert marks & set(shown) == set()
    assert marks <= set(made)


async def test_several_statuses_at_once(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    one = await alice.publish("one")
    hidden = await alice.publish("hidden", visibility="private")
    two = await alice.publish("two")
    asked = [two["id"], hidden["id"], one["id"], one["id"], "7"]
    shown = (await bob.get("/api/v1/statuses", id=asked)).ok()
    assert [status["id"] for status in shown] == [two["id"], one["id"]]
    assert (await bob.get("/api/v1/statuses")).ok() == []
    assert (await bob.get("/api/v1/statuses", id=list(range(1, 22)))).status == 422
    assert (await bob.get("/api/v1/statuses", id=["x"])).status == 422


async def test_scheduling_is_refused(network: Network) -> None:
    alice = await network.person("alice")
    later = {"status": "later", "scheduled_at": "2030-01-01T00:00:00Z"}
    answer = await alice.post("/api/v1/statuses", later)
    assert answer.refused(422) == "Scheduling is not available yet"
    assert (await alice.get("/api/v1/scheduled_statuses")).ok() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "x", "visibility": "secret"},
        {"status": "x", "language": "klingonese"},
        {"status": "x" * 501},
        {"status": "nul \0"},
        {"status": "x", "media_ids": ["seven"]},
        {"status": "x", "media_ids": ["77"]},
        {"status": "x", "media_ids": [str(1 << 70)]},
        {"status": "x", "media_ids": ["1", "2", "3", "4", "5"]},
        {"status": "x", "poll": {"options": ["one"], "expires_in": 3600}},
        {"status": "x", "poll": {"options": ["a", "A"], "expires_in": 3600}},
        {"status": "x", "poll": {"options": ["a", "b"], "expires_in": 1}},
        {"status": "x", "poll": {"options": ["a", "b"], "expires_in": 10**9}},
        {"status": {"deep": "x"}},
    ],
)
async def test_what_cannot_be_published_is_refused(network: Network, wrong: dict[str, Any]) -> None:
    alice = await network.person("alice")
    answer = await alice.post("/api/v1/statuses", wrong)
    assert answer.status == 422, answer.body
    assert answer.json["error"]
    for faults in answer.json[
        "details"
    ].values():  # each says what is wrong, not again that something is
        assert not [one for one in faults if one["description"].startswith("Validation failed")]
    assert await network.db.fetchval("select count(*) from statuses") == 0


async def test_reply_needs_a_parent_one_may_see(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    hidden = await alice.publish("hidden", visibility="private")
    for parent in (hidden["id"], "77", str((1 << 63) - 1)):
        answer = await bob.post("/api/v1/statuses", {"status": "x", "in_reply_to_id": parent})
        assert answer.refused(404).startswith("The post you are trying to reply to")
    beyond = {"status": "x", "in_reply_to_id": str(1 << 70)}  # no id can be that large
    assert "in_reply_to_id" in (await bob.post("/api/v1/statuses", beyond)).refused(422)


async def test_only_open_replies_are_counted(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    root = await alice.publish("root")
    for visibility in ("public", "unlisted", "private", "direct"):
        await bob.publish("@alice", in_reply_to_id=root["id"], visibility=visibility)
    shown = (await network.anyone.get(f"/api/v1/statuses/{root['id']}")).ok()
    assert shown["replies_count"] == 2
