"""Wrong input of every kind at every route: a clear refusal, never a 5xx, and nothing stored.

All of it is generated from the routes, so that a new route is tried without a word here.
"""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from urllib.parse import quote

import msgspec
import pytest
from starlette.datastructures import UploadFile
from tests.api.sweep.sweep import ask
from tests.api.sweep.test_routes import contents
from tests.api.sweep.world import UNKNOWN_ID, World
from tests.rig.databases import Databases
from tests.rig.network import Answer, serve

from parvis.mastodon_api.routes.table import all_routes
from parvis.mastodon_api.routing import Route

EVERYTHING = (*("read", "write", "follow", "push", "profile", "admin:read", "admin:write"),)
SAFE = ("GET",)
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MULTIPART = "multipart/form-data; boundary=b"
HUGE = 2**70
TOLD = 40

LISTED = {"0": {"0": {"0": "x"}}}

# What no value of a kind looks like.
WRONG: dict[Any, tuple[Any, ...]] = {
    int: ({}, [], ["x"], "x", "1e400", HUGE, -HUGE, 1.5),
    str: ({"a": "b"}, [["a"]], [{}]),
    bool: ({}, [], "maybe", 7),
    list: ({"a": "b"}, LISTED, [[]], [None]),
    UploadFile: ("a string", {}, [], 5),
    msgspec.Struct: ("x", [], 5, ["x"]),
    Literal: ("nonsense", {}, [], 5),
}
# Lone surrogates and NUL, in each spelling; bytes that are no UTF-8.
BROKEN_TEXT = ("%00", "a%00b", "%ff", "%ed%a0%80", "%c0%80", "%f4%90%80%80")
BROKEN_JSON = (
    b'"\\u0000"',
    b'"a\\u0000b"',
    b'"\\ud800"',
    b'"\\udc00\\ud800"',
    b'"\xff"',
    b'"\xed\xa0\x80"',
)
CLAMPED = ("1e400", HUGE, -HUGE, "x")  # a limit that is none is the usual one
MALFORMED = (
    b"{",
    b"[]",
    b"null",
    b"1",
    b'"x"',
    b"{'a': 1}",
    b'{"a": NaN}',
    b"[" * 100_000,
    b'{"a":' * 5_000,
)
EXTREMES = (0, -1, 2**31, -(2**31) - 1, 2**53, 2**62, 2**63 - 1, 2**63, -(2**63) - 1, HUGE)
IDS = (
    "0",
    "-1",
    "abc",
    str(2**63),
    str(HUGE),
    "%00",
    "%ff",
    "1%0a",
    "１２",
    "1.5",
    "01",
    UNKNOWN_ID,
)

# What stands for the parameters of paths: something that is there, by the beginning of the path.
THERE = (
    ("/api/v1/statuses/", "status"),
    ("/api/v1/polls/", "poll"),
    ("/api/v1/media/", "media"),
    ("/api/v1/timelines/list/", "list"),
    ("/api/v1/lists/", "list"),
    ("/api/v1/conversations/", "conversation"),
    ("/api/v1/notifications/", "notification"),
    ("/api/v1/admin/reports/", "report"),
    ("/api/v1/", "account"),
)


