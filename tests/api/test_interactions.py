"""Favourites, reblogs, bookmarks, pins and muted conversations over HTTP."""

import pytest
from tests.rig.network import Network, Person


async def follow(network: Network, follower: Person, followed: Person) -> None:
    await network.db.fetch(
        "insert into follows (account_id, target_id) values ($1, $2)",
        follower.account_id,
        followed.account_id,
    )


async def block(network: Network, blocker: Person, blocked: Person) -> None:
    await network.db.fetch(
        "insert into blocks (account_id, target_id) values ($1, $2)",
        blocker.account_id,
        blocked.account_id,
    )


async def act(person: Person, status: dict[str, object], verb: str, **params: object):
    return await person.post(f"/api/v1/statuses/{status['id']}/{verb}", params or None)


async def look(person, status: dict[str, object]):
    return (await person.get(f"/api/v1/statuses/{status['id']}")).ok()


async def test_favourite_and_back(network: Network, sql_budget) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("hello")
    await look(bob, made)
    with sql_budget(2):
        shown = (await act(bob, made, "favourite")).ok()
    assert (shown["favourited"], shown["favourites_count"]) == (True, 1)
    assert (await act(bob, made, "favourite")).ok()["favourites_count"] == 1
    seen = await look(alice, made)
    assert (seen["favourited"], seen["favourites_count"]) == (False, 1)
    with sql_budget(2):
        shown = (await act(bob, made, "unfavourite")).ok()
    assert (shown["favourited"], shown["favourites_count"]) == (False, 0)
    assert (await act(bob, made, "unfavourite")).ok()["favourites_count"] == 0
    await network.settle()
    assert (await look(alice, made))["favourites_count"] == 0


async def test_reblog_and_back(network: Network, sql_budget) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("hello")
    await look(bob, made)
    with sql_budget(3):
        shown = (await act(bob, made, "reblog")).ok()
    assert shown["id"] != made["id"]
    assert shown["account"]["acct"] == "bob"
    assert shown["reblog"]["id"] == made["id"]
    assert shown["reblog"]["reblogged"] is True
    assert shown["reblog"]["reblogs_count"] == 1
    assert (await act(bob, made, "reblog")).ok()["id"] == shown["id"]
    # A reblog's id stands for what it shows.
    again = (await act(alice, shown, "favourite")).ok()
    assert again["reblog"]["favourites_count"] == 1
    own = (await act(alice, shown, "reblog")).ok()
    assert own["reblog"]["id"] == made["id"]
    assert own["reblog"]["reblogs_count"] == 2
    with sql_budget(3):
        undone = (await act(bob, made, "unreblog")).ok()
    assert undone["id"] == made["id"]
    assert (undone["reblogged"], undone["reblogs_count"]) == (False, 1)
    assert (await bob.get(f"/api/v1/statuses/{shown['id']}")).refused(404)
    assert (await act(bob, made, "unreblog")).ok()["reblogs_count"] == 1
    once_more = (await act(bob, made, "reblog")).ok()
    assert once_more["id"] != shown["id"]
    await network.settle()
    assert (await look(alice, made))["reblogs_count"] == 2


async def test_private_statuses_are_reblogged_by_their_author_only(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await follow(network, bob, alice)
    private = await alice.publish("among us", visibility="private")
    direct = await alice.publish("@bob you", visibility="direct")
    assert (await act(bob, private, "reblog")).refused(403) == "This action is not allowed"
    assert (await act(bob, direct, "reblog")).refused(403)
    assert (await act(alice, direct, "reblog")).refused(403)
    own = (await act(alice, private, "reblog", visibility="public")).ok()
    assert own["visibility"] == "private"
    assert own["reblog"]["reblogs_count"] == 0  # a count tells of nothing private


async def test_reblog_visibility(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("hello")
    quiet = (await act(bob, made, "reblog", visibility="private")).ok()
    assert quiet["visibility"] == "private"
    assert (await look(alice, made))["reblogs_count"] == 0
    assert (await alice.get(f"/api/v1/statuses/{quiet['id']}")).refused(404)
    assert (await act(alice, made, "reblog", visibility="direct")).status == 422


@pytest.mark.parametrize("verb", ["favourite", "reblog", "bookmark", "mute"])
async def test_nobody_acts_on_what_they_may_not_see(network: Network, verb: str) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    private = await alice.publish("among us", visibility="private")
    assert (await act(bob, private, verb)).refused(404) == "Record not found"
    assert (await bob.post(f"/api/v1/statuses/12345/{verb}")).refused(404)
    assert (await bob.post(f"/api/v1/statuses/nonsense/{verb}")).refused(404)
    public = await alice.publish("hello")
    await block(network, alice, carol)
    assert (await act(carol, public, verb)).refused(404)
    assert (await network.anyone.post(f"/api/v1/statuses/{public['id']}/{verb}")).status == 401
    reader = await network.token(bob.user_id, ("read",))
    bob.token = reader
    assert (await act(bob, public, verb)).status == 403


@pytest.mark.parametrize("verb", ["favourite", "reblog"])
async def test_blocked_authors_get_nothing(network: Network, verb: str) -> None:
    alice, bob = await network.people("alice", "bob")
    public = await alice.publish("hello")
    await block(network, bob, alice)
    assert (await act(bob, public, verb)).refused(403) == "This action is not allowed"
