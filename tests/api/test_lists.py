"""Lists over HTTP: made, filled, read, exclusive or not."""

import asyncio
from typing import Any

from tests.rig.network import Network, Person, SqlBudget


async def new_list(owner: Person, *members: Person, **how: object) -> str:
    made = (await owner.post("/api/v1/lists", {"title": "Friends", **how})).ok()
    if members:
        ids = [member.id for member in members]
        (await owner.post(f"/api/v1/lists/{made['id']}/accounts", {"account_ids": ids})).ok()
    return made["id"]


async def read(owner: Person, list_id: str, **page: object) -> list[str]:
    shown = (await owner.get(f"/api/v1/timelines/list/{list_id}", **page)).ok()
    return [status["content"].removeprefix("<p>").removesuffix("</p>") for status in shown]


async def home(owner: Person) -> list[str]:
    return [s["content"].removeprefix("<p>").removesuffix("</p>") for s in await owner.home()]


async def members(owner: Person, list_id: str, **page: object) -> list[str]:
    found = (await owner.get(f"/api/v1/lists/{list_id}/accounts", **page)).ok()
    return [one["acct"] for one in found]


async def test_list_is_made_changed_deleted(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = (await alice.post("/api/v1/lists", {"title": " Amis "})).ok()
    expected = {"title": "Amis", "replies_policy": "list", "exclusive": False}
    assert made == {"id": made["id"], **expected}
    path = f"/api/v1/lists/{made['id']}"
    assert (await alice.get(path)).ok() == made
    assert (await alice.get("/api/v1/lists")).ok() == [made]
    assert (await bob.get("/api/v1/lists")).ok() == []
    changed = (await alice.put(path, {"replies_policy": "none", "exclusive": True})).ok()
    assert changed == {**made, "replies_policy": "none", "exclusive": True}
    for caller in (bob, alice):
        wrong = path if caller is bob else "/api/v1/lists/1"
        assert (await caller.get(wrong)).refused(404) == "Record not found"
        assert (await caller.put(wrong, {"title": "mine"})).refused(404)
        assert (await caller.delete(wrong)).refused(404)
        assert (await caller.get(f"{wrong}/accounts")).refused(404)
        assert (await caller.get(wrong.replace("lists", "timelines/list"))).refused(404)
    assert (await alice.delete(path)).ok() == {}
    assert (await alice.get(path)).refused(404)


async def test_list_is_refused(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    for wrong in (
        {},
        {"title": ""},
        {"title": "  "},
        {"title": "x" * 256},
        {"title": "a\0b"},
        {"title": "x", "replies_policy": "some"},
        {"title": "x", "exclusive": "perhaps"},
        {"title": ["x"]},
    ):
        assert (await alice.post("/api/v1/lists", wrong)).refused(422), wrong
    assert (await alice.get("/api/v1/lists")).ok() == []
    assert (await network.anyone.get("/api/v1/lists")).refused(401)
    reader = Person(network, "alice", await network.token(alice.user_id, ("read",)), alice)
    assert (await reader.post("/api/v1/lists", {"title": "x"})).refused(403)
    list_id = await new_list(alice)
    path = f"/api/v1/lists/{list_id}/accounts"
    assert (await alice.post(path, {"account_ids": [bob.id]})).refused(404)
    assert (await alice.post(path, {"account_ids": []})).refused(422)
    assert (await alice.post(path, {"account_ids": ["x"]})).refused(422)
    assert (await bob.post(path, {"account_ids": [bob.id]})).refused(404)
    await alice.follow(bob)
    assert (await alice.post(path, {"account_ids": [bob.id, "1"]})).refused(404)
    assert await members(alice, list_id) == []
    (await alice.post(path, {"account_ids": [bob.id]})).ok()
    assert "already been taken" in (await alice.post(path, {"account_ids": [bob.id]})).refused(422)


async def test_fifty_lists_and_not_one_more(network: Network) -> None:
    alice = await network.person("alice")
    await network.db.fetch(
        "insert into lists (account_id, title) select $1, 'x' from generate_series(1, 45)",
        alice.account_id,
    )
    answers = await asyncio.gather(
        *(alice.post("/api/v1/lists", {"title": "one more"}) for _ in range(16))
    )
    assert sorted(answer.status for answer in answers) == [200] * 5 + [422] * 11


async def test_members_come_and_go(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await alice.follow(bob)
    await alice.follow(carol)
    list_id = await new_list(alice, bob, carol, alice)
    path = f"/api/v1/lists/{list_id}/accounts"
    assert sorted(await members(alice, list_id)) == ["alice", "bob", "carol"]
    assert len(await members(alice, list_id, limit=1)) == 1
    assert len(await members(alice, list_id, limit=0)) == 3
    with_bob = (await alice.get(f"/api/v1/accounts/{bob.id}/lists")).ok()
    assert [one["id"] for one in with_bob] == [list_id]
    assert (await bob.get(f"/api/v1/accounts/{bob.id}/lists")).ok() == []
    (await alice.delete(path, {"account_ids": [bob.id]})).ok()
    assert sorted(await members(alice, list_id)) == ["alice", "carol"]
    # Unfollowed: off the list at once, and for good.
    (await alice.post(f"/api/v1/accounts/{carol.id}/unfollow")).ok()
    assert await members(alice, list_id) == ["alice"]
    await network.settle()
    await alice.follow(carol)
    assert await members(alice, list_id) == ["alice"]
    (await alice.post(path, {"account_ids": [carol.id]})).ok()
    (await carol.post(f"/api/v1/accounts/{alice.id}/block")).ok()
    assert await members(alice, list_id) == ["alice"]
    await network.settle()
    assert await network.db.fetchval("select count(*) from list_accounts") == 1


async def test_timeline_has_exact_cursors(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await alice.follow(bob)
    await alice.follow(carol)
    list_id = await new_list(alice, bob)
    made: list[dict[str, Any]] = []
    for n in range(5):
        made.append(await bob.publish(f"b{n}"))
        await carol.publish(f"c{n}")
    assert await read(alice, list_id) == ["b4", "b3", "b2", "b1", "b0"]
    assert await read(alice, list_id, limit=2) == ["b4", "b3"]
    assert await read(alice, list_id, limit=2, max_id=made[3]["id"]) == ["b2", "b1"]
    assert await read(alice, list_id, limit=2, min_id=made[0]["id"]) == ["b2", "b1"]
    assert await read(alice, list_id, limit=2, since_id=made[0]["id"]) == ["b4", "b3"]
    with sql_budget(1):
        await read(alice, list_id)
    await bob.publish("for followers", visibility="private")
    await bob.publish("@carol psst", visibility="direct")
    assert (await read(alice, list_id))[0] == "for followers"
    (await alice.post(f"/api/v1/accounts/{bob.id}/mute")).ok()
    assert await read(alice, list_id) == []


async def test_replies_follow_the_policy(network: Network) -> None:
    alice, bob, carol, dave = await network.people("alice", "bob", "carol", "dave")
    for one in (bob, carol):
        await alice.follow(one)
    to_alice = await alice.publish("a")
    to_carol = await carol.publish("c")
    to_dave = await dave.publish("d")
    own = await bob.publish("thread")
    for words, parent in (
        ("to alice", to_alice),
        ("to carol", to_carol),
        ("to dave", to_dave),
        ("to himself", own),
    ):
        await bob.publish(words, in_reply_to_id=parent["id"])
    always = ["to himself", "thread", "to alice"]
    shown: dict[str, list[str]] = {}
    for policy in ("none", "list", "followed"):
        list_id = await new_list(alice, bob, replies_policy=policy)
        shown[policy] = await read(alice, list_id)
    assert sorted(shown["none"]) == sorted(always)
    assert sorted(shown["list"]) == sorted(always)
    assert sorted(shown["followed"]) == sorted([*always, "to carol"])
    both = await new_list(alice, bob, carol, replies_policy="list")
    assert "to carol" in await read(alice, both)


async def test_exclusive_list_leaves_home_alone(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    for one in (bob, carol):
        await alice.follow(one)
    await bob.publish("before")
    await carol.publish("always")
    await network.settle()
    assert await home(alice) == ["always", "before"]
    list_id = await new_list(alice, bob, alice, exclusive=True)
    await alice.publish("mine")
    await bob.publish("after")
    await bob.publish("@alice psst", visibility="direct")
    await network.settle()
    assert [words for words in await home(alice) if "psst" not in words] == ["mine", "always"]
    assert any("psst" in words for words in await home(alice))
    assert await read(alice, list_id) == ["after", "mine", "before"]
    (await alice.put(f"/api/v1/lists/{list_id}", {"exclusive": False})).ok()
    await bob.publish("again")
    await network.settle()
    assert (await home(alice))[0] == "again"
    assert "before" in await home(alice)
