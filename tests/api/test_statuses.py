"""Publishing and showing statuses over HTTP."""

from tests.rig.network import Network, SqlBudget


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
