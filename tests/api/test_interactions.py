"""Favourites, reblogs, bookmarks, pins and muted conversations over HTTP."""

from typing import Any

import pytest
from tests.rig.network import Answer, Caller, Network, Person, SqlBudget


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


async def act(person: Person, status: dict[str, object], verb: str, **params: object) -> Answer:
    return await person.post(f"/api/v1/statuses/{status['id']}/{verb}", params or None)


async def look(person: Caller, status: dict[str, Any]) -> Any:
    return (await person.get(f"/api/v1/statuses/{status['id']}")).ok()


async def test_favourite_and_back(network: Network, sql_budget: SqlBudget) -> None:
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


async def test_reblog_and_back(network: Network, sql_budget: SqlBudget) -> None:
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


async def test_bookmarks_are_listed_by_when_they_were_made(
    network: Network, sql_budget: SqlBudget
) -> None:
    alice, bob = await network.people("alice", "bob")
    first, second = await alice.publish("first"), await alice.publish("second")
    shown = (await act(bob, second, "bookmark")).ok()
    assert shown["bookmarked"] is True
    with sql_budget(2):
        (await act(bob, first, "bookmark")).ok()
    (await act(bob, first, "bookmark")).ok()
    answer = await bob.get("/api/v1/bookmarks", limit=1)
    assert [one["id"] for one in answer.ok()] == [first["id"]]
    older = (await bob.get(next_page(answer))).ok()
    assert [one["id"] for one in older] == [second["id"]]
    assert (await alice.get("/api/v1/bookmarks")).ok() == []
    assert (await act(bob, first, "unbookmark")).ok()["bookmarked"] is False
    (await act(bob, first, "unbookmark")).ok()
    assert [one["id"] for one in (await bob.get("/api/v1/bookmarks")).ok()] == [second["id"]]
    assert (await network.anyone.get("/api/v1/bookmarks")).status == 401


def next_page(answer: Answer) -> str:
    """The path of the older page, from the Link header."""
    link = answer.headers["link"]
    return link.partition(">")[0].removeprefix("<")


async def test_favourites_are_listed_by_when_they_were_made(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    first, second = await alice.publish("first"), await alice.publish("second")
    for status in (second, first):
        (await act(bob, status, "favourite")).ok()
    answer = await bob.get("/api/v1/favourites", limit=1)
    assert [one["id"] for one in answer.ok()] == [first["id"]]
    assert [one["id"] for one in (await bob.get(next_page(answer))).ok()] == [second["id"]]
    await block(network, alice, bob)
    network.db.slots.bump_all()
    assert (await bob.get("/api/v1/favourites")).ok() == []


async def test_who_favourited_and_reblogged(network: Network) -> None:
    alice, bob, carol, dave = await network.people("alice", "bob", "carol", "dave")
    made = await alice.publish("hello")
    for person in (bob, carol, dave):
        (await act(person, made, "favourite")).ok()
    (await act(bob, made, "reblog")).ok()
    (await act(carol, made, "reblog", visibility="private")).ok()
    await block(network, bob, carol)
    path = f"/api/v1/statuses/{made['id']}"

    async def names(person: Caller, kind: str, **params: object) -> list[str]:
        answer = await person.get(f"{path}/{kind}", **params)
        return [account["acct"] for account in answer.ok()]

    assert await names(network.anyone, "favourited_by") == ["dave", "carol", "bob"]
    assert await names(bob, "favourited_by") == ["dave", "bob"]
    assert await names(carol, "favourited_by") == ["dave", "carol"]
    assert await names(network.anyone, "reblogged_by") == ["bob"]
    answer = await network.anyone.get(f"{path}/favourited_by", limit=2)
    older = (await network.anyone.get(next_page(answer))).ok()
    assert [account["acct"] for account in older] == ["bob"]
    private = await alice.publish("among us", visibility="private")
    hidden = f"/api/v1/statuses/{private['id']}/favourited_by"
    assert (await network.anyone.get(hidden)).refused(404)


async def test_pins(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("hello")
    with sql_budget(3):
        assert (await act(alice, made, "pin")).ok()["pinned"] is True
    assert (await act(alice, made, "pin")).ok()["pinned"] is True
    assert "pinned" not in await look(bob, made)
    assert (await act(bob, made, "pin")).refused(422) == (
        "Validation failed: Someone else's post cannot be pinned"
    )
    direct = await alice.publish("@bob you", visibility="direct")
    assert (await act(alice, direct, "pin")).refused(422) == (
        "Validation failed: Posts that are only visible to mentioned users cannot be pinned"
    )
    reblog = (await act(alice, made, "reblog")).ok()
    assert (await act(alice, reblog, "pin")).refused(422) == (
        "Validation failed: A boost cannot be pinned"
    )
    for number in range(4):
        (await act(alice, await alice.publish(f"n {number}"), "pin")).ok()
    sixth = await alice.publish("one more", visibility="private")
    assert (await act(alice, sixth, "pin")).refused(422) == (
        "Validation failed: You have already pinned the maximum number of posts"
    )
    assert (await act(alice, made, "unpin")).ok()["pinned"] is False
    (await act(alice, made, "unpin")).ok()
    (await act(alice, sixth, "pin")).ok()


async def test_muted_conversation(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    root = await alice.publish("hello")
    reply = await bob.publish("hi", in_reply_to_id=root["id"])
    assert (await act(alice, reply, "mute")).ok()["muted"] is True
    assert (await look(alice, root))["muted"] is True
    assert (await look(bob, root))["muted"] is False
    assert (await act(alice, root, "unmute")).ok()["muted"] is False
    assert (await look(alice, reply))["muted"] is False


@pytest.mark.parametrize(
    "verb", ["pin", "unpin", "mute", "unmute", "bookmark", "favourite", "reblog"]
)
async def test_what_one_may_not_see_is_not_there(network: Network, verb: str) -> None:
    alice, bob = await network.people("alice", "bob")
    private = await alice.publish("mine", visibility="private")
    tables = ("status_pins", "conversation_mutes", "bookmarks", "favourites")
    for status in (private, {"id": "77"}):
        (await act(bob, status, verb)).refused(404)
    for table in tables:
        assert await network.db.fetchval(f"select count(*) from {table}") == 0
