"""Wrong values, texts, numbers and bodies, made from the routes' parameters, and calls that try them."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from urllib.parse import quote

import msgspec
from starlette.datastructures import UploadFile
from tests.api.sweep.sweep import ask
from tests.api.sweep.test_routes import contents
from tests.api.sweep.world import UNKNOWN_ID, World
from tests.rig.network import Answer

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


def text_fields(route: Route) -> list[str]:
    assert route.params is not None
    return [
        field.encode_name
        for field in msgspec.structs.fields(route.params)
        if kind_of(field.type) is str
    ]


def broken_bodies(name: str) -> Iterator[tuple[str, bytes]]:
    for broken in BROKEN_TEXT:
        yield FORM, f"{name}={broken}".encode()
    for text in BROKEN_JSON:
        yield JSON, b'{"%s":%s}' % (name.encode(), text)
    for text in (b"\0", b"\xff", b"\xed\xa0\x80"):
        field = b'content-disposition: form-data; name="%s"' % name.encode()
        yield MULTIPART, b"--b\r\n%s\r\n\r\n%s\r\n--b--\r\n" % (field, text)


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
