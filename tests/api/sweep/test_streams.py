"""No stream tells anybody of a status they may not see, also not while rights are taken away."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import aiohttp
import msgspec
from tests.api.sweep.world import AUDIENCES, World, secret

from parvis.domain.access import sessions, tokens
from parvis.mastodon_api.streaming.channels import SCOPES, SSE_PATHS

# What a stream needs to be told besides its name; a stream not here has to be none that needs it.
PARAMETERS = {
    "hashtag": ("tag=shared", "tag=tagzq{audience}qz"),
    "hashtag:local": ("tag=shared", "tag=tagzq{audience}qz"),
    "list": ("list={list}",),
}
REST_S = 0.3
LAST = "no type of a message"


class Ear:
    """All that one viewer heard on all streams, as it came."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            self.heard.append(str(message.data))

    def of(self, event: str) -> list[str]:
        return [one for one in self.heard if f'"event":"{event}"' in one]

    def on_pages(self, event: str) -> list[str]:
        return [one for one in self.heard if f"event: {event}\n" in one]


def queries(world: World, viewer: str) -> list[str]:
    """Every stream, with every parameter worth trying."""
    asked: list[str] = []
    for name in SCOPES:
        for template in PARAMETERS.get(name, ("",)):
            filled = {
                template.format(audience=audience, list=world.lists.get(viewer, "1"))
                for audience in AUDIENCES
            }
            asked += [f"stream={name}&{one}" for one in sorted(filled)]
    return asked


def pages_of(world: World, viewer: str) -> list[str]:
    """Everything that the pages of this viewer could listen to, on as many streams as that takes."""
    if viewer == "nobody":
        return ["on=local"]
    own = ["home", "notifications", "public", "local", "tag:shared"]
    if viewer in world.lists:
        own.append(f"list:{world.lists[viewer]}")
    tags = [f"tag:tag{secret(audience)}" for audience in AUDIENCES]
    return ["&".join(f"on={one}" for one in some) for some in (own, tags)]


async def listen_as_page(stream: aiohttp.ClientResponse, ear: Ear) -> None:
    """Events of a page's stream, each whole; the heartbeat tells nothing."""
    said = b""
    with suppress(aiohttp.ClientConnectionError):  # the test is over
        async for line in stream.content:
            said += line
            if line == b"\n":
                if b"event: beat" not in said:
                    ear.heard.append(f"page: {said.decode()}")
                said = b""


@asynccontextmanager
async def ears(world: World) -> AsyncIterator[dict[str, Ear]]:
    """Everybody listens to everything."""
    found: dict[str, Ear] = {}
    async with AsyncExitStack() as stack:
        group = await stack.enter_async_context(asyncio.TaskGroup())
        for viewer in ("nobody", *world.cookies):
            ear = found[viewer] = Ear()
            for query in pages_of(world, viewer):
                stream = await world.network.http.get(
                    f"{world.network.base}/live?{query}",
                    headers={"cookie": world.cookies.get(viewer, "")},
                )
                assert stream.status == 200, (viewer, query)
                stack.callback(stream.close)
                group.create_task(listen_as_page(stream, ear))
        for viewer, person in world.people.items():
            ear = found[viewer]
            headers = {"Authorization": f"Bearer {person.token}"}
            url = f"{world.network.base}/api/v1/streaming"
            socket = await world.network.http.ws_connect(url, headers=headers)
            stack.push_async_callback(socket.close)
            group.create_task(ear.listen(socket))
            for query in queries(world, viewer):
                asked = dict(pair.split("=") for pair in query.split("&") if "=" in pair)
                await socket.send_json({"type": "subscribe", **asked})
            await socket.send_json({"type": LAST})  # refused, once all before it was obeyed
        listening = [found[viewer] for viewer in world.people]
        await until(lambda: all('"status":400' in "".join(ear.heard) for ear in listening))
        for ear in found.values():
            ear.heard.clear()
        yield found
        for ear in found.values():
            ear.heard.clear()


