"""Following, requests, blocks and mutes over HTTP."""

from tests.rig.network import Network, Person


async def stands(one: Person, other: Person) -> dict[str, object]:
    return (await one.get("/api/v1/accounts/relationships", id=[other.id])).ok()[0]


async def numbers(network: Network, person: Person) -> tuple[int, int]:
    shown = (await network.anyone.get(f"/api/v1/accounts/{person.id}")).ok()
    return shown["followers_count"], shown["following_count"]


async def lock(network: Network, person: Person) -> None:
    await network.db.fetch("update accounts set is_locked = true where id = $1", person.account_id)


async def test_follow_and_unfollow(network: Network, sql_budget) -> None:
    alice, bob = await network.people("alice", "bob")
    before = await alice.publish("written before anybody followed")
    assert await numbers(network, alice) == (0, 0)
    await bob.home()
    with sql_budget(3):
        answer = (await bob.post(f"/api/v1/accounts/{alice.id}/follow")).ok()
    assert answer == {
        "id": alice.id,
        "following": True,
        "showing_reblogs": True,
        "notifying": False,
        "languages": None,
        "followed_by": False,
        "blocking": False,
        "blocked_by": False,
        "muting": False,
        "muting_notifications": False,
        "muting_expires_at": None,
        "requested": False,
        "requested_by": False,
        "domain_blocking": False,
        "endorsed": False,
        "note": "",
    }
    assert (await stands(alice, bob))["followed_by"] is True
    assert await numbers(network, alice) == (1, 0)
    assert await numbers(network, bob) == (0, 1)
    await network.settle()
    assert [status["id"] for status in await bob.home()] == [before["id"]]
    with sql_budget(2):
        answer = (await bob.post(f"/api/v1/accounts/{alice.id}/unfollow")).ok()
    assert answer["following"] is False
    assert await numbers(network, alice) == (0, 0)
    assert await bob.home() == []


