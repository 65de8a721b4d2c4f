"""Streams over WebSocket and SSE, on real sockets."""

import msgspec
import pytest
from tests.api.sockets import listening
from tests.rig.network import Network

from parvis.domain.access.logins import Logins
from parvis.domain.access.types import Login
from parvis.domain.events import StatusEdited
from parvis.domain.network.announcements import AnnouncementDraft, announce, remove_announcement
from parvis.domain.wakes import wakes
from parvis.doors.streams.channels import Channel
from parvis.doors.streams.deliver import Delivery
from parvis.doors.streams.listener import MOST_WAITING, Listener
from parvis.mastodon_api.streaming.frames import Frame
from parvis.worker import run_until_idle


async def test_home_update(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await network.db.fetch(
        "insert into follows (account_id, target_id) values ($1, $2)",
        bob.account_id,
        alice.account_id,
    )
    async with (
        listening(network, bob, "?stream=user") as bobs,
        listening(network, carol, "?stream=user") as carols,
    ):
        made = await alice.publish("hello")
        await network.settle()
        told = await bobs.next()
        assert told["stream"] == ["user"]
        assert told["event"] == "update"
        assert told["payload"] == (await bob.get(f"/api/v1/statuses/{made['id']}")).ok()
        await carols.silence()


async def test_deleted_and_edited(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await bob.follow(alice)
    made = await alice.publish("among us", visibility="private")
    await network.settle()
    async with (
        listening(network, bob, "?stream=user") as bobs,
        listening(network, carol, "?stream=user") as carols,
        listening(network, carol, "?stream=public") as publics,
    ):
        async with network.db.tx() as tx:
            tx.emit(StatusEdited(int(made["id"]), alice.account_id))
        await network.settle()
        told = await bobs.next()
        assert (told["event"], told["payload"]["id"]) == ("status.update", made["id"])
        (await alice.delete(f"/api/v1/statuses/{made['id']}")).ok()
        await network.settle()
        told = await bobs.next()
        assert told == {"stream": ["user"], "event": "delete", "payload": int(made["id"])}
        await carols.silence()
        await publics.silence()  # that there was a private status is nobody's business


async def test_user_stream_tells_notifications_as_rest_shows_them(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("hello")
    await network.settle()
    async with (
        listening(network, alice, "?stream=user") as both,
        listening(network, alice, "?stream=user:notification") as only,
        listening(network, bob, "?stream=user:notification") as others,
    ):
        (await bob.post(f"/api/v1/statuses/{made['id']}/favourite")).ok()
        await network.settle()
        (shown,) = (await alice.get("/api/v1/notifications")).ok()
        for socket, name in ((both, "user"), (only, "user:notification")):
            told = await socket.next()
            assert told == {"stream": [name], "event": "notification", "payload": shown}
        await others.silence()


async def test_public_streams_and_who_does_not_want_or_may_not(network: Network) -> None:
    alice, bob, carol, dave = await network.people("alice", "bob", "carol", "dave")
    await network.db.fetch(
        "insert into mutes (account_id, target_id) values ($1, $2)",
        carol.account_id,
        alice.account_id,
    )
    await network.db.fetch(
        "insert into blocks (account_id, target_id) values ($1, $2)",
        alice.account_id,
        dave.account_id,
    )
    async with (
        listening(network, bob, "?stream=public") as bobs,
        listening(network, carol, "?stream=public") as carols,
        listening(network, dave, "?stream=public") as daves,
        listening(network, bob, "?stream=public:local") as local,
        listening(network, bob, "?stream=public:remote") as remote,
        listening(network, bob, "?stream=public:media") as media,
        listening(network, bob, "?stream=hashtag&tag=PARVIS") as tagged,
        listening(network, bob, "?stream=hashtag:local&tag=%23parvis") as tagged_local,
        listening(network, dave, "?stream=hashtag&tag=parvis") as daves_tag,
    ):
        made = await alice.publish("hello #Parvis")
        for visibility in ("unlisted", "private", "direct"):
            await alice.publish("not for everybody #parvis", visibility=visibility)
        reply = await bob.publish("an answer #parvis", in_reply_to_id=made["id"])
        await network.settle()
        for socket, label in (
            (bobs, ["public"]),
            (local, ["public:local"]),
            (tagged, ["hashtag", "PARVIS"]),
            (tagged_local, ["hashtag:local", "#parvis"]),
        ):
            told = await socket.next()
            assert (told["stream"], told["payload"]["id"]) == (label, made["id"])
        assert (await tagged.next())["payload"]["id"] == reply["id"]
        assert (await daves_tag.next())["payload"]["id"] == reply["id"]
        for socket in (bobs, carols, daves, local, remote, media, tagged, daves_tag):
            await socket.silence()


async def test_list_stream_is_its_owners(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await bob.follow(alice)
    list_id = await network.db.fetchval(
        "insert into lists (account_id, title) values ($1, 'friends') returning id", bob.account_id
    )
    await network.db.fetch(
        "insert into list_accounts (list_id, account_id) values ($1, $2)",
        list_id,
        alice.account_id,
    )
    async with (
        listening(network, bob, f"?stream=list&list={list_id}") as bobs,
        listening(network, carol, f"?stream=list&list={list_id}") as carols,
    ):
        assert (await carols.next())["status"] == 404
        made = await alice.publish("hello", visibility="private")
        await network.settle()
        told = await bobs.next()
        assert told["stream"] == ["list", str(list_id)]
        assert told["payload"]["id"] == made["id"]
        await carols.silence()


async def test_direct_stream(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    async with (
        listening(network, bob, "?stream=direct") as bobs,
        listening(network, carol, "?stream=direct") as carols,
    ):
        await alice.publish("psst @bob", visibility="direct")
        await network.settle()
        told = await bobs.next()
        assert told["event"] == "conversation"
        assert [told["payload"]] == (await bob.get("/api/v1/conversations")).ok()
        await carols.silence()


async def test_subscribing_over_one_socket(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    async with listening(network, bob) as socket:
        await socket.say(type="subscribe", stream="hashtag", tag="x")
        await socket.say(type="subscribe", stream="hashtag", tag="y")
        await socket.say(type="subscribe", stream="nonsense")
        assert (await socket.next())["status"] == 422
        await alice.publish("#x")
        await network.settle()
        assert (await socket.next())["stream"] == ["hashtag", "x"]
        await socket.say(type="unsubscribe", stream="hashtag", tag="x")
        await socket.say(type="subscribe", stream="list")
        assert (await socket.next())["status"] == 422
        await alice.publish("#x")
        await alice.publish("#y")
        await network.settle()
        assert (await socket.next())["stream"] == ["hashtag", "y"]
        await socket.silence()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"type":"x","stream":"user"}', "\ud7ff"])
async def test_malformed_messages_are_answered(network: Network, text: str) -> None:
    bob = await network.person("bob")
    async with listening(network, bob) as socket:
        await socket.socket.send_str(text)
        assert (await socket.next())["status"] == 400


async def test_oversized_and_binary_messages_close(network: Network) -> None:
    bob = await network.person("bob")
    async with listening(network, bob) as socket:
        await socket.socket.send_str("x" * 5_000)
        assert (await socket.socket.receive(timeout=60)).data == 1009
    async with listening(network, bob) as socket:
        await socket.socket.send_bytes(b"x")
        assert (await socket.socket.receive(timeout=60)).data == 1008


async def test_slow_client_is_let_go(network: Network) -> None:
    alice = await network.person("alice")
    login = await network.db.kept(Logins).find(alice.token or "")
    assert login is not None
    listener = Listener(network.app.streaming.voice, login, network.db.slots)
    for _ in range(MOST_WAITING):
        listener.offer('["user"]', Frame("delete", b"1"))
    assert not listener.ended.is_set()
    listener.offer('["user"]', Frame("delete", b"1"))
    assert listener.ended.is_set()
    assert not listener.waiting


async def test_sse(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await bob.follow(alice)
    await network.settle()
    headers = {"Authorization": f"Bearer {bob.token}"}
    url = f"{network.base}/api/v1/streaming/user"
    async with network.http.get(url, headers=headers) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["access-control-allow-origin"] == "*"
        assert await stream.content.readline() == b":)\n"
        made = await alice.publish("hello\nworld")
        await network.settle()
        assert await stream.content.readline() == b"event: update\n"
        line = await stream.content.readline()
        shown = (await bob.get(f"/api/v1/statuses/{made['id']}")).ok()
        assert msgspec.json.decode(line.removeprefix(b"data: ")) == shown


@pytest.mark.parametrize(
    "path",
    [
        "user/notification",
        "public?only_media=true",
        "public/local",
        "public/remote",
        "hashtag?tag=x",
        "hashtag/local?tag=x",
        "direct",
    ],
)
async def test_every_sse_path_opens_with_a_token_in_the_query(network: Network, path: str) -> None:
    bob = await network.person("bob")
    sign = "&" if "?" in path else "?"
    url = f"{network.base}/api/v1/streaming/{path}{sign}access_token={bob.token}"
    async with network.http.get(url) as stream:
        assert stream.status == 200
        assert await stream.content.readline() == b":)\n"


async def test_announcements(network: Network) -> None:
    bob = await network.person("bob")
    path = "/api/v1/announcements"
    async with (
        listening(network, bob, "?stream=user") as bobs,
        listening(network, bob, "?stream=user:notification") as others,
    ):
        id_ = await network.db.run(announce, AnnouncementDraft(text="We meet on Saturday"))
        await network.settle()
        told = await bobs.next()
        assert (told["stream"], told["event"]) == (["user"], "announcement")
        assert told["payload"] == (await bob.get(path)).ok()[0]
        for act, count in ((bob.put, 1), (bob.delete, 0)):
            (await act(f"{path}/{id_}/reactions/🎉")).ok()
            await network.settle()
            told = await bobs.next()
            assert told["event"] == "announcement.reaction"
            said = {"name": "🎉", "count": count, "announcement_id": str(id_)}
            assert told["payload"] == said
        await network.db.run(remove_announcement, id_)
        await network.settle()
        told = await bobs.next()
        assert (told["event"], told["payload"]) == ("announcement.delete", id_)
        await bobs.silence()
        await others.silence()


async def test_sse_refusals_and_health(network: Network) -> None:
    bob = await network.person("bob")
    assert (await network.anyone.get("/api/v1/streaming/health")).body == b"OK"
    assert (await bob.get("/api/v1/streaming/nonsense")).refused(404)
    assert (await bob.get("/api/v1/streaming/hashtag")).refused(422)
    assert (await bob.get("/api/v1/streaming/hashtag", tag="x" * 300)).refused(422)
    assert (await bob.get("/api/v1/streaming/list", list="x")).refused(422)
    assert (await bob.get("/api/v1/streaming/list", list="12")).refused(404)
    assert (await bob.get("/api/v1/streaming/hashtag?tag=%00")).refused(400)
    assert (await network.anyone.call("OPTIONS", "/api/v1/streaming/user")).status == 200


async def test_five_hundred_listeners_cost_a_handful_of_statements(network: Network) -> None:
    """One question for all verdicts, one body for all who get the same."""
    alice = await network.person("alice")
    crowd = 500
    rows = await network.db.fetch(
        """
        with a as (
          insert into accounts (username, uri, url)
          select 'c' || n, 'u' || n, 'u' || n from generate_series(1, $1) n returning id
        ), u as (
          insert into users (account_id, email, confirmed_at, approved_at)
          select id, id::text, now(), now() from a
        )
        insert into follows (account_id, target_id) select id, $2 from a returning account_id
        """,
        crowd,
        alice.account_id,
    )
    streams = network.app.streams
    listeners: list[Listener] = []
    for row in rows:
        login = Login(0, row["account_id"], None, None, frozenset({"read"}), "member", "en", None)
        listener = Listener(network.app.streaming.voice, login, network.db.slots)
        await streams.join(listener)
        streams.subscribe(listener, Channel("user", row["account_id"], '["user"]'))
        listeners.append(listener)
    made = await alice.publish("hello")
    await run_until_idle(network.db)
    told = await wakes.read(network.db, 0)
    before = network.db.statements
    await Delivery(streams.db, streams.by_channel, {}).deliver(told)
    assert network.db.statements - before <= 4
    frames = {id(listener.waiting[0][1]) for listener in listeners}
    assert len(frames) == 1
    assert made["id"] in listeners[0].waiting[0][1].socket('["user"]')
    for listener in listeners:
        streams.leave(listener)
