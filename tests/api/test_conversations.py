"""Conversations over HTTP."""

from typing import Any

from tests.rig.network import Network, Person


async def listed(person: Person, **params: Any) -> list[dict[str, Any]]:
    return (await person.get("/api/v1/conversations", **params)).ok()


async def test_direct_status_is_in_everyones_list_at_once(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    made = await alice.publish("psst @bob", visibility="direct")
    (mine,), (theirs,) = await listed(alice), await listed(bob)
    assert mine["last_status"]["id"] == theirs["last_status"]["id"] == made["id"]
    assert [one["acct"] for one in mine["accounts"]] == ["bob"]
    assert [one["acct"] for one in theirs["accounts"]] == ["alice"]
    assert (mine["unread"], theirs["unread"]) == (False, True)
    assert await listed(carol) == []
    answer = await bob.publish("what? @alice", visibility="direct", in_reply_to_id=made["id"])
    (mine,) = await listed(alice)
    assert mine["last_status"]["id"] == answer["id"]
    assert mine["unread"]


async def test_read_unread_and_removed(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await alice.publish("psst @bob", visibility="direct")
    (theirs,) = await listed(bob)
    path = f"/api/v1/conversations/{theirs['id']}"
    for stranger_path in (f"{path}/read", f"{path}/unread"):
        assert (await alice.post(stranger_path)).refused(404) == "Record not found"
    assert (await alice.delete(path)).refused(404)
    read = (await bob.post(f"{path}/read")).ok()
    assert read == {**theirs, "unread": False}
    assert (await bob.post(f"{path}/unread")).ok()["unread"]
    assert (await bob.delete(path)).ok() == {}
    assert await listed(bob) == []
    assert len(await listed(alice)) == 1
    await alice.publish("again @bob", visibility="direct")
    assert len(await listed(bob)) == 1


async def test_deleted_status_steps_back_or_ends(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    first = await alice.publish("one @bob", visibility="direct")
    second = await alice.publish("two @bob", visibility="direct", in_reply_to_id=first["id"])
    (await alice.delete(f"/api/v1/statuses/{second['id']}")).ok()
    await network.settle()
    (mine,), (theirs,) = await listed(alice), await listed(bob)
    assert mine["last_status"]["id"] == theirs["last_status"]["id"] == first["id"]
    (await alice.delete(f"/api/v1/statuses/{first['id']}")).ok()
    assert await listed(bob) == []
    await network.settle()
    assert await listed(alice) == await listed(bob) == []


async def test_blocked_and_muted_exchanges_are_not_listed(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await alice.publish("psst @bob", visibility="direct")
    (await bob.post(f"/api/v1/accounts/{alice.id}/block")).ok()
    assert await listed(bob) == []


async def test_pages_by_last_status(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = [await alice.publish(f"{n} @bob", visibility="direct") for n in range(4)]
    newest = [status["id"] for status in reversed(made)]
    answer = await bob.get("/api/v1/conversations", limit=2)
    assert [one["last_status"]["id"] for one in answer.ok()] == newest[:2]
    assert f'max_id={newest[1]}>; rel="next"' in answer.headers["link"]
    page = await listed(bob, limit=2, max_id=newest[1])
    assert [one["last_status"]["id"] for one in page] == newest[2:]
    page = await listed(bob, limit=1, min_id=newest[3])
    assert [one["last_status"]["id"] for one in page] == [newest[2]]


async def test_refusals(network: Network) -> None:
    blind = await network.person("alice", scopes=("read:notifications",))
    assert (await network.anyone.get("/api/v1/conversations")).refused(401)
    assert (await blind.get("/api/v1/conversations")).refused(403)
    assert (await blind.post("/api/v1/conversations/1/read")).refused(403)
    assert (await blind.delete("/api/v1/conversations/1")).refused(403)
    reader = await network.person("bob")
    for id_ in ("1", "0", "x", str(2**70)):
        assert (await reader.post(f"/api/v1/conversations/{id_}/read")).refused(404)
        assert (await reader.delete(f"/api/v1/conversations/{id_}")).refused(404)
