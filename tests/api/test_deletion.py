"""Deleting statuses over HTTP."""

from tests.rig.network import Network, SqlBudget


async def test_deleted_status_is_gone_with_its_reblogs(
    network: Network, sql_budget: SqlBudget
) -> None:
    alice, bob = await network.people("alice", "bob")
    root = await bob.publish("root")
    made = await alice.publish("a *reply*", in_reply_to_id=root["id"])
    reblog = (await bob.post(f"/api/v1/statuses/{made['id']}/reblog")).ok()
    path = f"/api/v1/statuses/{made['id']}"
    await alice.get(path)
    assert (await bob.delete(path)).refused(404) == "Record not found"
    assert (await network.anyone.delete(path)).status == 401
    with sql_budget(3):
        gone = (await alice.delete(path)).ok()
    assert gone["id"] == made["id"]
    assert gone["text"] == "a *reply*"
    for missing in (path, f"/api/v1/statuses/{reblog['id']}"):
        assert (await bob.get(missing)).refused(404)
    assert (await alice.delete(path)).refused(404)
    shown = (await bob.get(f"/api/v1/statuses/{root['id']}")).ok()
    assert shown["replies_count"] == 0
    assert shown["account"]["statuses_count"] == 1
    assert (await network.anyone.get(f"/api/v1/accounts/{alice.id}")).ok()["statuses_count"] == 0
    assert [one["id"] for one in await bob.home()] == [root["id"]]
    await network.settle()
    assert (await bob.get(path)).refused(404)


async def test_reblog_is_deleted_by_its_own_id(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("hello")
    reblog = (await bob.post(f"/api/v1/statuses/{made['id']}/reblog")).ok()
    (await bob.delete(f"/api/v1/statuses/{reblog['id']}")).ok()
    shown = (await bob.get(f"/api/v1/statuses/{made['id']}")).ok()
    assert (shown["reblogged"], shown["reblogs_count"]) == (False, 0)


async def test_deletion_answers_the_poll_for_a_new_draft(network: Network) -> None:
    alice = await network.person("alice")
    poll = {"options": ["yes", "no"], "expires_in": 3600}
    made = await alice.publish("well?", poll=poll)
    gone = (await alice.delete(f"/api/v1/statuses/{made['id']}")).ok()
    assert [option["title"] for option in gone["poll"]["options"]] == ["yes", "no"]


async def test_media_of_a_deleted_status_may_be_attached_again(network: Network) -> None:
    alice = await network.person("alice")
    media_id = await network.db.fetchval(
        "insert into media_attachments (account_id, kind, state, secret, original)"
        " values ($1, 'image', 'ready', gen_random_uuid()::text, 's/a.webp') returning id",
        alice.account_id,
    )
    made = await alice.publish("look", media_ids=[str(media_id)])
    gone = (await alice.delete(f"/api/v1/statuses/{made['id']}")).ok()
    assert [media["id"] for media in gone["media_attachments"]] == [str(media_id)]
    again = await alice.publish("look again", media_ids=[str(media_id)])
    (await alice.delete(f"/api/v1/statuses/{again['id']}?delete_media=true")).ok()
    third = await alice.post("/api/v1/statuses", {"status": "no", "media_ids": [str(media_id)]})
    assert third.status == 422
