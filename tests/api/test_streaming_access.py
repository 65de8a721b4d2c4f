"""Who may listen to streams, by what token, and for how long."""

import logging

import aiohttp
import pytest
from tests.api.sockets import Socket, listening
from tests.rig.network import Caller, Network

from parvis.domain.access import tokens
from parvis.infra.slots import Fact, slot_of


async def refused(network: Network, query: str, token: str | None) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{network.base}/api/v1/streaming{query}"
    with pytest.raises(aiohttp.WSServerHandshakeError) as found:
        await network.http.ws_connect(url, headers=headers)
    return found.value.status


async def test_tokens_by_every_way_and_none(network: Network) -> None:
    alice = await network.person("alice")
    app_token = await network.token(None)
    for token, status in ((None, 401), ("wrong", 401), (app_token, 401)):
        assert await refused(network, "?stream=user", token) == status
        for path in ("user", "public", "hashtag?tag=x"):
            caller = Caller(network, token)
            assert (await caller.get(f"/api/v1/streaming/{path}")).refused(status)
    await network.db.fetch("update users set disabled_at = now() where id = $1", alice.user_id)
    assert await refused(network, "?stream=user", alice.token) == 403
    bob = await network.person("bob")
    async with listening(network, None, f"?stream=user&access_token={bob.token}") as socket:
        await bob.publish("one")
        await network.settle()
        assert (await socket.next())["event"] == "update"
    async with listening(network, None, "?stream=user", protocols=[bob.token]) as socket:
        assert socket.socket.protocol == bob.token  # browsers insist
        await bob.publish("two")
        await network.settle()
        assert (await socket.next())["event"] == "update"


async def test_tokens_are_in_no_log_line(
    network: Network, caplog: pytest.LogCaptureFixture
) -> None:
    bob = await network.person("bob")
    with caplog.at_level(logging.DEBUG):
        query = f"?stream=user&access_token={bob.token}"
        async with listening(network, None, query, protocols=[bob.token]) as socket:
            await socket.silence()
        async with listening(network, bob, "?stream=user") as socket:
            await socket.silence()
    assert "WebSocket" in caplog.text
    assert (bob.token or "") not in caplog.text


async def test_scopes(network: Network) -> None:
    alice = await network.person("alice")
    bob = await network.person("bob", scopes=("read:statuses",))
    carol = await network.person("carol", scopes=("read:notifications",))
    dave = await network.person("dave", scopes=("write",))
    async with (
        listening(network, bob, "?stream=user") as bobs,
        listening(network, carol, "?stream=user") as carols,
        listening(network, dave, "?stream=user") as daves,
        listening(network, bob, "?stream=user:notification") as denied,
        listening(network, carol, "?stream=public") as also_denied,
    ):
        for socket in (daves, denied, also_denied):
            assert (await socket.next())["status"] == 403
        await alice.publish("@bob @carol hello", visibility="direct")
        for person in (bob, carol):
            await network.db.fetch(
                "insert into follows (account_id, target_id) values ($1, $2)",
                person.account_id,
                alice.account_id,
            )
        await network.settle()
        assert (await bobs.next())["event"] == "update"
        assert (await carols.next())["event"] == "notification"
        for socket in (bobs, carols, daves, denied, also_denied):
            await socket.silence()
    answer = await dave.get("/api/v1/streaming/user")
    assert answer.refused(403) == "Access token does not have the required scopes"


async def closed(socket: Socket) -> bool:
    message = await socket.socket.receive(timeout=60)
    return message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


async def test_revoked_token_closes_within_a_second(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    async with (
        listening(network, alice, "?stream=user") as alices,
        listening(network, bob, "?stream=user") as bobs,
    ):
        app_id = await network.db.fetchval("select app_id from access_tokens limit 1")
        await network.db.run(tokens.revoke, alice.token or "", app_id)
        await network.db.fetch(
            "update accounts set suspended_at = now() where id = $1", bob.account_id
        )
        network.db.slots.bump({slot_of(Fact.LOGIN, bob.user_id)})
        assert await closed(alices)  # though nobody runs the worker or rings the bus
        assert await closed(bobs)
    assert await refused(network, "?stream=user", alice.token) == 401


async def test_revoked_token_hears_nothing_that_comes_after(network: Network) -> None:
    alice = await network.person("alice")
    async with listening(network, alice, "?stream=user") as alices:
        await alice.publish("before anybody looked")
        app_id = await network.db.fetchval("select app_id from access_tokens limit 1")
        await network.db.run(tokens.revoke, alice.token or "", app_id)
        await network.settle()
        assert await closed(alices)
