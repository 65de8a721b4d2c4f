"""Showing, finding and knowing accounts over HTTP."""

from tests.rig.network import Caller, Network, Person, SqlBudget

from parvis.domain.access.admission import set_role
from parvis.domain.access.leaving import leave
from parvis.domain.accounts.standing import set_standing


async def change(network: Network, person: Person, what: str) -> None:
    await network.db.fetch(f"update accounts set {what} where id = $1", person.account_id)
    network.db.slots.bump_all()


async def found(caller: Person, q: str, **params: object) -> list[str]:
    return [a["acct"] for a in (await caller.get("/api/v1/accounts/search", q=q, **params)).ok()]


async def test_account_is_shown(network: Network, sql_budget: SqlBudget) -> None:
    alice = await network.person("alice")
    shown = (await network.anyone.get(f"/api/v1/accounts/{alice.id}")).ok()
    assert (shown["username"], shown["acct"]) == ("alice", "alice")
    assert shown["url"] == f"{network.base}/@alice"
    assert "suspended" not in shown
    assert "moved" not in shown
    with sql_budget(0):
        (await network.anyone.get(f"/api/v1/accounts/{alice.id}")).ok()
    several = await network.anyone.get("/api/v1/accounts", id=[alice.id, "1", alice.id])
    assert [one["id"] for one in several.ok()] == [alice.id]
    assert (await network.anyone.get("/api/v1/accounts/1")).refused(404) == "Record not found"
    assert (await network.anyone.get("/api/v1/accounts", id=["x"])).refused(422)
    assert (await network.anyone.get("/api/v1/accounts", id=[1 << 64])).refused(422)


