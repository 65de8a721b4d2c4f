"""Notifications over HTTP: who is told of what, and how it is read and put aside."""

from typing import Any

import pytest
from tests.rig.network import Network, Person

from parvis.domain.events import StatusEdited


async def told(person: Person, **params: Any) -> list[tuple[str, str]]:
    """(type, username) of each, newest first."""
    shown = (await person.get("/api/v1/notifications", **params)).ok()
    return [(one["type"], one["account"]["username"]) for one in shown]


async def favourite(person: Person, status: dict[str, Any]) -> None:
    (await person.post(f"/api/v1/statuses/{status['id']}/favourite")).ok()


async def test_mention_is_told_once_with_its_status(network: Network, sql_budget: Any) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    made = await alice.publish("hello @bob and @alice", visibility="direct")
    await network.settle()
    shown = (await bob.get("/api/v1/notifications")).ok()
    assert [one["type"] for one in shown] == ["mention"]
    assert shown[0]["status"]["id"] == made["id"]
    assert shown[0]["account"]["id"] == alice.id
    assert shown[0]["group_key"] == f"ungrouped-{shown[0]['id']}"
    assert await told(alice) == await told(carol) == []
    one = (await bob.get(f"/api/v1/notifications/{shown[0]['id']}")).ok()
    assert one == shown[0]
    await told(bob)
    with sql_budget(0):
        assert await told(bob) == [("mention", "alice")]