async def until(is_true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not is_true():  # noqa: ASYNC110 - what is heard tells no event
            await asyncio.sleep(0.01)


async def all_is_told(world: World, found: dict[str, Ear]) -> None:
    """Whoever hears everything public has heard what comes after all that was done; and a little more."""
    last = await world.people["a moderator"].publish("the last word")
    await world.network.settle()
    ears = [found["a moderator"].heard, found["nobody"].heard]
    await until(lambda: all(any(last["id"] in one for one in heard) for heard in ears))
    await asyncio.sleep(REST_S)


async def test_every_stream_is_listened_to() -> None:
    assert set(PARAMETERS) <= set(SCOPES)
    assert set(SSE_PATHS.values()) <= set(SCOPES)


def leaked(world: World, found: dict[str, Ear], ids: dict[str, str]) -> Iterator[str]:
    """Whatever somebody heard of what is not theirs."""
    for viewer, ear in found.items():
        for audience, id_ in ids.items():
            words = id_, f"heard {secret(audience)}", f"more {secret(audience)}"
            if not world.belongs(viewer, audience):
                for one in ear.heard:
                    if any(word in one for word in words):
                        yield f"{viewer} heard of {audience}: {one[:300]}"


def who_may_hears(found: dict[str, Ear], ids: dict[str, str]) -> None:
    for event in ("update", "status.update", "delete"):
        assert any(ids["private"] in one for one in found["a follower"].of(event)), event
    for event in ("status", "edit", "delete"):
        for viewer, audience in (("a follower", "private"), ("nobody", "public")):
            assert any(ids[audience] in one for one in found[viewer].on_pages(event)), event


async def test_nobody_hears_what_is_not_theirs(world: World) -> None:
    alice = world.alice
    async with ears(world) as found:
        ids: dict[str, str] = {}
        for audience, (visibility, mentions_carol) in AUDIENCES.items():
            word = secret(audience)
            text = f"{'@carol ' if mentions_carol else ''}heard {word} #shared #tag{word}"
            ids[audience] = (await alice.publish(text, visibility=visibility))["id"]
        await world.network.settle()
        for audience, id_ in ids.items():
            start = "@carol " if AUDIENCES[audience][1] else ""
            edited = {"status": f"{start}once more {secret(audience)} #shared"}
            (await alice.put(f"/api/v1/statuses/{id_}", edited)).ok()
        await world.network.settle()
        for name in ("a follower", "the mentioned"):
            for audience, id_ in ids.items():
                if world.belongs(name, audience):
                    (await world.people[name].post(f"/api/v1/statuses/{id_}/favourite")).ok()
        for id_ in ids.values():
            (await alice.delete(f"/api/v1/statuses/{id_}")).ok()
        await world.network.settle()
        await all_is_told(world, found)
        leaks = list(leaked(world, found, ids))
        assert not leaks, "\n".join(leaks[:15])
        who_may_hears(found, ids)
        assert any(ids["direct"] in one for one in found["the mentioned"].of("conversation"))
        assert found["a stranger"].of("update")  # of what is public


async def test_whose_right_ends_hears_no_more(world: World) -> None:
    """Connected all the while; the worker has not yet handled what ended the right."""
    alice, bob, carol = (world.people[one] for one in ("the author", "a follower", "the mentioned"))
    async with ears(world) as found:
        first = await alice.publish("for followers", visibility="private")
        told = await alice.publish("@carol for you", visibility="direct")
        (await bob.post(f"/api/v1/accounts/{alice.id}/unfollow")).ok()
        (await alice.post(f"/api/v1/accounts/{carol.id}/block")).ok()
        second = await alice.publish("for followers, again", visibility="private")
        (await alice.put(f"/api/v1/statuses/{first['id']}", {"status": "for you, edited"})).ok()
        await world.network.settle()
        (await alice.delete(f"/api/v1/statuses/{second['id']}")).ok()
        (await alice.delete(f"/api/v1/statuses/{told['id']}")).ok()
        await world.network.settle()
        await all_is_told(world, found)
        for viewer in ("a follower", "the mentioned"):
            for made in (first, second, told):
                assert not [one for one in found[viewer].heard if made["id"] in one]
    await bob.follow(alice)  # as the other tests of this file expect
    (await alice.post(f"/api/v1/accounts/{carol.id}/unblock")).ok()


async def test_a_token_that_ends_hears_no_more(world: World) -> None:
    dave = world.people["a stranger"]
    async with ears(world) as found:
        app_id = await world.network.db.fetchval("select app_id from access_tokens limit 1")
        await world.network.db.run(tokens.revoke, dave.token or "", app_id)
        await world.network.db.run(sessions.end_all, dave.user_id)
        made = await world.alice.publish("for everybody")
        await world.network.settle()
        await all_is_told(world, found)
        assert not [one for one in found["a stranger"].heard if made["id"] in one]
        assert [one for one in found["a moderator"].heard if made["id"] in one]
    dave.token = await world.network.token(dave.user_id)
    world.cookies["a stranger"] = await world.session_of(dave)


def test_frames_are_json() -> None:
    """So that the words looked for above would be found as they are."""
    assert msgspec.json.encode(secret("private")) == b'"zqprivateqz"'
