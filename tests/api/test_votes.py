"""Votes that come together, votes that are changed, and how others' polls went wrong."""

import asyncio
from typing import Any

import asyncpg
import msgspec
import pytest
from tests.rig.logs import Logs
from tests.rig.network import Answer, Network, Person

from parvis.domain.errors import Refused
from parvis.domain.polls import crowds
from parvis.domain.polls.vote import vote
from parvis.domain.transparency import keys
from parvis.infra.postgres import Db
from parvis.protocols import promises
from parvis.protocols.merkle_log import leaf_hash

POLL = {"options": ["yes", "no", "maybe"], "expires_in": 3600}


async def settle(logs: Logs) -> None:
    await logs.network.settle()
    await logs.settle()


async def entries(logs: Logs, made: dict[str, Any]) -> list[dict[str, Any]]:
    """What a poll's log says after its manifest, all of it checked."""
    found = await logs.auditor.audit(f"log/polls/{made['poll']['id']}")
    return [msgspec.json.decode(one) for one in found.entries[1:]]


def cast(person: Person, made: dict[str, Any], *choices: int) -> Any:
    return person.post(f"/api/v1/polls/{made['poll']['id']}/votes", {"choices": list(choices)})


def counts(shown: dict[str, Any]) -> list[int]:
    return [option["votes_count"] for option in shown["options"]]


async def test_a_crowd_is_cast_together_and_each_is_answered_by_itself(logs: Logs) -> None:
    network = logs.network
    alice, *crowd = await network.people("alice", *(f"p{n}" for n in range(24)))
    await crowd[21].follow(alice)
    first = await alice.publish("well?", poll=POLL)
    other = await alice.publish("and?", poll=POLL | {"multiple": True, "hide_totals": True})
    few = await alice.publish("us?", poll=POLL, visibility="private")
    over = await alice.publish("was?", poll=POLL)
    await network.db.fetch(
        "update polls set expires_at = now() where id = $1", int(over["poll"]["id"])
    )
    suspended = "update accounts set suspended_at = now() where id = $1"
    await crowd[9].get("/api/v1/accounts/verify_credentials")
    await network.db.fetch(suspended, crowd[9].account_id)  # no process knows it yet
    asked = [cast(one, first, number % 3) for number, one in enumerate(crowd[:10])]
    asked += [cast(one, other, 0, 2) for one in crowd[10:20]]
    asked += [cast(crowd[20], few, 0), cast(crowd[21], few, 0), cast(crowd[22], over, 0)]
    asked += [cast(alice, first, 0), cast(crowd[23], first, 0, 1), cast(crowd[23], first, 7)]
    asked.append(cast(crowd[0], other, 1))
    answers: list[Answer] = await asyncio.gather(*asked)
    rounds = await network.db.fetchval("select count(*) from poll_increments")
    assert rounds < 12  # of 23 ballots, in four polls
    answers.append(await cast(crowd[0], first, 1))
    said = [one.json.get("error") for one in answers]
    refused = {
        9: (403, "Your login is currently disabled"),
        20: (404, "Record not found"),
        22: (422, "Validation failed: The poll has already ended"),
        23: (422, "Validation failed: You cannot vote in your own polls"),
        24: (422, "Validation failed: This poll takes one choice only"),
        25: (422, "Validation failed: The chosen vote option does not exist"),
        27: (422, "Validation failed: You have already voted on this poll"),
    }
    for number, answer in enumerate(answers):
        assert (answer.status, said[number]) == refused.get(number, (200, None)), number
    mine = [
        (await one.get(f"/api/v1/polls/{first['poll']['id']}/receipt")).ok() for one in crowd[:9]
    ]
    verifier = (await keys.verifiers(logs.db, mine[0]["log"].partition("://")[2]))[0]
    for answer, receipt in zip(answers, mine, strict=False):
        promise = promises.open_promise(answer.json["promise"].encode(), verifier)
        assert promise.leaf == leaf_hash(receipt["entry"].encode())
        assert answer.json["own_votes"] == receipt["choices"]
        assert len(answer.json["promise"]) < 2_000
    await settle(logs)
    assert counts((await crowd[0].get(f"/api/v1/polls/{first['poll']['id']}")).ok()) == [3, 3, 3]
    assert len(await entries(logs, first)) == 9
    assert len(await entries(logs, other)) == 11
    # A statement that fails as nobody foresaw fails for one alone.
    real = crowds.cast

    async def failing(tx: Any, votes: Any) -> Any:
        if any(one.account_id == crowd[22].account_id for one in votes):
            raise asyncpg.DataError("out of the blue")
        return await real(tx, votes)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crowds, "cast", failing)
        third = await alice.publish("third?", poll=POLL)
        answers = await asyncio.gather(*(cast(one, third, 0) for one in crowd[18:24]))
    assert [one.status for one in answers] == [200] * 4 + [500, 200]