async def test_suspended_account_is_a_shell(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await bob.follow(alice)
    await change(network, alice, "suspended_at = now(), display_name = 'A', note_html = '<p>x</p>'")
    shown = (await bob.get(f"/api/v1/accounts/{alice.id}")).ok()
    assert shown["suspended"] is True
    assert (shown["display_name"], shown["note"], shown["followers_count"]) == ("", "", 0)
    assert (await bob.get(f"/api/v1/accounts/{alice.id}/followers")).ok() == []
    assert (await bob.get(f"/api/v1/accounts/{bob.id}/following")).ok() == []
    assert await found(bob, "alice") == []
    await change(network, alice, "suspended_at = null, deleted_at = now()")
    assert (await bob.get(f"/api/v1/accounts/{alice.id}")).refused(404)
    assert (await bob.get("/api/v1/accounts/lookup", acct="alice")).refused(404)


async def test_pending_account_is_nobodys_business(network: Network) -> None:
    alice = await network.person("alice")
    newcomer = await network.person("newcomer", is_approved=False)
    path = f"/api/v1/accounts/{newcomer.id}"
    assert (await alice.get(path)).refused(404)
    assert (await alice.get("/api/v1/accounts", id=[newcomer.id])).ok() == []
    assert (await alice.get("/api/v1/accounts/lookup", acct="newcomer")).refused(404)
    assert await found(alice, "newcomer") == []
    # Approved: seen at once, even by a process that still holds the row of before.
    await network.db.fetch("update users set approved_at = now() where id = $1", newcomer.user_id)
    assert (await alice.get(path)).ok()["acct"] == "newcomer"
    assert await found(alice, "newcomer") == ["newcomer"]


async def test_moved_account_tells_where(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await change(network, alice, f"moved_to_id = {bob.id}")
    shown = (await network.anyone.get(f"/api/v1/accounts/{alice.id}")).ok()
    assert shown["moved"]["acct"] == "bob"
    assert (await carol.post(f"/api/v1/accounts/{alice.id}/follow")).refused(403)
    await change(network, bob, "suspended_at = now()")
    assert "moved" not in (await network.anyone.get(f"/api/v1/accounts/{alice.id}")).ok()


async def test_lookup_by_name(network: Network) -> None:
    alice = await network.person("alice")
    own = network.app.addresses.domain
    for acct in ("alice", "@ALICE", f"alice@{own}", f"@alice@{own.upper()}"):
        shown = (await network.anyone.get("/api/v1/accounts/lookup", acct=acct)).ok()
        assert shown["id"] == alice.id, acct
    for acct in ("bob", "alice@elsewhere.example", "@", "%", "al%"):
        refused = await network.anyone.get("/api/v1/accounts/lookup", acct=acct)
        assert refused.refused(404) == "Record not found", acct
    assert (await network.anyone.get("/api/v1/accounts/lookup")).refused(422)
    assert (await network.anyone.get("/api/v1/accounts/lookup?acct=a%00b")).refused(400)
    assert (await network.anyone.get("/api/v1/accounts/lookup?acct=%ff")).refused(400)


async def test_search(network: Network) -> None:
    alice, elodie, helene = await network.people("alice", "elodie", "helene")
    await change(network, elodie, "display_name = 'Élodie Lefèvre'")
    await change(network, helene, "display_name = 'Hélène'")
    assert await found(alice, "Elod") == ["elodie"]
    assert await found(alice, "LEFEVRE") == ["elodie"]
    assert await found(alice, "@hel") == ["helene"]
    assert await found(alice, "hélène") == ["helene"]
    assert await found(alice, "helenne") == ["helene"]  # a slip of the finger
    own = network.app.addresses.domain
    assert await found(alice, f"elodie@{own}") == ["elodie"]
    assert await found(alice, "elodie@elsewhere") == []
    assert await found(alice, "%") == []
    assert await found(alice, "_") == []
    assert await found(alice, "   ") == []
    assert await found(alice, "e" * 5_000) == []
    assert await found(alice, "elodie", offset=1) == []
    assert await found(alice, "e", following=True) == []
    await alice.follow(helene)
    assert await found(alice, "he", following=True) == ["helene"]
    assert (await alice.get("/api/v1/accounts/search")).refused(422)
    assert (await alice.get("/api/v1/accounts/search", q="e", offset=-1)).refused(422)
    assert (await network.anyone.get("/api/v1/accounts/search", q="e")).refused(401)


async def test_search_puts_exact_and_followed_first(network: Network) -> None:
    alice, ann, anna, annabel = await network.people("alice", "ann", "anna", "annabel")
    await alice.follow(annabel)
    assert await found(alice, "ann") == ["ann", "annabel", "anna"]
    await change(network, anna, "limited_at = now()")
    assert await found(alice, "ann") == ["ann", "annabel"]
    assert await found(alice, "anna") == ["anna", "annabel", "ann"]
    assert (await ann.get("/api/v1/accounts/search", q="ann", limit=1)).ok()[0]["acct"] == "ann"


async def test_verify_credentials(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob = await network.people("alice", "bob")
    await change(network, alice, "is_locked = true, note = 'raw', note_html = '<p>raw</p>'")
    await bob.follow(alice)
    await alice.home()
    with sql_budget(2):
        own = (await alice.get("/api/v1/accounts/verify_credentials")).ok()
    assert (own["acct"], own["note"]) == ("alice", "<p>raw</p>")
    assert own["source"] == {
        "privacy": "public",
        "sensitive": False,
        "language": "",
        "note": "raw",
        "fields": [],
        "follow_requests_count": 1,
        "hide_collections": False,
        "discoverable": False,
        "indexable": False,
        "attribution_domains": [],
        "quote_policy": "nobody",
    }
    assert own["role"] == {
        "id": "-99",
        "name": "",
        "permissions": "0",
        "color": "",
        "highlighted": False,
        "collection_limit": 0,
    }
    owner = await network.person("olga", role="owner")
    role = (await owner.get("/api/v1/accounts/verify_credentials")).ok()["role"]
    assert (role["name"], role["permissions"]) == ("Owner", "1048575")
    assert (await network.anyone.get("/api/v1/accounts/verify_credentials")).refused(401)
    just_me = Person(network, "bob", await network.token(bob.user_id, ("profile",)), bob)
    assert (await just_me.get("/api/v1/accounts/verify_credentials")).ok()["acct"] == "bob"
    assert (await just_me.get("/api/v1/preferences")).refused(403)


async def test_own_account_is_asked_of_the_database_only_when_it_changed(
    network: Network, sql_budget: SqlBudget
) -> None:
    alice, bob = await network.people("alice", "bob")
    await alice.patch("/api/v1/accounts/update_credentials", {"locked": True})
    path = "/api/v1/accounts/verify_credentials"

    async def asking() -> int:
        count = (await alice.get(path)).ok()["source"]["follow_requests_count"]
        with sql_budget(0):
            assert (await alice.get(path)).ok()["source"]["follow_requests_count"] == count
        return count

    assert await asking() == 0
    await bob.follow(alice)
    assert await asking() == 1
    await network.db.run(set_standing, bob.account_id, is_suspended=True)
    assert await asking() == 0
    await network.db.run(set_standing, bob.account_id, is_suspended=False)
    assert await asking() == 1
    await network.db.run(leave, bob.account_id, bob.user_id)
    assert await asking() == 0
    await alice.patch("/api/v1/accounts/update_credentials", {"source": {"privacy": "private"}})
    assert (await alice.get(path)).ok()["source"]["privacy"] == "private"
    await network.db.run(set_role, alice.user_id, alice.account_id, "moderator")
    assert (await alice.get(path)).ok()["role"]["name"] == "Moderator"


async def test_preferences(network: Network) -> None:
    alice = await network.person("alice")
    assert (await alice.get("/api/v1/preferences")).ok() == {
        "posting:default:visibility": "public",
        "posting:default:sensitive": False,
        "posting:default:language": None,
        "posting:default:quote_policy": "nobody",
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
        "reading:autoplay:gifs": False,
    }


async def test_directory(network: Network) -> None:
    alice, bob, carol, dave = await network.people("alice", "bob", "carol", "dave")
    for one in (alice, bob, carol):
        await change(network, one, "is_discoverable = true")
    await alice.publish("active")
    path = "/api/v1/directory"

    async def names(caller: Caller, **params: object) -> list[str]:
        return [one["acct"] for one in (await caller.get(path, **params)).ok()]

    assert await names(dave) == ["alice", "carol", "bob"]
    assert await names(dave, order="new", local=True) == ["carol", "bob", "alice"]
    assert await names(dave, limit=1, offset=1) == ["carol"]
    (await bob.post(f"/api/v1/accounts/{dave.id}/block")).ok()
    (await dave.post(f"/api/v1/accounts/{carol.id}/mute")).ok()
    assert await names(dave) == ["alice"]
    assert len(await names(network.anyone)) == 3
    assert (await network.anyone.get(path, order="best")).refused(422)
    assert (await network.anyone.get(path, offset=10**9)).refused(422)


async def test_suggestions(network: Network) -> None:
    cast = await network.people("alice", "bob", "carol", "dave", "erin", "frank")
    alice, bob, carol, dave, erin, frank = cast
    for one in (carol, dave, erin):
        await change(network, one, "is_discoverable = true")
    await alice.follow(bob)
    await bob.follow(carol)
    await bob.follow(frank)  # does not want to be found
    for one in (bob, frank, dave):
        if one is not dave:
            await one.follow(dave)
    await frank.follow(erin)
    found = (await alice.get("/api/v2/suggestions")).ok()
    assert [(one["account"]["acct"], one["sources"]) for one in found] == [
        ("dave", ["friends_of_friends"]),
        ("carol", ["friends_of_friends"]),
        ("erin", ["most_followed"]),
    ]
    assert [one["source"] for one in found] == ["past_interactions"] * 2 + ["global"]
    assert (await alice.delete(f"/api/v1/suggestions/{dave.id}")).ok() == {}
    (await alice.post(f"/api/v1/accounts/{erin.id}/mute")).ok()
    shown = (await alice.get("/api/v1/suggestions", limit=5)).ok()
    assert [one["acct"] for one in shown] == ["carol"]
    assert (await alice.delete("/api/v1/suggestions/1")).ok() == {}
    assert (await network.anyone.get("/api/v2/suggestions")).refused(401)
