"""Sixteen connections at once: nothing lost, nothing doubled."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from tests.rig.network import Network

from parvis.domain.errors import NotFound, Refused
from parvis.domain.polls.vote import vote
from parvis.domain.statuses.delete import delete
from parvis.domain.statuses.draft import Draft, PollDraft
from parvis.domain.statuses.edit import edit
from parvis.domain.statuses.favourite import favourite, unfavourite
from parvis.domain.statuses.pin import MAX_PINS, pin
from parvis.domain.statuses.reblog import reblog, unreblog
from parvis.infra.postgres import Db

CONNECTIONS = 16


async def at_once(network: Network, act: Callable[[Db, int], Awaitable[Any]]) -> list[Any]:
    """`act(db, n)` on sixteen connections at the same time; refusals are answers too."""
    db = await Db.connect(network.dsn, network.db.slots, size=CONNECTIONS)
    ready = asyncio.Barrier(CONNECTIONS)

    async def one(number: int) -> Any:
        async with db.pool.acquire() as connection:  # open it before the start
            await connection.fetchval("select 1")
            await ready.wait()
        try:
            return await act(db, number)
        except Refused as refused:
            return refused

    try:
        return await asyncio.gather(*(one(number) for number in range(CONNECTIONS)))
    finally:
        await db.close()


async def counters(network: Network, status_id: int) -> tuple[int, int]:
    row = await network.db.fetchrow(
        "select favourites, reblogs from status_counters where status_id = $1", status_id
    )
    return (row["favourites"], row["reblogs"]) if row else (0, 0)


async def test_same_favourite_counts_once(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    id_ = int((await alice.publish("hello"))["id"])
    await at_once(network, lambda db, _: db.run(favourite, bob.account_id, id_))
    assert await counters(network, id_) == (1, 0)
    await at_once(network, lambda db, _: db.run(unfavourite, bob.account_id, id_))
    assert await counters(network, id_) == (0, 0)


async def test_favourites_come_and_go(network: Network) -> None:
    alice, *people = await network.people("alice", *(f"p{n}" for n in range(8)))
    id_ = int((await alice.publish("hello"))["id"])

    async def waver(db: Db, number: int) -> None:
        who = people[number % 8].account_id
        for round_ in range(5):
            await db.run(favourite if (number + round_) % 2 else unfavourite, who, id_)

    await at_once(network, waver)
    there = await network.db.fetchval("select count(*) from favourites")
    assert await counters(network, id_) == (there, 0)


async def test_same_reblog_is_one(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    id_ = int((await alice.publish("hello"))["id"])
    ids = await at_once(network, lambda db, _: db.run(reblog, bob.account_id, id_))
    assert len(set(ids)) == 1
    assert await counters(network, id_) == (0, 1)
    await at_once(network, lambda db, _: db.run(unreblog, bob.account_id, id_))
    assert await counters(network, id_) == (0, 0)
    counted = await network.db.fetchval(
        "select statuses from account_counters where account_id = $1", bob.account_id
    )
    assert counted == 0


async def test_same_voter_casts_one_ballot(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("?", poll={"options": ["a", "b"], "expires_in": 3600})
    poll_id = int(made["poll"]["id"])
    answers = await at_once(network, lambda db, n: vote(db, bob.account_id, poll_id, [n % 2]))
    cast = [answer for answer in answers if not isinstance(answer, Refused)]
    refused = {str(answer) for answer in answers if isinstance(answer, Refused)}
    assert len(cast) == 1
    assert refused == {"Validation failed: You have already voted on this poll"}
    await network.settle()
    assert await network.db.fetchval("select voters from polls") == 1


async def test_many_voters_give_an_exact_tally(network: Network) -> None:
    alice, *people = await network.people("alice", *(f"p{n}" for n in range(CONNECTIONS)))
    made = await alice.publish("?", poll={"options": ["a", "b"], "expires_in": 3600})
    poll_id = int(made["poll"]["id"])

    async def vote_and_count(db: Db, number: int) -> None:
        await vote(db, people[number].account_id, poll_id, [int(number % 4 == 0)])
        if number % 5 == 0:
            await network.settle()  # counting goes on while others vote

    await at_once(network, vote_and_count)
    shown = (await network.anyone.get(f"/api/v1/polls/{poll_id}")).ok()
    assert [option["votes_count"] for option in shown["options"]] == [12, 4]
    await network.settle()
    row = await network.db.fetchrow("select tallies, voters from polls")
    assert (row["tallies"], row["voters"]) == ([12, 4], 16)


async def test_deletion_leaves_no_reblog(network: Network) -> None:
    alice, *people = await network.people("alice", *(f"p{n}" for n in range(CONNECTIONS)))
    id_ = int((await alice.publish("hello"))["id"])

    async def act(db: Db, number: int) -> None:
        with suppress(NotFound):
            if number == 5:
                await db.run(delete, alice.account_id, id_)
            elif number % 2:
                await db.run(favourite, people[number].account_id, id_)
            else:
                await db.run(reblog, people[number].account_id, id_)

    answers = await at_once(network, act)
    assert answers == [None] * CONNECTIONS
    left = "select count(*) from statuses where deleted_at is null"
    assert await network.db.fetchval(left) == 0
    assert await network.db.fetchval("select sum(statuses) from account_counters") == 0
    await network.settle()


async def test_five_pins_at_most(network: Network) -> None:
    alice = await network.person("alice")
    ids = [int((await alice.publish(f"n {n}"))["id"]) for n in range(CONNECTIONS)]
    await at_once(network, lambda db, n: db.run(pin, alice.account_id, ids[n]))
    assert await network.db.fetchval("select count(*) from status_pins") == MAX_PINS


async def test_edits_are_all_kept(network: Network) -> None:
    alice = await network.person("alice")
    id_ = int((await alice.publish("first"))["id"])

    async def write(db: Db, number: int) -> None:
        draft = Draft(text=f"version {number}")
        await db.run(edit, alice.account_id, id_, draft, [], network.app.addresses)

    await at_once(network, write)
    versions = (await alice.get(f"/api/v1/statuses/{id_}/history")).ok()
    assert len({one["content"] for one in versions}) == len(versions) == CONNECTIONS + 1
    moments = [one["created_at"] for one in versions]
    assert moments == sorted(moments)


async def test_no_ballot_outlives_the_options_it_chose(network: Network) -> None:
    alice, *people = await network.people("alice", *(f"p{n}" for n in range(CONNECTIONS)))
    options = ["a", "b", "c", "d"]
    made = await alice.publish("?", poll={"options": options, "expires_in": 3600})
    poll_id, id_ = int(made["poll"]["id"]), int(made["id"])

    async def act(db: Db, number: int) -> None:
        if number == 7:
            draft = Draft(text="?", poll=PollDraft(options[:2]))
            with suppress(Refused):  # a vote came first
                await db.run(edit, alice.account_id, id_, draft, [], network.app.addresses)
        elif number == 11:
            await network.settle()
        else:
            with suppress(Refused):
                await vote(db, people[number].account_id, poll_id, [3])

    assert await at_once(network, act) == [None] * CONNECTIONS
    await network.settle()
    cast = await network.db.fetchval("select count(*) from ballots")
    row = await network.db.fetchrow("select options, tallies, voters from polls")
    tallies = [0, 0] if cast == 0 else [0, 0, 0, CONNECTIONS - 2]
    assert (row["options"], row["tallies"]) == (options[: len(tallies)], tallies)
    assert row["voters"] == cast == sum(tallies)