async def test_following_again_changes_options_only(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    path = f"/api/v1/accounts/{alice.id}/follow"
    first = (await bob.post(path, {"reblogs": False, "languages": ["fr", "en"]})).ok()
    assert (first["showing_reblogs"], first["languages"]) == (False, ["fr", "en"])
    again = (await bob.post(path, {"notify": True})).ok()
    assert (again["showing_reblogs"], again["notifying"]) == (False, True)
    assert again["languages"] == ["fr", "en"]
    form = (await bob.call("POST", path, data={"reblogs": "true", "languages[]": ""})).ok()
    assert (form["showing_reblogs"], form["languages"]) == (True, None)
    assert await numbers(network, alice) == (1, 0)


async def test_follow_is_refused(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    follow = f"/api/v1/accounts/{alice.id}/follow"
    assert (await alice.post(follow)).refused(403) == "This action is not allowed"
    assert (await bob.post("/api/v1/accounts/1/follow")).refused(404) == "Record not found"
    assert (await bob.post("/api/v1/accounts/x/follow")).refused(404)
    assert (await bob.post(f"/api/v1/accounts/{1 << 70}/follow")).refused(404)
    words = (await bob.post(follow, {"languages": ["klingon!"]})).refused(422)
    assert "ISO 639-1" in words
    assert (await bob.post(follow, {"reblogs": "perhaps"})).refused(422)
    assert (await network.anyone.post(follow)).refused(401)
    reader = Person(network, "bob", await network.token(bob.user_id, ("read",)), bob)
    assert (await reader.post(follow)).refused(403)
    (await alice.post(f"/api/v1/accounts/{carol.id}/block")).ok()
    assert (await carol.post(follow)).refused(403)
    assert (await alice.post(f"/api/v1/accounts/{carol.id}/follow")).refused(403)
    assert await numbers(network, alice) == (0, 0)


async def test_suspended_and_deleted_cannot_be_followed(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await network.db.fetch(
        "update accounts set suspended_at = now() where id = $1", alice.account_id
    )
    await network.db.fetch("update accounts set deleted_at = now() where id = $1", carol.account_id)
    assert (await bob.post(f"/api/v1/accounts/{alice.id}/follow")).refused(404)
    assert (await bob.post(f"/api/v1/accounts/{carol.id}/follow")).refused(404)
    ids = [alice.id, carol.id, bob.id]
    path = "/api/v1/accounts/relationships"
    assert [r["id"] for r in (await bob.get(path, id=ids)).ok()] == [bob.id]
    found = (await bob.get(path, id=ids, with_suspended=True)).ok()
    assert [r["id"] for r in found] == [alice.id, bob.id]


async def test_locked_account_is_asked(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await lock(network, alice)
    for one in (bob, carol):
        answer = (await one.post(f"/api/v1/accounts/{alice.id}/follow", {"reblogs": False})).ok()
        assert (answer["following"], answer["requested"]) == (False, True)
        assert answer["showing_reblogs"] is False
    assert (await stands(alice, bob))["requested_by"] is True
    assert await numbers(network, alice) == (0, 0)
    listed = await alice.get("/api/v1/follow_requests")
    assert [one["acct"] for one in listed.ok()] == ["carol", "bob"]
    first = await alice.get("/api/v1/follow_requests", limit=1)
    assert [one["acct"] for one in first.ok()] == ["carol"]
    older = first.headers["link"].split(">")[0].lstrip("<")
    assert [one["acct"] for one in (await alice.get(older)).ok()] == ["bob"]
    assert (await bob.get("/api/v1/follow_requests")).ok() == []

    answer = (await alice.post(f"/api/v1/follow_requests/{bob.id}/authorize")).ok()
    assert answer["followed_by"] is True
    assert (await stands(bob, alice))["showing_reblogs"] is False
    assert await numbers(network, alice) == (1, 0)
    assert (await alice.post(f"/api/v1/follow_requests/{bob.id}/authorize")).refused(404)
    answer = (await alice.post(f"/api/v1/follow_requests/{carol.id}/reject")).ok()
    assert (answer["followed_by"], answer["requested_by"]) == (False, False)
    assert (await alice.post(f"/api/v1/follow_requests/{carol.id}/reject")).refused(404)
    assert (await bob.post(f"/api/v1/follow_requests/{carol.id}/authorize")).refused(404)
    # Already following a locked account: only the options change.
    answer = (await bob.post(f"/api/v1/accounts/{alice.id}/follow", {"reblogs": True})).ok()
    assert (answer["following"], answer["requested"]) == (True, False)


async def test_request_is_withdrawn_by_unfollowing(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await lock(network, alice)
    await bob.follow(alice)
    answer = (await bob.post(f"/api/v1/accounts/{alice.id}/unfollow")).ok()
    assert answer["requested"] is False
    assert (await alice.get("/api/v1/follow_requests")).ok() == []
    assert (await bob.post("/api/v1/accounts/1/unfollow")).refused(404)


async def test_limited_account_asks_everybody(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await network.db.fetch("update accounts set limited_at = now() where id = $1", bob.account_id)
    answer = (await bob.post(f"/api/v1/accounts/{alice.id}/follow")).ok()
    assert (answer["following"], answer["requested"]) == (False, True)


async def test_follower_is_removed(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await bob.follow(alice)
    answer = (await alice.post(f"/api/v1/accounts/{bob.id}/remove_from_followers")).ok()
    assert answer["followed_by"] is False
    assert (await stands(bob, alice))["following"] is False
    assert await numbers(network, alice) == (0, 0)


async def test_block_ends_everything_between_two(network: Network, sql_budget) -> None:
    alice, bob = await network.people("alice", "bob")
    await bob.follow(alice)
    await alice.follow(bob)
    made = await alice.publish("seen until now")
    await network.settle()
    assert [status["id"] for status in await bob.home()] == [made["id"]]
    with sql_budget(3):
        answer = (await alice.post(f"/api/v1/accounts/{bob.id}/block")).ok()
    assert (answer["blocking"], answer["following"], answer["followed_by"]) == (True, False, False)
    other = await stands(bob, alice)
    assert (other["blocked_by"], other["following"], other["followed_by"]) == (True, False, False)
    assert await numbers(network, alice) == (0, 0)
    assert await numbers(network, bob) == (0, 0)
    assert (await bob.get(f"/api/v1/statuses/{made['id']}")).refused(404)
    assert await bob.home() == []
    again = (await alice.post(f"/api/v1/accounts/{bob.id}/block")).ok()
    assert again["blocking"] is True
    answer = (await alice.post(f"/api/v1/accounts/{bob.id}/unblock")).ok()
    assert answer["blocking"] is False
    assert (await bob.get(f"/api/v1/statuses/{made['id']}")).ok()


async def test_block_withdraws_requests(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await lock(network, alice)
    await bob.follow(alice)
    (await alice.post(f"/api/v1/accounts/{bob.id}/block")).ok()
    assert (await alice.get("/api/v1/follow_requests")).ok() == []
    assert (await alice.post(f"/api/v1/accounts/{alice.id}/block")).refused(422)
    assert (await alice.post("/api/v1/accounts/1/block")).refused(404)