@pytest.fixture(scope="module")
async def world(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """The sweep's world: everything there is to name."""
    folder: Path = tmp_path_factory.mktemp("bad")
    async with serve(await databases.take(), folder) as network:
        made = World(network)
        await made.build()
        alice = made.alice
        made.everything = await network.token(alice.user_id, EVERYTHING)
        await network.db.fetch("update users set role = 'owner' where id = $1", alice.user_id)
        yield made


def routes(*, with_params: bool = False) -> list[Route]:
    return [route for route in all_routes() if route.params is not None or not with_params]


def path_of(world: World, route: Route, there: str | None = None) -> str:
    """The route's path with something that exists, or with `there`, in the place of parameters."""
    if "{" not in route.path:
        return route.path
    head, _, rest = route.path.partition("{")
    _, _, tail = rest.partition("}")
    if there is None and ("/tags/" in head or "/tag/" in head):
        there = "shared"
    if there is None:
        pool = next(pool for start, pool in THERE if head.startswith(start))
        targets = world.pools[pool]
        there = next(
            (one.value for one in targets if world.may("the author", one)), targets[0].value
        )
    return head + there + tail


class Trial:
    """Calls with everything Alice may do, and a list of what went wrong."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.faults: list[str] = []

    async def call(
        self, route: Route, path: str, kind: str = JSON, raw: bytes = b"", token: str | None = ""
    ) -> Answer:
        headers = {"host": "x", "content-type": kind if raw else ""}
        if token == "":
            token = self.world.everything
            if route.auth == "app":
                token = self.world.viewers["an application"].token
        if token:
            headers["authorization"] = f"Bearer {token}"
        return await ask(self.world.network.app, route.method, path, headers, raw or None)

    def expect(self, answer: Answer, codes: Any, what: str) -> None:
        if answer.status not in codes:
            self.faults.append(f"{what[:160]}: {answer.status} {answer.body[:160]!r}")
        elif answer.status >= 400 and b'"error"' not in answer.body:
            self.faults.append(f"{what[:160]}: says nothing: {answer.body[:160]!r}")

    async def done(self, before: dict[str, Any]) -> None:
        assert not self.faults, f"{len(self.faults)}:\n" + "\n".join(self.faults[:TOLD])
        now = await contents(self.world.network)
        assert {name for name in now if now[name] != before[name]} == set()


REFUSED = range(400, 500)
NEVER_BROKEN = range(200, 500)


def kind_of(annotation: Any) -> Any:
    """The key of WRONG for a field's type."""
    if get_origin(annotation) in (Union, UnionType):
        members = [one for one in get_args(annotation) if one is not type(None)]
        return kind_of(members[0])
    if get_origin(annotation) is Annotated:
        return kind_of(get_args(annotation)[0])
    if get_origin(annotation) is Literal:
        return Literal
    if get_origin(annotation) is list:
        return list
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return msgspec.Struct
    return annotation


def wrong_values(route: Route) -> Iterator[tuple[str, Any]]:
    assert route.params is not None
    for field in msgspec.structs.fields(route.params):
        for value in WRONG[kind_of(field.type)]:
            if is_odd_but_fine(field.type, value) or (
                field.encode_name == "limit" and value in CLAMPED
            ):
                continue
            yield field.encode_name, value


def is_odd_but_fine(annotation: Any, value: Any) -> bool:
    """An object with unknown keys alone is as good as an empty one."""
    return value == LISTED and "Params" in str(annotation)


def as_query(name: str, value: Any) -> str | None:
    """A wrong value in an address, if an address can say it."""
    if isinstance(value, dict):
        return f"{name}[x][y]=1"
    if isinstance(value, list):
        return f"{name}[][x]=1" if value else None
    return f"{name}={quote(str(value))}"


async def test_wrong_types_are_refused(world: World) -> None:
    trial = Trial(world)
    before = await contents(world.network)
    for route in routes(with_params=True):
        path = path_of(world, route)
        for name, value in wrong_values(route):
            if route.method in SAFE:
                said = as_query(name, value)
                if said is not None:
                    answer = await trial.call(route, f"{path}?{said}")
                    trial.expect(answer, REFUSED, f"GET {path}?{said}")
                continue
            raw = msgspec.json.encode({name: value})
            answer = await trial.call(route, path, JSON, raw)
            trial.expect(answer, REFUSED, f"{route.method} {path} {raw!r}")
    await trial.done(before)


def text_fields(route: Route) -> list[str]:
    assert route.params is not None
    return [
        field.encode_name
        for field in msgspec.structs.fields(route.params)
        if kind_of(field.type) is str
    ]


async def test_nul_and_broken_utf8_in_addresses_are_refused(world: World) -> None:
    trial = Trial(world)
    for route in routes():
        if route.params is None and route.method not in SAFE:
            continue  # nothing of the address but the path is read
        path = path_of(world, route)
        for broken in BROKEN_TEXT:
            codes = NEVER_BROKEN if route.params is None else REFUSED
            answer = await trial.call(route, f"{path}?x={broken}")
            trial.expect(answer, codes, f"{route.method} {path}?x={broken}")
    assert not trial.faults, f"{len(trial.faults)}:\n" + "\n".join(trial.faults[:TOLD])


async def test_nul_and_broken_utf8_in_bodies_are_refused(world: World) -> None:
    trial = Trial(world)
    before = await contents(world.network)
    for route in routes(with_params=True):
        path = path_of(world, route)
        if route.method in SAFE:
            continue
        for name in text_fields(route):
            for kind, raw in broken_bodies(name):
                answer = await trial.call(route, path, kind, raw)
                trial.expect(answer, REFUSED, f"{route.method} {path} {raw!r}")
    await trial.done(before)


def broken_bodies(name: str) -> Iterator[tuple[str, bytes]]:
    for broken in BROKEN_TEXT:
        yield FORM, f"{name}={broken}".encode()
    for text in BROKEN_JSON:
        yield JSON, b'{"%s":%s}' % (name.encode(), text)
    for text in (b"\0", b"\xff", b"\xed\xa0\x80"):
        field = b'content-disposition: form-data; name="%s"' % name.encode()
        yield MULTIPART, b"--b\r\n%s\r\n\r\n%s\r\n--b--\r\n" % (field, text)


async def test_bodies_that_cannot_be_read_are_refused(world: World) -> None:
    trial = Trial(world)
    before = await contents(world.network)
    for route in routes(with_params=True):
        if route.method in SAFE:
            continue
        path = path_of(world, route)
        for raw in MALFORMED:
            answer = await trial.call(route, path, JSON, raw)
            trial.expect(answer, REFUSED, f"{route.method} {path} {raw[:40]!r}")
        for kind in ("text/plain", "application/xml", "image/png", "nonsense"):
            answer = await trial.call(route, path, kind, b"a=b")
            trial.expect(answer, REFUSED, f"{route.method} {path} as {kind}")
        for kind in (JSON, FORM, MULTIPART):
            large = (route.body_limit or world.network.app.api.body_limit) + 1
            if large < 4 << 20:
                answer = await trial.call(route, path, kind, b"a" * large)
                trial.expect(answer, (413,), f"{route.method} {path} {large} bytes as {kind}")
        for raw in (b"--b\r\n", b"--c--", b"--b\r\ncontent-disposition: x\r\n\r\n\r\n--b--\r\n"):
            answer = await trial.call(route, path, MULTIPART, raw)
            trial.expect(answer, REFUSED, f"{route.method} {path} {raw!r}")
        answer = await trial.call(route, path, FORM, b"&".join(b"a%d=1" % n for n in range(2_000)))
        trial.expect(answer, REFUSED, f"{route.method} {path} 2000 parameters")
    assert not trial.faults, f"{len(trial.faults)}:\n" + "\n".join(trial.faults[:TOLD])
    now = await contents(world.network)
    assert {name for name in now if now[name] != before[name]} == set()


async def test_absurdly_long_texts_are_refused(world: World) -> None:
    trial = Trial(world)
    before = await contents(world.network)
    for route in routes(with_params=True):
        path = path_of(world, route)
        for name in text_fields(route):
            if route.method in SAFE:
                answer = await trial.call(route, f"{path}?{name}={'long' * 10_000}")
                trial.expect(answer, NEVER_BROKEN, f"{path}?{name}=long")
            else:
                raw = msgspec.json.encode({name: "long " * 100_000})
                answer = await trial.call(route, path, JSON, raw)
                trial.expect(answer, REFUSED, f"{route.method} {path} {name}=long")
    await trial.done(before)


def number_fields(kind: type[msgspec.Struct]) -> Iterator[tuple[str, Any]]:
    """Each number of the parameters at each extreme, alone, in lists and in objects."""
    for field in msgspec.structs.fields(kind):
        inner = next(structs_in(field.type), None)
        if inner is not None:
            for name, value in number_fields(inner):
                needed = {
                    one.encode_name: 1 for one in msgspec.structs.fields(inner) if one.required
                }
                yield field.encode_name, needed | {name: value}
        elif "int" in str(field.type):
            for value in EXTREMES:
                yield field.encode_name, [value] if kind_of(field.type) is list else value


def structs_in(annotation: Any) -> Iterator[type[msgspec.Struct]]:
    for one in (annotation, *get_args(annotation)):
        if isinstance(one, type) and issubclass(one, msgspec.Struct):
            yield one


async def test_numbers_beyond_all_bounds_break_nothing(world: World) -> None:
    """What is possible is done, so that the rows are not compared."""
    trial = Trial(world)
    for route in routes(with_params=True):
        path = path_of(world, route)
        assert route.params is not None
        for name, value in number_fields(route.params):
            if route.method in SAFE:
                said = f"{name}[]={value[0]}" if isinstance(value, list) else f"{name}={value}"
                answer = await trial.call(route, f"{path}?{said}")
            else:
                said = json.dumps({name: value})
                answer = await trial.call(route, path, JSON, said.encode())
            trial.expect(answer, NEVER_BROKEN, f"{route.method} {path} {said}")
    assert not trial.faults, f"{len(trial.faults)}:\n" + "\n".join(trial.faults[:TOLD])


async def test_nul_deep_in_json_is_refused(world: World) -> None:
    trial = Trial(world)
    before = await contents(world.network)
    for route in routes(with_params=True):
        assert route.params is not None
        if route.method in SAFE:
            continue
        for field in msgspec.structs.fields(route.params):
            name = field.encode_name.encode()
            for raw in (
                b'{"%s":["\\u0000"]}',
                b'{"%s":[{"name":"\\u0000"}]}',
                b'{"%s":{"a":"\\u0000"}}',
            ):
                answer = await trial.call(route, path_of(world, route), JSON, raw % name)
                trial.expect(answer, REFUSED, f"{route.method} {route.path} {raw % name!r}")
    await trial.done(before)


async def test_ids_that_are_none(world: World) -> None:
    trial = Trial(world)
    before = await contents(world.network)
    for route in routes():
        if "{id}" in route.path:
            for id_ in IDS:
                path = path_of(world, route, id_)
                answer = await trial.call(route, path)
                codes = NEVER_BROKEN if "dismiss" in path or "suggestions" in path else REFUSED
                trial.expect(answer, codes, f"{route.method} {path}")
        if route.paged:
            for name in ("max_id", "min_id", "since_id", "limit", "offset"):
                for id_ in IDS:
                    answer = await trial.call(route, f"{path_of(world, route)}?{name}={id_}")
                    trial.expect(answer, NEVER_BROKEN, f"{route.path}?{name}={id_}")
    await trial.done(before)


async def test_who_may_not_call_is_refused(world: World) -> None:
    """No token, one that ended, one without the scope, one of an application, one of no moderator."""
    trial = Trial(world)
    network = world.network
    bob = world.people["a follower"]
    revoked = await network.token(bob.user_id)
    await network.db.fetch(
        "delete from access_tokens where token_sha256 = sha256($1)", revoked.encode()
    )
    scopeless = await network.token(world.alice.user_id, ("push",))
    before = await contents(network)
    for route in routes():
        path, what = path_of(world, route), f"{route.method} {route.path}"
        if route.auth == "open":
            continue
        for token in (revoked, "nonsense", "ÿ"):
            trial.expect(await trial.call(route, path, token=token), (401,), f"{what} ended token")
        if route.auth == "public":
            trial.expect(
                await trial.call(route, path, token=None), NEVER_BROKEN, f"{what} no token"
            )
        else:
            trial.expect(await trial.call(route, path, token=None), (401,), f"{what} no token")
        if route.scopes:
            answer = await trial.call(route, path, token=scopeless)
            trial.expect(answer, (403,), f"{what} without scope")
        if route.auth in ("user", "staff"):
            token = await network.token(None, EVERYTHING) if route.scopes else None
            answer = await trial.call(route, path, token=token)
            trial.expect(answer, (401,), f"{what} as an application")
        if route.auth == "staff":
            token = await network.token(bob.user_id, EVERYTHING)
            trial.expect(await trial.call(route, path, token=token), (403,), f"{what} as bob")
    now = await contents(network)
    changed = {name for name in now if now[name] != before[name]} - {"access_tokens"}
    assert not trial.faults, f"{len(trial.faults)}:\n" + "\n".join(trial.faults[:TOLD])
    assert changed == set()


SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)><b onclick=x>bold</b>"
FORBIDDEN = ("<script>alert", "onerror=alert(1)>", "<b onclick", "<img src=x")


