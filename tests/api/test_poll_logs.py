"""Public polls in the public log: whoever reads the log counts what the page shows."""

import asyncio
from contextlib import suppress
from typing import Any

import msgspec
from tests.rig.logs import Logs
from tests.rig.network import Network, Person, SqlBudget

from parvis.domain.errors import Refused
from parvis.domain.polls import tally
from parvis.domain.polls.vote import vote
from parvis.domain.transparency import keys
from parvis.infra.postgres import Db
from parvis.protocols import promises, tlog_proof
from parvis.protocols.merkle_log import leaf_hash

POLL = {"options": ["yes", "no", "maybe"], "expires_in": 3600}
RACERS = 24


async def settle(logs: Logs) -> None:
    await logs.network.settle()
    await logs.settle()


async def told(logs: Logs, path: str) -> list[dict[str, Any]]:
    """What a log says, after all of it was checked."""
    return [msgspec.json.decode(one) for one in (await logs.auditor.audit(path)).entries]


async def opened(logs: Logs, path: str, hashed: str) -> str:
    return (await logs.auditor.get(f"{path}/openings/{hashed}")).ok()["text"]


def counted(entries: list[dict[str, Any]], options: int = 3) -> list[int]:
    chosen = [choice for one in entries if one["type"] == "ballot" for choice in one["choices"]]
    return [chosen.count(option) for option in range(options)]


async def end(network: Network) -> None:
    await network.db.fetch("update polls set expires_at = now() - interval '1 s'")
    network.db.slots.bump_all()


async def test_votes_are_promised_logged_proved_and_counted(
    logs: Logs, sql_budget: SqlBudget
) -> None:
    network = logs.network
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await alice.publish("hello")
    with sql_budget(4):  # its log is the third; the answer shows the status
        made = await alice.publish("well?", poll=POLL)
    path = f"log/polls/{made['poll']['id']}"
    api = f"/api/v1/polls/{made['poll']['id']}"
    (await carol.post(f"{api}/votes", {"choices": [2]})).ok()
    (await bob.get(api)).ok()
    with sql_budget(2):
        cast = (await bob.post(f"{api}/votes", {"choices": [1]})).ok()
    mine = (await bob.get(f"{api}/receipt")).ok()
    assert (mine["choices"], mine["proof"], mine["log"]) == ([1], None, f"{network.base}/{path}")
    entry = mine["entry"].encode()
    verifier = (await keys.verifiers(logs.db, mine["log"].partition("://")[2]))[0]
    for promised in (cast["promise"], mine["promise"]):
        assert promises.open_promise(promised.encode(), verifier).leaf == leaf_hash(entry)
    assert (await alice.get(f"{api}/receipt")).refused(404)
    await settle(logs)
    manifest, *cast_entries = await told(logs, path)
    assert await opened(logs, path, manifest["question"]) == "well?"
    assert [await opened(logs, path, one) for one in manifest["options"]] == POLL["options"]
    assert manifest["closes_at"] == made["poll"]["expires_at"]
    assert (manifest["counting"], manifest["ballots"]) == ("one", "plain")
    assert counted(cast_entries) == [0, 1, 1]
    assert len({one["voter"] for one in cast_entries}) == 2
    mine = (await bob.get(f"{api}/receipt")).ok()
    assert tlog_proof.check(tlog_proof.parse(mine["proof"].encode()), entry, verifier).size == 3
    proof = await logs.auditor.fetch(mine["proof_url"].removeprefix(f"{network.base}/"))
    assert proof == mine["proof"].encode()
    assert (await bob.post(f"{api}/votes", {"choices": [0]})).refused(422)  # nothing logged twice
    await end(network)
    await settle(logs)
    last = (await told(logs, path))[-1]
    assert last == {
        "type": "closed",
        "why": "its time was over",
        "tallies": [0, 1, 1],
        "voters": 2,
    }
    assert (await bob.get(f"{api}/receipt")).ok()["entry"] == mine["entry"]
    assert (await bob.post(f"{api}/votes", {"choices": [0]})).refused(422)
    await settle(logs)
    assert len(await told(logs, path)) == 4


async def test_hidden_totals_stay_hidden_in_the_log_until_closing(logs: Logs) -> None:
    network = logs.network
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("well?", poll={**POLL, "hide_totals": True, "multiple": True})
    path, api = f"log/polls/{made['poll']['id']}", f"/api/v1/polls/{made['poll']['id']}"
    (await bob.post(f"{api}/votes", {"choices": [0, 2]})).ok()
    await settle(logs)
    sealed = (await told(logs, path))[1]
    assert sorted(sealed) == ["sha256", "type", "voter"]
    assert (await logs.auditor.get(f"{path}/openings/{sealed['sha256']}")).status == 404
    assert (await bob.get(f"{api}/receipt")).ok()["proof"]
    assert (await bob.post(f"{api}/close")).refused(404)  # not bob's
    early = (await alice.post(f"{api}/close")).ok()
    assert early["expired"] is True
    assert (await bob.post(f"{api}/close")).refused(404)
    await settle(logs)
    last = (await told(logs, path))[-1]
    assert (last["why"], last["tallies"], last["voters"]) == ("ended by its author", [1, 0, 1], 1)
    assert await opened(logs, path, sealed["sha256"]) == "[0,2]"


