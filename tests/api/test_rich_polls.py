"""What polls may be beyond Mastodon's: fifty options, a year, ranks, changes, rules of who may vote."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from tests.rig.logs import Logs
from tests.rig.network import Answer, Network, Person

from parvis.domain.polls.erase import erase
from parvis.protocols import ranked
from parvis.protocols.merkle_log import leaf_hash

POLL = {"options": ["yes", "no", "maybe"], "expires_in": 3600}
YEAR_S = 365 * 86_400


async def ask(person: Person, **poll: Any) -> dict[str, Any]:
    return (await person.publish("well?", poll={**POLL, **poll}))["poll"]


async def vote(person: Person, poll: dict[str, Any], *choices: int) -> Answer:
    return await person.post(f"/api/v1/polls/{poll['id']}/votes", {"choices": list(choices)})


async def end(network: Network) -> None:
    await network.db.fetch("update polls set expires_at = now() - interval '1 s'")
    network.db.slots.bump_all()


async def manifest(logs: Logs, poll: dict[str, Any]) -> list[dict[str, Any]]:
    await logs.network.settle()
    await logs.settle()
    path = poll["log"].removeprefix(f"{logs.network.base}/")
    return [msgspec.json.decode(one) for one in (await logs.auditor.audit(path)).entries]


async def test_fifty_options_for_a_minute_to_a_year(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    limits = (await network.anyone.get("/api/v2/instance")).ok()["configuration"]["polls"]
    assert limits == {
        "max_options": 50,
        "max_characters_per_option": 50,
        "min_expiration": 60,
        "max_expiration": YEAR_S,
    }
    fifty = [f"option {number}" for number in range(50)]
    poll = await ask(alice, options=fifty, expires_in=60)
    shown = (await vote(bob, poll, 49)).ok()
    assert [one["votes_count"] for one in shown["options"]] == [0] * 49 + [1]
    assert (await ask(alice, expires_in=YEAR_S))["expires_at"]
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    assert (await ask(alice, expires_at=moment.isoformat()))["expires_at"] == (
        moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    )


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"options": [str(n) for n in range(51)]}, "Options can't contain more than 50 items"),
    ({"options": ["same", "Same"]}, "Options can't contain duplicate items"),
    ({"options": ["one", " "]}, "Options can't be blank"),
    ({"options": ["one", "x" * 51]}, "Options can't be longer than 50 characters each"),
    ({"options": ["one"]}, "Options must have at least two items"),
    ({"expires_in": 59}, "Duration is too short (at least a minute)"),
    ({"expires_in": YEAR_S + 1}, "Duration is too far into the future (at most a year)"),
    ({"expires_at": "2001-01-01T00:00:00Z"}, "Duration is too short (at least a minute)"),
    ({"expires_at": "soon"}, "poll.expires_at"),
    ({"kind": "lottery"}, "poll.kind"),
    ({"rules": {"shoe_size": 43}}, "unknown field `shoe_size`"),
    ({"rules": {"account_age_days": 0}}, "poll[rules][account_age_days] is a number of days"),
    ({"rules": {"account_age_days": "old"}}, "poll.rules.account_age_days"),
    ({"rules": {"verified_domain": "nowhere"}}, "is the name of a domain, such as example.org"),
    ({"rules": {"email_domain": "a@b.example"}}, "is the name of a domain"),
    ({"rules": {"invitations": 1_001}}, "poll[rules][invitations] is a number from 1 to 1000"),
    ({"rules": {"list_id": "1"}}, "poll[rules][list_id] is not a list of yours"),
    ({"rules": {"list_id": "1", "invitations": 1}}, "cannot be asked together with a list"),
)


async def test_what_is_no_poll_is_refused(network: Network) -> None:
    alice = await network.person("alice")
    for poll, sentence in WRONG:
        said = {"status": "well?", "poll": {**POLL, **poll}}
        assert sentence in (await alice.post("/api/v1/statuses", said)).refused(422)
    for table in ("statuses", "polls", "poll_invitations", "logs where kind = 'poll'"):
        assert await network.db.fetchval(f"select count(*) from {table}") == 0


async def test_ranked_poll_is_counted_in_rounds_that_the_log_repeats(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, count = logs.network, ranked.count
    counters: list[
        threading.Thread
    ] = []  # a million rankings take ten seconds: nobody waits for them

    def counted_by(*what: Any) -> ranked.Outcome:
        counters.append(threading.current_thread())
        return count(*what)

    monkeypatch.setattr(ranked, "count", counted_by)
    alice, *people = await network.people("alice", *(f"p{n}" for n in range(5)))
    poll = await ask(alice, kind="ranked")
    # An app that knows no ranks offers one choice: the first.
    assert (poll["kind"], poll["multiple"], poll["outcome"]) == ("ranked", False, None)
    for wrong, sentence in (
        ([0, 0], "An option can be chosen only once"),
        ([0, 3], "The chosen vote option does not exist"),
        ([], "Choices can't be blank"),
    ):
        assert sentence in (await vote(people[0], poll, *wrong)).refused(422)
    # yes 2, no 2, maybe 1; maybe goes out and its ballot goes to no: no 3 of 5.
    rankings = [[0], [0, 1], [1, 0], [1], [2, 1, 0]]
    for person, ranking in zip(people, rankings, strict=True):
        shown = (await vote(person, poll, *ranking)).ok()
        assert shown["own_votes"] == ranking
    assert [one["votes_count"] for one in shown["options"]] == [2, 2, 1]
    await network.settle()
    assert (await alice.get(f"/api/v1/polls/{poll['id']}")).ok()["votes_count"] == 5
    # Who leaves takes their name from the ballots, and not the ballots from the count.
    await network.db.fetch("update ballots set is_sequenced = true")
    await network.db.run(erase, people[4].account_id)
    await end(network)
    first, *cast, last = await manifest(logs, poll)
    shown = (await people[0].get(f"/api/v1/polls/{poll['id']}")).ok()
    assert shown["outcome"] == {
        "winner": 1,
        "ballots": 5,
        "rounds": [
            {"votes": [2, 2, 1], "exhausted": 0, "eliminated": 2},
            {"votes": [2, 3, None], "exhausted": 0, "eliminated": None},
        ],
    }
    assert (first["counting"], first["ties"]) == ("ranked", ranked.TIE_RULE)
    assert (last["winner"], last["eliminated"], last["tallies"]) == (1, [2], [2, 2, 1])
    told = ranked.pile([one["choices"] for one in cast])
    entry = msgspec.json.encode(first, order="sorted")
    assert counters
    assert threading.main_thread() not in counters
    counted = count(3, told, leaf_hash(entry))
    assert (counted.winner, len(counted.rounds)) == (1, 2)
    assert await network.db.fetchval("select manifest from polls") == leaf_hash(entry)


async def test_a_tie_is_parted_by_the_manifest_that_held(logs: Logs) -> None:
    """Also when the poll was edited before the first ballot."""
    alice, bob, carol = await logs.network.people("alice", "bob", "carol")
    made = await alice.publish("well?", poll={**POLL, "kind": "ranked"})
    ordinary = {"status": "really?", "poll": {"options": ["a", "b"], "multiple": False}}
    edited = (await alice.put(f"/api/v1/statuses/{made['id']}", ordinary)).ok()["poll"]
    assert edited["kind"] == "ranked"  # what an app does not know stays
    for person, choice in ((bob, 0), (carol, 1)):
        (await vote(person, edited, choice)).ok()
    await end(logs.network)
    _, held, *_, last = await manifest(logs, edited)
    lots = ranked.draw_lots(leaf_hash(msgspec.json.encode(held, order="sorted")), 2)
    assert (last["winner"], last["eliminated"]) == (lots[0], [lots[1]])


async def eligible_only(network: Network) -> tuple[dict[str, dict[str, Any]], Person, Person]:
    """Polls by their rule, and of two people one who keeps every rule and one who keeps none."""
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await bob.follow(alice)
    await alice.follow(bob)
    made = (await alice.post("/api/v1/lists", {"title": "club"})).ok()
    (await alice.post(f"/api/v1/lists/{made['id']}/accounts", {"account_ids": [bob.id]})).ok()
    field = {"name": "site", "html": "", "verified_at": "2026-01-01T00:00:00Z"}
    await network.db.fetch(
        "update accounts set created_at = now() - interval '40 days', fields = $2 where id = $1",
        bob.account_id,
        [{**field, "value": "https://club.example.org/bob"}],
    )
    lookalikes = ("https://example.org.evil.example/", "https://evil-example.org", "example.org")
    await network.db.fetch(
        "update accounts set fields = $2 where id = $1",
        carol.account_id,
        [{**field, "value": value} for value in lookalikes]
        + [{**field, "verified_at": None, "value": "https://example.org/"}],
    )
    await network.db.fetch(
        "update users set email = 'bob@club.example', email_proven_at = now() where account_id = $1",
        bob.account_id,
    )
    rules: dict[str, dict[str, Any]] = {
        "account_age": {"account_age_days": 30},
        "followers": {"followers": True},
        "followed": {"followed": True},
        "verified_domain": {"verified_domain": "Example.org"},
        "list": {"list_id": made["id"]},
        "email_domain": {"email_domain": "@Club.example"},
    }
    return {name: await ask(alice, rules=one) for name, one in rules.items()}, bob, carol


async def test_only_those_vote_whom_the_rules_name(logs: Logs) -> None:
    network = logs.network
    polls, bob, carol = await eligible_only(network)
    for name, poll in polls.items():
        refused = (await vote(carol, poll, 0)).refused(403)
        assert refused == f"This poll is open only to {poll['rules'][0]['description']}", name
        assert (await vote(bob, poll, 0)).ok()["rules"][0]["rule"] == name
        assert "already voted" in (await vote(bob, poll, 0)).refused(422)
    assert await network.db.fetchval("select count(*) from ballots") == len(polls)
    first = (await manifest(logs, polls["account_age"]))[0]
    said = "accounts that were at least 30 days old when the poll opened"
    assert first["rules"] == [{"rule": "account_age", "value": 30, "says": said}]
    # A list is as it was, and how many are on it is told; not which list.
    listed = polls["list"]
    assert (listed["eligible"], listed["rules"][0]["value"]) == (1, None)
    first = (await manifest(logs, listed))[0]
    assert (first["number"], "list_id" in str(first)) == (1, False)
    await network.db.fetch("delete from lists")
    await end(network)
    assert "already ended" in (await vote(carol, listed, 0)).refused(422)


async def test_rules_say_nothing_of_polls_that_are_not_to_be_seen(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    hidden = {**POLL, "rules": {"followed": True, "account_age_days": 5}}
    made = await alice.publish("well?", poll=hidden, visibility="private")
    assert (await vote(bob, made["poll"], 0)).refused(404)
    assert "own polls" in (await vote(alice, made["poll"], 0)).refused(422)
    theirs = (await bob.post("/api/v1/lists", {"title": "theirs"})).ok()
    poll = {**POLL, "rules": {"list_id": theirs["id"]}}
    refused = await alice.post("/api/v1/statuses", {"status": "well?", "poll": poll})
    assert "is not a list of yours" in refused.refused(422)
    # Nor do rules, or what a poll is, change once it is asked.
    path = f"/api/v1/statuses/{made['id']}"
    for other in ({"rules": {"followers": True}}, {"kind": "ranked"}):
        edit = {"status": "well?", "poll": {**POLL, **other}}
        assert "cannot be changed any more" in (await alice.put(path, edit)).refused(422)
    kept = (await alice.put(path, {"status": "really?", "poll": POLL})).ok()["poll"]
    assert [one["rule"] for one in kept["rules"]] == ["account_age", "followed"]


async def test_invitations_are_used_once(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    poll = await ask(alice, rules={"invitations": 2})
    assert poll["eligible"] == 2
    path = f"/api/v1/polls/{poll['id']}/invitations"
    assert (await bob.get(path)).refused(404)
    made = (await alice.get(path)).ok()
    assert [one["used"] for one in made] == [False, False]
    first, second = (f"/api/v1/poll_invitations/{one['url'].split('/')[-1]}" for one in made)
    assert "used one of 2 invitations" in (await vote(bob, poll, 0)).refused(403)
    for _ in range(2):  # an answer that was lost is asked for again
        (await bob.post(first)).ok()
    (await bob.post(second)).ok()  # does not cost the second
    assert (await carol.post(first)).refused(403) == "This invitation was used already"
    assert (await alice.post(second)).refused(403)
    assert (await carol.post("/api/v1/poll_invitations/none")).refused(404)
    assert [one["used"] for one in (await alice.get(path)).ok()] == [False, True]
    (await vote(bob, poll, 0)).ok()
    assert (await vote(carol, poll, 0)).refused(403)
    # Many at once, each twice: one account is let in, and learns so both times.
    many = [carol, *await network.people(*(f"p{n}" for n in range(5)))]
    said = await asyncio.gather(*(one.post(second) for one in many for _ in range(2)))
    assert sorted(one.status for one in said) == [200] * 2 + [403] * 10
    assert await network.db.fetchval("select count(*) from poll_electors") == 2
    let_in = many[[one.status for one in said].index(200) // 2]
    (await vote(let_in, poll, 1)).ok()
    await end(network)
    assert (await alice.post(second)).refused(403)


async def test_votes_freeze_question_options_and_how_it_is_counted(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("well?", poll={**POLL, "changeable": True})
    assert made["poll"]["changeable"] is True
    (await vote(bob, made["poll"], 0)).ok()
    path = f"/api/v1/statuses/{made['id']}"
    for other in (
        {"options": ["yes", "no", "perhaps"]},
        {"multiple": True},
        {"changeable": False},
        {"hide_totals": True},
    ):
        edit = {"status": "well?", "poll": {**POLL, **other}}
        assert "once there are votes" in (await alice.put(path, edit)).refused(422)
    assert "once there are votes" in (
        await alice.put(path, {"status": "no?", "poll": POLL})
    ).refused(422)
    same = (await alice.put(path, {"status": "well?", "sensitive": True, "poll": POLL})).ok()
    assert (same["poll"]["changeable"], same["poll"]["voters_count"]) == (True, 1)
