"""A token or session that ended is worth nothing, whatever was open with it."""

import asyncio
from datetime import timedelta

import aiohttp
from tests.rig.network import PASSWORD, Network
from tests.rig.reader import logged_in

from parvis.domain.access.logins import Logins
from parvis.infra.slots import Fact, slot_of

USER = "/api/v1/streaming/user"


async def expire(network: Network, user_id: int) -> None:
    """Let the tokens of a person run out, as time would."""
    await network.db.fetch(
        "update access_tokens set expires_at = now() - interval '1 second' where user_id = $1",
        user_id,
    )
    ids = await network.db.fetch("select id from access_tokens where user_id = $1", user_id)
    network.db.slots.bump({slot_of(Fact.TOKEN, row["id"]) for row in ids})


async def test_a_token_past_its_time_is_refused(network: Network) -> None:
    alice = await network.person("alice")
    (await alice.get("/api/v1/accounts/verify_credentials")).ok()
    await expire(network, alice.user_id)
    assert "token" in (await alice.get("/api/v1/accounts/verify_credentials")).refused(401)
    assert (await alice.post("/api/v1/statuses", {"status": "late"})).refused(401)
    headers = {"Authorization": f"Bearer {alice.token}"}
    async with network.http.get(network.base + USER, headers=headers) as stream:
        assert stream.status == 401
    assert await network.db.fetchval("select count(*) from statuses") == 0


async def test_a_token_ends_in_memory_at_its_moment(network: Network) -> None:
    """No slot moves when time passes: the shelf itself looks at the clock."""
    alice = await network.person("alice")
    logins = network.db.kept(Logins)
    soon, found = 0.1, None
    while found is None:  # looked at before its moment, however slow the machine
        soon *= 2
        ids = await network.db.fetch(
            "update access_tokens set expires_at = now() + $2 where user_id = $1 returning id",
            alice.user_id,
            timedelta(seconds=soon),
        )
        network.db.slots.bump({slot_of(Fact.TOKEN, row["id"]) for row in ids})
        found = await logins.find(alice.token or "")
    await network.db.fetchval("select pg_sleep($1)", soon + 0.1)
    assert await logins.find(alice.token or "") is None


async def test_an_event_stream_ends_with_its_token(network: Network) -> None:
    alice = await network.person("alice")
    headers = {"Authorization": f"Bearer {alice.token}"}
    async with network.http.get(network.base + USER, headers=headers) as stream:
        assert stream.status == 200
        await expire(network, alice.user_id)
        whole = await ended(stream)
    assert b"event:" not in whole


async def test_an_event_stream_ends_with_the_password(network: Network) -> None:
    """Who changes the password shuts out whoever listens with a stolen token."""
    alice, bob = await network.people("alice", "bob")
    await alice.follow(bob)
    await network.settle()
    reader = await logged_in(network, "alice")
    headers = {"Authorization": f"Bearer {alice.token}"}
    async with network.http.get(network.base + USER, headers=headers) as stream:
        changed = await reader.send(
            "/settings/account/password",
            {"current": PASSWORD, "password": "another long sentence"},
        )
        assert changed.status in (200, 303)
        await bob.publish("for followers alone", visibility="private")
        await network.settle()
        whole = await ended(stream)
    assert b"for followers alone" not in whole


async def test_an_event_stream_hears_only_what_it_may(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await alice.follow(bob)
    await network.settle()
    headers = {"Authorization": f"Bearer {alice.token}"}
    async with network.http.get(network.base + USER, headers=headers) as stream:
        await carol.publish("of a stranger", visibility="private")
        await bob.publish("@carol between us", visibility="direct")
        await bob.publish("for followers", visibility="private")
        await network.settle()
        heard = b""
        while b"for followers" not in heard:
            heard += await stream.content.readany()
    assert b"of a stranger" not in heard
    assert b"between us" not in heard


async def ended(stream: aiohttp.ClientResponse) -> bytes:
    """All that a stream still says; fails when it does not end."""
    async with asyncio.timeout(60):
        return await stream.content.read()