async def test_edits_before_the_first_ballot_are_in_the_log(logs: Logs) -> None:
    alice, bob = await logs.network.people("alice", "bob")
    made = await alice.publish("plain", visibility="private")
    edited = await alice.put(f"/api/v1/statuses/{made['id']}", {"status": "well?", "poll": POLL})
    other = {"status": "really?", "poll": {**POLL, "options": ["a", "b"]}}
    assert edited.ok()["poll"]
    poll = (await alice.put(f"/api/v1/statuses/{made['id']}", other)).ok()["poll"]
    await bob.follow(alice)
    api = f"/api/v1/polls/{poll['id']}"
    (await bob.post(f"{api}/votes", {"choices": [1]})).ok()
    await settle(logs)
    # Followers' polls lie under a path that only those know who were shown it.
    assert (await logs.auditor.get(f"log/polls/{poll['id']}/checkpoint")).status == 404
    path = (await bob.get(f"{api}/receipt")).ok()["log"].removeprefix(f"{logs.network.base}/")
    assert path.startswith("log/private/")
    first, second, cast = await told(logs, path)
    assert first["eligible"] == "followers of the author on this network"
    assert await opened(logs, path, second["question"]) == "really?"
    assert [len(one["options"]) for one in (first, second)] == [3, 2]
    assert cast["choices"] == [1]
    (await bob.post(f"/api/v1/accounts/{alice.id}/unfollow")).ok()
    assert (await bob.get(f"{api}/receipt")).refused(404)  # nor is the path told any more


async def test_poll_of_a_deleted_status_or_author_keeps_its_log(logs: Logs) -> None:
    alice, bob = await logs.network.people("alice", "bob")
    made = [await alice.publish("well?", poll=POLL) for _ in range(2)]
    paths = [f"log/polls/{one['poll']['id']}" for one in made]
    for one in made:
        (await bob.post(f"/api/v1/polls/{one['poll']['id']}/votes", {"choices": [0]})).ok()
    (await alice.delete(f"/api/v1/statuses/{made[0]['id']}")).ok()
    await settle(logs)
    removed = await alice.publish("gone?", poll=POLL)
    (await alice.put(f"/api/v1/statuses/{removed['id']}", {"status": "no poll"})).ok()
    await logs.db.run(tally.close_of, alice.account_id)  # as erasing does
    await settle(logs)
    deleted, left = [(await told(logs, path))[-1] for path in paths]
    assert (deleted["why"], deleted["tallies"]) == ("its status was deleted", [1, 0, 0])
    assert (left["type"], left["tallies"]) == ("closed", [1, 0, 0])
    last = (await told(logs, f"log/polls/{removed['poll']['id']}"))[-1]
    assert last["why"] == "taken out of its status"
    open_ = "select count(*) from logs where kind = 'poll' and (closed_at is null or secret is not null)"
    assert await logs.db.fetchval(open_) == 0


async def test_no_ballot_comes_after_the_last_entry(logs: Logs) -> None:
    """Voters, each twice at once, while the author ends the poll and workers close it."""
    network = logs.network
    alice, *people = await network.people("alice", *(f"p{n}" for n in range(RACERS)))
    made = await alice.publish("well?", poll=POLL)
    poll_id = int(made["poll"]["id"])
    db = await Db.connect(network.dsn, network.db.slots, size=RACERS)

    async def cast(person: Person, number: int) -> None:
        await asyncio.sleep(number % 8 * 0.004)
        with suppress(Refused):
            await vote(db, person.account_id, poll_id, [number % 3])

    async def close() -> None:
        await asyncio.sleep(0.012)
        await end_quietly(db, alice, poll_id)
        for _ in range(20):
            await asyncio.gather(db.run(tally.close_due, poll_id), db.run(tally.close_due, poll_id))
            await logs.settle()

    try:
        voting = [cast(one, number) for _ in range(2) for number, one in enumerate(people)]
        await asyncio.gather(*voting, close(), close())
    finally:
        await db.close()
    await settle(logs)
    _, *cast_entries, last = await told(logs, f"log/polls/{poll_id}")
    assert {one["type"] for one in cast_entries} <= {"ballot"}
    assert len({one["voter"] for one in cast_entries}) == len(cast_entries)
    kept = await network.db.fetchval("select count(*) from ballots")
    assert last["type"] == "closed"
    assert (last["tallies"], last["voters"]) == (counted(cast_entries), kept)
    assert kept == len(cast_entries)


async def end_quietly(db: Db, author: Person, poll_id: int) -> None:
    """In two tabs at once: one of them comes too late."""
    with suppress(Refused):
        await db.run(tally.end_early, author.account_id, poll_id)