async def test_script_comes_out_as_text(world: World) -> None:
    """In every text field, as far as it is taken; then looked for in HTML of the API and in pages."""
    alice, dave = world.alice, world.people["a stranger"]
    fields = [{"name": SCRIPT[:200], "value": SCRIPT[:200]}]
    told = {"display_name": SCRIPT[:30], "note": SCRIPT, "fields_attributes": fields}
    me = (await dave.patch("/api/v1/accounts/update_credentials", told)).ok()
    media = await world.upload(SCRIPT)
    pictured = await alice.publish(SCRIPT, spoiler_text=SCRIPT, media_ids=[media["id"]])
    options = [SCRIPT[:50], f"{SCRIPT[:45]}2"]
    asked = await dave.publish(SCRIPT, poll={"options": options, "expires_in": 3_600})
    (await dave.post("/api/v1/lists", {"title": SCRIPT})).ok()
    report = {"account_id": alice.id, "status_ids": [pictured["id"]], "comment": SCRIPT}
    (await dave.post("/api/v1/reports", report)).ok()
    (await dave.put(f"/api/v1/statuses/{asked['id']}", {"status": f"{SCRIPT} again"})).ok()
    await world.network.settle()
    history = (await dave.get(f"/api/v1/statuses/{asked['id']}/history")).ok()
    html = [
        me["note"],
        *(one["value"] for one in me["fields"]),
        pictured["content"],
        asked["content"],
    ]
    html += [version["content"] for version in history]
    assert all("&lt;script&gt;" in one for one in html)
    assert not [one for one in html if any(bad in one for bad in FORBIDDEN)]
    pages = [
        "/",
        "/@dave",
        "/@alice",
        f"/@alice/{pictured['id']}",
        f"/@dave/{asked['id']}",
        "/about",
    ]
    pages += [
        "/moderation/reports",
        f"/moderation/accounts/{dave.id}",
        "/moderation/accounts",
        "/decisions",
    ]
    reports = await world.network.db.fetch("select id from reports")
    pages += [f"/moderation/reports/{row['id']}" for row in reports]
    pages += [
        f"/{quote(SCRIPT)}",
        f"/tags/{quote(SCRIPT)}",
        f"/@{quote(SCRIPT)}",
        f"/?lang={quote(SCRIPT)}",
    ]
    cookie = {"cookie": world.cookies["a moderator"], "host": "x"}
    for path in pages:
        shown = await ask(world.network.app, "GET", path, cookie)
        assert shown.status < 500, path
        text = shown.body.decode()
        assert not [bad for bad in FORBIDDEN if bad in text], path
