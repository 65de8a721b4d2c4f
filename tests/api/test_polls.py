"""Polls over HTTP: voting once, refusals, hidden totals, the end."""

from typing import Any

from tests.rig.network import Answer, Caller, Network, Person, SqlBudget

POLL = {"options": ["yes", "no", "maybe"], "expires_in": 3600}


async def ask(person: Person, **poll: Any) -> dict[str, Any]:
    return await person.publish("well?", poll={**POLL, **poll})


async def vote(person: Caller, status: dict[str, Any], *choices: Any) -> Answer:
    path = f"/api/v1/polls/{status['poll']['id']}/votes"
    return await person.post(path, {"choices": list(choices)})


async def end(network: Network, status: dict[str, Any]) -> None:
    """Its end is in the past, as every process learns on loading."""
    await network.db.fetch(
        "update polls set expires_at = now() - interval '1 s' where id = $1",
        int(status["poll"]["id"]),
    )
    network.db.slots.bump_all()


async def test_vote_is_counted_once(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    made = await ask(alice)
    assert made["poll"]["voted"] is True  # one's own
    path = f"/api/v1/polls/{made['poll']['id']}"
    before = (await bob.get(path)).ok()
    assert (before["voted"], before["own_votes"], before["votes_count"]) == (False, [], 0)
    with sql_budget(4):  # two once this process knows the poll's secret and the log's key
        after = (await vote(bob, made, 1)).ok()
    assert [option["votes_count"] for option in after["options"]] == [0, 1, 0]
    assert (after["voted"], after["own_votes"], after["voters_count"]) == (True, [1], 1)
    assert (await vote(bob, made, 1)).refused(422) == (
        "Validation failed: You have already voted on this poll"
    )
    await network.settle()
    assert (await bob.get(path)).ok() == after
    (await vote(carol, made, "2")).ok()
    shown = (await network.anyone.get(path)).ok()
    assert [option["votes_count"] for option in shown["options"]] == [0, 1, 1]
    assert "voted" not in shown
    assert "own_votes" not in shown
    sequenced = await network.db.fetchrow("select tallies, voters from polls")
    assert (sequenced["tallies"], sequenced["voters"]) == ([0, 1, 0], 1)
    await network.settle()
    sequenced = await network.db.fetchrow("select tallies, voters from polls")
    assert (sequenced["tallies"], sequenced["voters"]) == ([0, 1, 1], 2)


async def test_several_choices(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    one, many = await ask(alice), await ask(alice, multiple=True)
    assert (await vote(bob, one, 0, 1)).refused(422) == (
        "Validation failed: This poll takes one choice only"
    )
    twice = "Validation failed: An option can be chosen only once"
    assert (await vote(bob, many, 2, 0, 2)).refused(422) == twice
    shown = (await vote(bob, many, 2, 0)).ok()
    assert [option["votes_count"] for option in shown["options"]] == [1, 0, 1]
    assert (shown["votes_count"], shown["voters_count"], shown["own_votes"]) == (2, 1, [0, 2])
    await network.settle()
    path = f"/api/v1/polls/{many['poll']['id']}"
    assert (await bob.get(path)).ok() == shown


async def test_refused_votes(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await ask(alice)
    unknown = "Validation failed: The chosen vote option does not exist"
    for wrong in (3, -1, 40_000, 1 << 40):
        assert (await vote(bob, made, wrong)).refused(422) == unknown
    assert (await vote(bob, made, "soon")).status == 422
    assert (await vote(bob, made)).refused(422) == "Validation failed: Choices can't be blank"
    assert (await vote(alice, made, 0)).refused(422) == (
        "Validation failed: You cannot vote in your own polls"
    )
    assert (await vote(network.anyone, made, 0)).status == 401
    assert (await bob.post("/api/v1/polls/77/votes", {"choices": [0]})).refused(404)
    assert (await bob.get("/api/v1/polls/77")).refused(404)
    await end(network, made)
    assert (await vote(bob, made, 0)).refused(422) == (
        "Validation failed: The poll has already ended"
    )
    assert await network.db.fetchval("select count(*) from ballots") == 0


async def test_private_poll_is_not_there_for_others(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("well?", poll=POLL, visibility="private")
    assert (await vote(bob, made, 0)).refused(404)
    assert (await bob.get(f"/api/v1/polls/{made['poll']['id']}")).refused(404)
    assert (await alice.get(f"/api/v1/polls/{made['poll']['id']}")).ok()["id"]


async def test_hidden_totals_show_at_the_end(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await ask(alice, hide_totals=True, multiple=True)
    shown = (await vote(bob, made, 0, 2)).ok()
    assert [option["votes_count"] for option in shown["options"]] == [None, None, None]
    assert shown["own_votes"] == [0, 2]
    # Two choices of one voter would tell that there were two: only voters are counted.
    assert (shown["votes_count"], shown["voters_count"]) == (1, 1)
    await end(network, made)
    shown = (await bob.get(f"/api/v1/polls/{made['poll']['id']}")).ok()
    assert [option["votes_count"] for option in shown["options"]] == [1, 0, 1]
    assert (shown["votes_count"], shown["expired"]) == (2, True)


async def test_ended_poll_is_closed_once(network: Network) -> None:
    alice = await network.person("alice")
    made = await ask(alice)
    await network.settle()
    assert await network.db.fetchval("select closed_at from polls") is None
    await end(network, made)
    await network.settle()
    closed_at = await network.db.fetchval("select closed_at from polls")
    assert closed_at is not None
    await network.settle()
    assert await network.db.fetchval("select closed_at from polls") == closed_at
