"""Following, requests, blocks and mutes over HTTP."""

from tests.rig.network import Answer, Network, Person, SqlBudget


async def stands(one: Person, other: Person) -> dict[str, object]:
    return (await one.get("/api/v1/accounts/relationships", id=[other.id])).ok()[0]


async def numbers(network: Network, person: Person) -> tuple[int, int]:
    shown = (await network.anyone.get(f"/api/v1/accounts/{person.id}")).ok()
    return shown["followers_count"], shown["following_count"]


def linked(answer: Answer, rel: str) -> str:
    """The address of the page before or after an answer's."""
    links = (part.split("; ") for part in answer.headers["link"].split(", "))
    return next(address.strip("<>") for address, kind in links if kind == f'rel="{rel}"')


async def lock(network: Network, person: Person) -> None:
    await network.db.fetch("update accounts set is_locked = true where id = $1", person.account_id)


async def test_follow_and_unfollow(network: Network, sql_budget: SqlBudget) -> None:
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
    older = linked(first, "next")
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


async def test_block_ends_everything_between_two(network: Network, sql_budget: SqlBudget) -> None:
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


async def test_mute_hides_until_unmuted(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob = await network.people("alice", "bob")
    await bob.follow(alice)
    made = await alice.publish("chatter")
    await network.settle()
    with sql_budget(2):
        answer = (await bob.post(f"/api/v1/accounts/{alice.id}/mute")).ok()
    assert (answer["muting"], answer["muting_notifications"]) == (True, True)
    assert answer["muting_expires_at"] is None
    assert await bob.home() == []
    assert (await bob.get(f"/api/v1/statuses/{made['id']}")).ok()
    listed = (await bob.get("/api/v1/mutes")).ok()
    assert [(one["acct"], one["mute_expires_at"]) for one in listed] == [("alice", None)]
    assert (await alice.get("/api/v1/mutes")).ok() == []
    answer = (await bob.post(f"/api/v1/accounts/{alice.id}/unmute")).ok()
    assert answer["muting"] is False
    assert len(await bob.home()) == 1


async def test_mute_ends_by_itself(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await bob.follow(alice)
    await alice.publish("chatter")
    await network.settle()
    path = f"/api/v1/accounts/{alice.id}/mute"
    answer = (await bob.post(path, {"duration": 3600, "notifications": False})).ok()
    assert (answer["muting"], answer["muting_notifications"]) == (True, False)
    listed = (await bob.get("/api/v1/mutes")).ok()
    assert listed[0]["mute_expires_at"] == answer["muting_expires_at"] is not None
    await network.settle()
    assert await bob.home() == []
    # An hour later:
    await network.db.fetch("update mutes set expires_at = now()")
    await network.db.fetch("update outbox set run_at = now()")
    await network.settle()
    assert len(await bob.home()) == 1
    assert await network.db.fetchval("select count(*) from mutes") == 0
    left_out = (await bob.post(path, {"duration": None, "notifications": None})).ok()
    assert (left_out["muting_expires_at"], left_out["muting_notifications"]) == (None, True)
    assert (await bob.post(path, {"duration": -1})).refused(422)
    assert (await bob.post(path, {"duration": 10**12})).refused(422)
    assert (await bob.post(path, {"duration": "soon"})).refused(422)
    assert (await bob.post(f"/api/v1/accounts/{bob.id}/mute")).refused(422)
    assert (await bob.post("/api/v1/accounts/1/mute")).refused(404)


async def test_note_is_for_oneself(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    path = f"/api/v1/accounts/{alice.id}/note"
    assert (await bob.post(path, {"comment": " met in Lyon "})).ok()["note"] == "met in Lyon"
    assert (await stands(alice, bob))["note"] == ""
    assert (await bob.post(path, {"comment": "x" * 2001})).refused(422)
    assert (await bob.post(path, {"comment": "a\0b"})).refused(422)
    assert (await stands(bob, alice))["note"] == "met in Lyon"
    assert (await bob.post(path, {"comment": ""})).ok()["note"] == ""
    assert (await bob.post("/api/v1/accounts/1/note", {"comment": "x"})).refused(404)


async def test_endorsing_needs_following(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    endorse = f"/api/v1/accounts/{alice.id}/endorse"
    assert "already following" in (await bob.post(endorse)).refused(422)
    await bob.follow(alice)
    assert (await bob.post(endorse)).ok()["endorsed"] is True
    assert (await bob.post(f"/api/v1/accounts/{alice.id}/pin")).ok()["endorsed"] is True
    listed = await carol.get(f"/api/v1/accounts/{bob.id}/endorsements")
    assert [one["acct"] for one in listed.ok()] == ["alice"]
    assert [one["acct"] for one in (await bob.get("/api/v1/endorsements")).ok()] == ["alice"]
    answer = (await bob.post(f"/api/v1/accounts/{alice.id}/unpin")).ok()
    assert answer["endorsed"] is False
    (await bob.post(endorse)).ok()
    answer = (await bob.post(f"/api/v1/accounts/{alice.id}/unfollow")).ok()
    assert answer["endorsed"] is False
    assert (await bob.post("/api/v1/accounts/1/endorse")).refused(404)


REMOTE = """
insert into accounts (username, domain, uri, url) values ($1, $2, $3, $3) returning id
"""


async def test_blocked_server(network: Network) -> None:
    alice = await network.person("alice")
    id_ = await network.db.fetchval(REMOTE, "zoe", "away.example", "https://away.example/zoe")
    await network.db.fetch(
        "insert into follows (account_id, target_id) values ($1, $2), ($2, $1)",
        alice.account_id,
        id_,
    )
    await network.db.fetch(
        "update account_counters set followers = 1, following = 1 where account_id = $1",
        alice.account_id,
    )
    assert (await alice.post("/api/v1/domain_blocks", {"domain": "Away.Example"})).ok() == {}
    (await alice.post("/api/v1/domain_blocks", {"domain": "bücher.example"})).ok()
    (await alice.post("/api/v1/domain_blocks", {"domain": "away.example"})).ok()
    found = (await alice.get("/api/v1/domain_blocks")).ok()
    assert found == ["xn--bcher-kva.example", "away.example"]
    relation = (await alice.get("/api/v1/accounts/relationships", id=[id_])).ok()[0]
    assert (relation["domain_blocking"], relation["following"]) == (True, False)
    assert relation["followed_by"] is False
    assert await numbers(network, alice) == (0, 0)
    assert (await alice.post(f"/api/v1/accounts/{id_}/follow")).refused(403)
    for wrong in ("", "no dots", "a..b", "http://x.example/", "x" * 300 + ".example", "a\0.b"):
        refused = await alice.post("/api/v1/domain_blocks", {"domain": wrong})
        assert refused.refused(422), wrong
    assert (await alice.post("/api/v1/domain_blocks")).refused(422)
    own = network.app.addresses.domain
    assert (await alice.post("/api/v1/domain_blocks", {"domain": own})).refused(422)
    (await alice.call("DELETE", "/api/v1/domain_blocks?domain=away.example")).ok()
    assert (await alice.get("/api/v1/domain_blocks")).ok() == ["xn--bcher-kva.example"]
    # Somebody of another server is asked, not followed at once.
    answer = (await alice.post(f"/api/v1/accounts/{id_}/follow")).ok()
    assert (answer["following"], answer["requested"]) == (False, True)


async def test_lists_of_followers(network: Network) -> None:
    alice, bob, carol, dave = await network.people("alice", "bob", "carol", "dave")
    for one in (bob, carol, dave):
        await one.follow(alice)
    path = f"/api/v1/accounts/{alice.id}/followers"
    first = await network.anyone.get(path, limit=2)
    assert [one["acct"] for one in first.ok()] == ["dave", "carol"]
    older = await network.anyone.get(linked(first, "next"))
    assert [one["acct"] for one in older.ok()] == ["bob"]
    newer = await network.anyone.get(linked(older, "prev"))
    assert [one["acct"] for one in newer.ok()] == ["dave", "carol"]
    found = await network.anyone.get(f"/api/v1/accounts/{bob.id}/following")
    assert [one["acct"] for one in found.ok()] == ["alice"]
    (await bob.post(f"/api/v1/accounts/{carol.id}/block")).ok()
    assert [one["acct"] for one in (await bob.get(path)).ok()] == ["dave", "bob"]
    assert [one["acct"] for one in (await carol.get(path)).ok()] == ["dave", "carol"]
    (await alice.post(f"/api/v1/accounts/{dave.id}/block")).ok()
    assert (await dave.get(path)).ok() == []
    assert [one["acct"] for one in (await alice.get("/api/v1/blocks")).ok()] == ["dave"]
    assert (await dave.get("/api/v1/blocks")).ok() == []
    assert (await alice.get(path, max_id="x")).refused(422)


async def test_hidden_collections(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await network.db.fetch(
        "update accounts set hides_collections = true where id = $1", alice.account_id
    )
    await bob.follow(alice)
    await alice.follow(carol)
    for kind in ("followers", "following"):
        path = f"/api/v1/accounts/{alice.id}/{kind}"
        assert (await bob.get(path)).ok() == []
        assert (await network.anyone.get(path)).ok() == []
        assert len((await alice.get(path)).ok()) == 1


async def test_familiar_followers(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob, carol, dave = await network.people("alice", "bob", "carol", "dave")
    await alice.follow(bob)
    await alice.follow(dave)
    await bob.follow(carol)
    await dave.follow(carol)
    path = "/api/v1/accounts/familiar_followers"
    with sql_budget(2):
        found = (await alice.get(path, id=[carol.id, bob.id])).ok()
    assert [one["id"] for one in found] == [carol.id, bob.id]
    assert {one["acct"] for one in found[0]["accounts"]} == {"bob", "dave"}
    assert found[1]["accounts"] == []
    await network.db.fetch(
        "update accounts set hides_collections = true where id = $1", bob.account_id
    )
    found = (await alice.get(path, id=[carol.id])).ok()
    assert [one["acct"] for one in found[0]["accounts"]] == ["dave"]
    assert (await alice.get(path, id=["x"])).refused(422)
    assert (await network.anyone.get(path, id=[carol.id])).refused(401)


async def test_unlocking_accepts_those_who_wait(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    change = "/api/v1/accounts/update_credentials"
    (await alice.patch(change, {"locked": True})).ok()
    await network.db.fetch("update accounts set limited_at = now() where id = $1", carol.account_id)
    asked = {"reblogs": False, "notify": True, "languages": ["fr"]}
    (await bob.post(f"/api/v1/accounts/{alice.id}/follow", asked)).ok()
    await carol.follow(alice)
    await network.settle()
    (await alice.patch(change, {"display_name": "Alice"})).ok()
    await network.settle()
    assert (await bob.get("/api/v1/accounts/relationships", id=[alice.id])).ok()[0]["requested"]
    (await alice.patch(change, {"locked": False})).ok()
    await network.settle()
    follow = (await bob.get("/api/v1/accounts/relationships", id=[alice.id])).ok()[0]
    assert (follow["following"], follow["requested"]) == (True, False)
    assert (follow["showing_reblogs"], follow["notifying"]) == (False, True)
    assert follow["languages"] == ["fr"]
    # Whom moderators limited is still asked about.
    assert [one["id"] for one in (await alice.get("/api/v1/follow_requests")).ok()] == [carol.id]
    shown = (await bob.get(f"/api/v1/accounts/{alice.id}")).ok()
    assert shown["followers_count"] == 1
    kinds = [one["type"] for one in (await alice.get("/api/v1/notifications")).ok()]
    assert "follow_request" not in kinds  # told when asked, settled now