async def test_favourite_reblog_follow_and_their_undoing(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("hello")
    await favourite(bob, made)
    (await bob.post(f"/api/v1/statuses/{made['id']}/reblog")).ok()
    await bob.follow(alice)
    await favourite(alice, made)  # nobody is told of themselves
    await network.settle()
    assert sorted(await told(alice)) == [("favourite", "bob"), ("follow", "bob"), ("reblog", "bob")]
    shown = (await alice.get("/api/v1/notifications", types=["reblog"])).ok()
    assert shown[0]["status"]["id"] == made["id"]
    (await bob.post(f"/api/v1/statuses/{made['id']}/unfavourite")).ok()
    (await bob.post(f"/api/v1/statuses/{made['id']}/unreblog")).ok()
    (await bob.post(f"/api/v1/accounts/{alice.id}/unfollow")).ok()
    await network.settle()
    assert await told(alice) == []


async def test_deleted_status_takes_what_tells_of_it_away(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("hello @bob")
    await network.settle()
    assert await told(bob) == [("mention", "alice")]
    (await alice.delete(f"/api/v1/statuses/{made['id']}")).ok()
    assert await told(bob) == []  # at once, before the worker
    await network.settle()
    assert await told(bob) == []


async def test_request_to_follow_is_told_until_answered(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await network.db.fetch("update accounts set is_locked = true where id = $1", alice.account_id)
    await bob.follow(alice)
    await network.settle()
    assert await told(alice) == [("follow_request", "bob")]
    (await alice.post(f"/api/v1/follow_requests/{bob.id}/authorize")).ok()
    assert await told(alice) == []
    await network.settle()
    assert await told(alice) == []  # she let him follow herself


async def test_status_of_somebody_followed_with_notify(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    (await bob.post(f"/api/v1/accounts/{alice.id}/follow", {"notify": True})).ok()
    await carol.follow(alice)
    await network.settle()
    made = await alice.publish("news")
    other = await carol.publish("question")
    await alice.publish("@carol answer", in_reply_to_id=other["id"])
    (await alice.post(f"/api/v1/statuses/{other['id']}/reblog")).ok()
    await network.settle()
    assert await told(bob) == [("status", "alice")]
    shown = (await bob.get("/api/v1/notifications")).ok()
    assert shown[0]["status"]["id"] == made["id"]
    assert ("status", "alice") not in await told(carol)


async def test_end_of_a_poll_is_told_to_voters_and_author(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    poll = {"options": ["a", "b"], "expires_in": 300}
    made = await alice.publish("which?", poll=poll)
    (await bob.post(f"/api/v1/polls/{made['poll']['id']}/votes", {"choices": [0]})).ok()
    await network.settle()
    assert await told(alice) == []
    await network.db.fetch("update polls set expires_at = now() - interval '1 s'")
    await network.settle()
    await network.settle()
    assert await told(alice) == [("poll", "alice")]
    assert await told(bob) == [("poll", "alice")]
    assert await told(carol) == []


async def edited(network: Network, person: Person, status: dict[str, Any]) -> None:
    async with network.db.tx() as tx:
        tx.emit(StatusEdited(int(status["id"]), person.account_id))
    await network.settle()


async def test_edit_is_told_to_those_who_reblogged_each_time(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    made = await alice.publish("hello @carol")
    (await bob.post(f"/api/v1/statuses/{made['id']}/reblog")).ok()
    await favourite(carol, made)
    await network.settle()
    await edited(network, alice, made)
    first = (await bob.get("/api/v1/notifications")).ok()
    assert [one["type"] for one in first] == ["update"]
    assert await told(carol) == [("mention", "alice")]
    await edited(network, alice, made)
    second = (await bob.get("/api/v1/notifications")).ok()
    assert [one["type"] for one in second] == ["update"]
    assert second[0]["id"] != first[0]["id"]


async def test_staff_hear_of_newcomers_and_reports(network: Network) -> None:
    owner = await network.person("owner", role="owner")
    alice, bob = await network.people("alice", "bob")
    said = {"account_id": bob.id, "comment": "spam", "category": "spam"}
    (await alice.post("/api/v1/reports", said)).ok()
    await network.settle()
    assert sorted(await told(owner)) == [
        ("admin.report", "alice"),
        ("admin.sign_up", "alice"),
        ("admin.sign_up", "bob"),
    ]
    shown = (await owner.get("/api/v1/notifications", types=["admin.report"])).ok()
    assert shown[0]["report"]["comment"] == "spam"
    assert shown[0]["report"]["target_account"]["id"] == bob.id
    assert await told(alice) == await told(bob) == []
    await network.db.fetch("update users set role = 'member' where id = $1", owner.user_id)
    assert ("admin.report", "alice") not in await told(owner)


REFUSING = {
    "block": "insert into blocks (account_id, target_id) values ($1, $2)",
    "block of the other": "insert into blocks (account_id, target_id) values ($2, $1)",
    "mute": "insert into mutes (account_id, target_id) values ($1, $2)",
    "limited": ("update accounts set limited_at = now() where id = $2 and $1::bigint is not null"),
    "suspended": (
        "update accounts set suspended_at = now() where id = $2 and $1::bigint is not null"
    ),
    "muted conversation": (
        "insert into conversation_mutes (account_id, conversation_id) "
        "select $1, conversation_id from statuses where account_id = $2"
    ),
}


@pytest.mark.parametrize("refusing", [pytest.param(sql, id=name) for name, sql in REFUSING.items()])
async def test_nobody_is_told_of_those_they_do_not_meet(network: Network, refusing: str) -> None:
    alice, bob = await network.people("alice", "bob")
    await bob.publish("hello @alice")
    await network.db.fetch(refusing, alice.account_id, bob.account_id)
    network.db.slots.bump_all()
    await network.settle()
    assert await told(alice) == []
    rows = await network.db.fetchval("select count(*) from notifications")
    assert rows == 0


async def test_mute_that_lets_notifications_through(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await network.db.fetch(
        "insert into mutes (account_id, target_id, hides_notifications) values ($1, $2, false)",
        alice.account_id,
        bob.account_id,
    )
    await bob.publish("hello @alice")
    await network.settle()
    assert await told(alice) == [("mention", "bob")]


async def test_limited_account_reaches_its_followers(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await alice.follow(bob)
    await network.db.fetch("update accounts set limited_at = now() where id = $1", bob.account_id)
    await bob.publish("hello @alice")
    await network.settle()
    assert await told(alice) == [("mention", "bob")]


async def test_block_hides_what_was_told_at_once(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await bob.publish("hello @alice")
    await network.settle()
    assert await told(alice) == [("mention", "bob")]
    (await alice.post(f"/api/v1/accounts/{bob.id}/block")).ok()
    assert await told(alice) == []
    await network.settle()
    (await alice.post(f"/api/v1/accounts/{bob.id}/unblock")).ok()
    assert await told(alice) == []


async def test_pages_and_filters(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    for number in range(5):
        await favourite(bob, await alice.publish(f"status {number}"))
    await bob.follow(alice)
    await network.settle()
    everything = (await alice.get("/api/v1/notifications")).ok()
    ids = [one["id"] for one in everything]
    assert len(ids) == 6
    assert sorted(ids, key=int, reverse=True) == ids
    answer = await alice.get("/api/v1/notifications", limit=2, max_id=ids[1])
    assert [one["id"] for one in answer.ok()] == ids[2:4]
    assert f'max_id={ids[3]}>; rel="next"' in answer.headers["link"]
    assert f'min_id={ids[2]}>; rel="prev"' in answer.headers["link"]
    page = (await alice.get("/api/v1/notifications", limit=2, min_id=ids[4])).ok()
    assert [one["id"] for one in page] == ids[2:4]
    page = (await alice.get("/api/v1/notifications", limit=2, since_id=ids[4])).ok()
    assert [one["id"] for one in page] == ids[:2]
    assert set(await told(alice, types=["follow"])) == {("follow", "bob")}
    assert set(await told(alice, exclude_types=["follow"])) == {("favourite", "bob")}
    assert await told(alice, account_id=alice.id) == []
    assert len(await told(alice, account_id=bob.id)) == 6
    assert await told(alice, types=["unheard of"]) == []


async def test_dismissed_and_cleared(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("hello")
    await favourite(bob, made)
    await bob.publish("hello @alice")
    await network.settle()
    shown = (await alice.get("/api/v1/notifications")).ok()
    path = f"/api/v1/notifications/{shown[0]['id']}"
    assert (await bob.post(f"{path}/dismiss")).refused(404) == "Record not found"
    assert (await bob.get(path)).refused(404)
    assert (await alice.post(f"{path}/dismiss")).ok() == {}
    assert [one["id"] for one in (await alice.get("/api/v1/notifications")).ok()] == [
        shown[1]["id"]
    ]
    assert (await alice.get(path)).refused(404)
    assert (await alice.post("/api/v1/notifications/clear")).ok() == {}
    assert await told(alice) == []


async def test_unread_are_counted_above_the_marker(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    for number in range(3):
        await favourite(bob, await alice.publish(f"status {number}"))
    await network.settle()
    path = "/api/v1/notifications/unread_count"
    assert (await alice.get(path)).ok() == {"count": 3}
    assert (await alice.get(path, limit=2)).ok() == {"count": 2}
    assert (await alice.get(path, types=["mention"])).ok() == {"count": 0}
    ids = [one["id"] for one in (await alice.get("/api/v1/notifications")).ok()]
    await network.db.fetch(
        "insert into markers (account_id, timeline, last_read_id) values ($1, 'notifications', $2)",
        alice.account_id,
        int(ids[1]),
    )
    assert (await alice.get(path)).ok() == {"count": 1}


async def test_refusals(network: Network) -> None:
    reader = await network.person("alice")
    blind = await network.person("bob", scopes=("read:statuses", "write:statuses"))
    assert (await network.anyone.get("/api/v1/notifications")).refused(401)
    for path in ("", "/1", "/unread_count"):
        assert (await blind.get(f"/api/v1/notifications{path}")).refused(403)
    for path in ("clear", "1/dismiss"):
        assert (await blind.post(f"/api/v1/notifications/{path}")).refused(403)
    for path in ("1", "0", "x", str(2**70)):
        assert (await reader.get(f"/api/v1/notifications/{path}")).refused(404)
        assert (await reader.post(f"/api/v1/notifications/{path}/dismiss")).refused(404)
    for params in ({"account_id": 2**70}, {"account_id": "x"}, {"max_id": "x"}):
        assert (await reader.get("/api/v1/notifications", **params)).refused(422)
    assert (await reader.get("/api/v1/notifications", types=["\0"])).refused(400)


async def test_pages_are_full_for_who_is_no_longer_staff(network: Network) -> None:
    """Reports they may no longer read leave no empty page in front of the rest."""
    alice, bob = await network.people("alice", "bob")
    await network.db.fetch("update users set role = 'moderator' where id = $1", alice.user_id)
    await bob.follow(alice)
    await network.settle()
    for number in range(60):
        told_ = {"account_id": alice.id, "comment": f"the {number}th"}
        (await bob.post("/api/v1/reports", told_)).ok()
    await network.settle()
    reports_and_follows = {"types": ["admin.report", "follow"], "limit": 2}
    assert await told(alice, **reports_and_follows) == [("admin.report", "bob")] * 2
    await network.db.fetch("update users set role = 'member' where id = $1", alice.user_id)
    for bounds in ({}, {"min_id": 1}):
        assert await told(alice, **reports_and_follows, **bounds) == [("follow", "bob")]