async def test_the_last_vote_counts_and_every_one_is_in_the_log(logs: Logs) -> None:
    network = logs.network
    alice, bob, carol = await network.people("alice", "bob", "carol")
    for hidden in (False, True):
        made = await alice.publish("?", poll=POLL | {"changeable": True, "hide_totals": hidden})
        path = f"/api/v1/polls/{made['poll']['id']}"
        (await cast(bob, made, 0)).ok()
        (await cast(carol, made, 2)).ok()
        await settle(logs)
        (await cast(bob, made, 1)).ok()
        shown = (await cast(bob, made, 2)).ok()
        assert (shown["own_votes"], shown["voters_count"], "promise" in shown) == ([2], 2, True)
        assert (await cast(bob, made, 2)).ok()["own_votes"] == [2]  # told again, nothing changes
        assert (await cast(bob, made, 0, 1)).status == (await cast(bob, made, 9)).status == 422
        await network.settle()
        row = await network.db.fetchrow(
            "select tallies, voters from polls where id = $1", int(made["poll"]["id"])
        )
        assert (row["tallies"], row["voters"]) == ([0, 0, 2], 2)
        if not hidden:
            assert counts((await bob.get(path)).ok()) == [0, 0, 2]
        mine = (await bob.get(f"{path}/receipt")).ok()
        assert mine["choices"] == [2]
        await settle(logs)
        said = (await logs.auditor.audit(f"log/polls/{made['poll']['id']}")).entries
        voter = msgspec.json.decode(mine["entry"].encode())["voter"]
        own = [one for one in said[1:] if msgspec.json.decode(one)["voter"] == voter]
        assert (len(said), len(own)) == (5, 3)
        # From the last one back to the first, each by the hash of the one that it replaces.
        by_leaf = {leaf_hash(one).hex(): one for one in own}
        chain = [mine["entry"].encode()]
        while (before := msgspec.json.decode(chain[-1]).get("replaces")) is not None:
            chain.append(by_leaf[before])
        assert len(chain) == 3
        await network.db.fetch("update polls set expires_at = now()")
        assert (await cast(bob, made, 0)).refused(422) == (
            "Validation failed: The poll has already ended"
        )


async def test_changes_at_once_are_counted_once(logs: Logs) -> None:
    network = logs.network
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("?", poll=POLL | {"changeable": True})
    poll_id = int(made["poll"]["id"])
    dbs = [await Db.connect(network.dsn, network.db.slots, size=4) for _ in range(4)]
    try:
        for _ in range(3):
            votes = [
                vote(db, bob.account_id, poll_id, [number % 3]) for number, db in enumerate(dbs * 4)
            ]
            await asyncio.gather(*votes, network.settle())
    finally:
        for db in dbs:
            await db.close()
    await settle(logs)
    chosen = await network.db.fetchval("select choices from ballots")
    row = await network.db.fetchrow("select tallies, voters from polls")
    assert (row["tallies"], row["voters"]) == ([int(n == chosen[0]) for n in range(3)], 1)
    said = await entries(logs, made)
    replaced = [one["replaces"] for one in said if "replaces" in one]
    assert len(replaced) == len(set(replaced)) == len(said) - 1  # one chain, no fork


async def test_how_others_polls_went_wrong(network: Network) -> None:
    """Faults that Mastodon, Misskey and GoToSocial had: each has its answer here."""
    alice, bob = await network.people("alice", "bob")
    most = (await bob.get("/api/v2/instance")).ok()["configuration"]["polls"]["max_options"]
    options = [f"option {number}" for number in range(most)]
    made = await alice.publish("?", poll={"options": options, "expires_in": 3600})
    api = f"/api/v1/polls/{made['poll']['id']}"
    # An empty array of choices was taken for a vote, or broke the server.
    for nothing in ({"choices": []}, {}, {"choices": None}, {"choices": ""}):
        assert (await bob.post(f"{api}/votes", nothing)).status == 422
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await bob.call("POST", f"{api}/votes", data=b"choices[]=", headers=form)
    assert answer.status == 422
    assert (await cast(bob, made, 1, 1)).status == 422  # an option twice is no two votes
    # Votes for options beyond the fourth were lost.
    (await cast(bob, made, most - 1)).ok()
    # One's own vote was counted twice: in what was answered, or once the worker had counted it too.
    for _ in range(2):
        shown = (await bob.get(api)).ok()
        assert counts(shown) == [0] * (most - 1) + [1]
        assert (shown["votes_count"], shown["voters_count"]) == (1, 1)
        await network.settle()
    # Two votes at once were both taken.
    other = await alice.publish("?", poll=POLL)
    dbs = [await Db.connect(network.dsn, network.db.slots, size=2) for _ in range(4)]
    try:
        poll_id = int(other["poll"]["id"])
        votes = [vote(db, bob.account_id, poll_id, [n % 3]) for n, db in enumerate(dbs * 8)]
        answers = await asyncio.gather(*votes, return_exceptions=True)
    finally:
        for db in dbs:
            await db.close()
    assert [isinstance(one, Refused) for one in answers].count(False) == 1
    # The question was edited after people had voted on another one.
    edit = {"status": "!", "poll": {"options": options, "expires_in": 3600}}
    assert (await alice.put(f"/api/v1/statuses/{made['id']}", edit)).status == 422
    options[0] = "something else"
    edit = {"status": "?", "poll": {"options": options, "expires_in": 3600}}
    assert (await alice.put(f"/api/v1/statuses/{made['id']}", edit)).status == 422
