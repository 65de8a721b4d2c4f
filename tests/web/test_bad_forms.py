"""Wrong input of every kind to every form: a page that says so, never a fault of ours, nothing stored.

All of it is generated from the pages' routes and the forms their functions read, so that a new form is tried
without a word here.
"""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import AsyncIterator, Iterator
from typing import Any, get_args
from urllib.parse import urlencode

import msgspec
import pytest
from starlette.datastructures import UploadFile
from tests.api.sweep.sweep import ask
from tests.api.sweep.test_routes import contents
from tests.api.sweep.world import UNKNOWN_ID, World
from tests.rig.databases import Databases
from tests.rig.network import Answer, serve

from parvis.web.form_tokens import TOKEN_FIELD, token_of
from parvis.web.pages.table import all_pages
from parvis.web.routing import PageRoute

FORM = "application/x-www-form-urlencoded"
SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>"
FORBIDDEN = ("<script>alert", "<img src=x onerror")
IDS = (UNKNOWN_ID, "0", "-1", "abc", str(2**63), str(2**70), "1.5", "%00", "%ff")
BROKEN = (b"%00", b"a%00b", b"\0", b"%ff", b"\xff", b"%ed%a0%80", b"%c0%80")
REFUSED = range(400, 500)
NEVER_BROKEN = range(200, 500)
TOLD = 30
# Forms without any field that say all by being sent.
BARE = {"POST /auth/log-out"}
# What is gone already needs no dismissing: nothing is done, and nothing is wrong.
FORGIVING = {"POST /announcements/{id}/dismiss"}


@pytest.fixture(scope="module")
async def world(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    async with serve(await databases.take(), tmp_path_factory.mktemp("forms")) as network:
        made = World(network)
        await made.build()
        role = "update users set role = 'owner' where id = $1"
        await network.db.fetch(role, made.alice.user_id)
        network.db.slots.bump_all()
        made.cookies["the owner"] = await made.session_of(made.alice)
        yield made


def posts() -> list[PageRoute]:
    return [page for page in all_pages() if page.method == "POST"]


def forms_of(handler: Any) -> set[type[msgspec.Struct]]:
    """The forms that a page's function reads, itself or through functions of its module."""
    module = sys.modules[handler.__module__]
    found: set[type[msgspec.Struct]] = set()
    seen: set[str] = set()
    names = [handler.__name__]
    while names:
        name = names.pop()
        function = getattr(module, name, None)
        if name in seen or not inspect.isfunction(function):
            continue
        seen.add(name)
        calls = calls_in(function)
        names += [call.func.id for call in calls if isinstance(call.func, ast.Name)]
        found |= {kind for call in calls if (kind := form_of(call, module))}
    return found


def calls_in(function: Any) -> list[ast.Call]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def form_of(call: ast.Call, module: Any) -> type[msgspec.Struct] | None:
    """Which form `visit.form(Kind)` reads."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "form" or not call.args:
        return None
    named = call.args[0]
    kind = getattr(module, named.id, None) if isinstance(named, ast.Name) else None
    return kind if isinstance(kind, type) and issubclass(kind, msgspec.Struct) else None


def fields_of(page: PageRoute) -> dict[str, Any]:
    """The fields a page's forms have, by name, with their types."""
    return {
        one.encode_name: one.type
        for kind in forms_of(page.handler)
        for one in msgspec.structs.fields(kind)
    }


def kinds_in(annotation: Any) -> set[Any]:
    inner = get_args(annotation)
    return {annotation}.union(*(kinds_in(one) for one in inner)) if inner else {annotation}


class Trial:
    """Forms sent by the owner, who may do everything, and what went wrong."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cookie = world.cookies["the owner"]
        found = re.search(r"session=([^;]+)", self.cookie)
        assert found
        self.token = token_of(found[1].strip('"'))
        self.faults: list[str] = []

    def path(self, page: PageRoute, there: str = "") -> str:
        pools = self.world.pools

        def one(name: re.Match[str]) -> str:
            if there:
                return there
            if name[1] == "id":
                pool = "report" if "/reports/" in page.path else "status"
                pool = "account" if "/accounts/" in page.path else pool
                return pools[pool][0].value
            return {"acct": "alice", "name": "shared"}.get(name[1], "nonsense")

        return re.sub(r"\{(\w+)\}", one, page.path)

    async def send(self, page: PageRoute, raw: bytes, there: str = "", **headers: str) -> Answer:
        base = self.world.network.base
        told = {
            "host": base.removeprefix("http://"),
            "origin": base,
            "cookie": self.cookie,
            "content-type": FORM,
            "x-token": self.token,
        }
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        told = {name: value for name, value in told.items() if value}
        return await ask(self.world.network.app, "POST", self.path(page, there), told, raw)

    def expect(self, answer: Answer, codes: Any, what: str) -> None:
        if answer.status not in codes:
            self.faults.append(f"{what[:200]}: {answer.status} {answer.body[:120]!r}")
        elif answer.status >= 400 and len(answer.body) < 20:
            self.faults.append(f"{what[:200]}: says nothing")
        if any(bad.encode() in answer.body for bad in FORBIDDEN):
            self.faults.append(f"{what[:200]}: shows script as script")

    async def done(self, before: dict[str, Any]) -> None:
        assert not self.faults, f"{len(self.faults)}:\n" + "\n".join(self.faults[:TOLD])
        now = await contents(self.world.network)
        assert {name for name in now if now[name] != before[name]} == set()


def test_forms_are_found() -> None:
    """The generator sees the fields; else the tests below would try nothing."""
    found = {f"POST {page.path}": fields_of(page) for page in posts()}
    assert {"name", "password"} <= set(found["POST /auth/log-in"])
    assert (
        "locale" in str(found["POST /settings/account/language"])
        or found["POST /settings/account/language"]
    )
    assert sum(1 for fields in found.values() if fields) > len(found) / 2


async def test_forms_without_a_token_or_from_elsewhere_do_nothing(world: World) -> None:
    trial = Trial(world)
    before = await contents(world.network)
    for page in posts():
        fields = urlencode(dict.fromkeys(fields_of(page), "x")).encode()
        what = f"POST {page.path}"
        # What scripts send as it is brings no token: browsers tell where it comes from (below).
        for token in () if page.is_raw else ("", "0" * 32, "0" * 64):
            # Where words are kept, the form is read first, and may be refused for what stands in it.
            answer = await trial.send(page, b"" if page.keeps_words else fields, x_token=token)
            trial.expect(answer, (403,), f"{what} token {token!r}")
        for origin in ("https://evil.example", "null"):
            answer = await trial.send(page, fields, origin=origin)
            trial.expect(answer, (403,), f"{what} from {origin}")
        answer = await trial.send(page, fields, origin="", sec_fetch_site="cross-site")
        trial.expect(answer, (403,), f"{what} cross-site")
        if page.who != "anyone":
            answer = await trial.send(page, b"" if page.keeps_words else fields, cookie="")
            trial.expect(answer, (401,), f"{what} as nobody")
    await trial.done(before)


async def test_who_is_no_moderator_does_nothing(world: World) -> None:
    trial = Trial(world)
    cookie = world.cookies["a follower"]
    secret = re.search(r"session=([^;]+)", cookie)
    assert secret
    token = token_of(secret[1].strip('"'))
    before = await contents(world.network)
    staff = [page for page in posts() if page.who not in {"anyone", "member"}]
    assert staff
    for page in staff:
        answer = await trial.send(page, b"", cookie=cookie, x_token=token)
        trial.expect(answer, (403,), f"POST {page.path}")
    await trial.done(before)


async def test_bodies_that_are_no_forms_are_refused(world: World) -> None:
    trial = Trial(world)
    before = await contents(world.network)
    for page in posts():
        what = f"POST {page.path}"
        if f"POST {page.path}" in BARE or page.is_raw:
            continue
        for kind in ("application/json", "text/plain", "image/png", "nonsense"):
            answer = await trial.send(page, b'{"a": 1}', content_type=kind)
            trial.expect(answer, REFUSED, f"{what} as {kind}")
        for raw in (b"--b\r\n", b"--c--", b"--b\r\ncontent-disposition: x\r\n\r\n\r\n--b--\r\n"):
            answer = await trial.send(page, raw, content_type="multipart/form-data; boundary=b")
            trial.expect(answer, REFUSED, f"{what} {raw!r}")
        large = max(page.limit + 1, 300 << 10)
        if large < 4 << 20:
            answer = await trial.send(page, b"a=" + b"x" * large)
            trial.expect(answer, (413,), f"{what} {large} bytes")
        many = b"&".join(b"a%d=1" % number for number in range(2_000))
        trial.expect(await trial.send(page, many), REFUSED, f"{what} 2000 fields")
    await trial.done(before)


async def test_nul_and_broken_utf8_are_refused(world: World) -> None:
    trial = Trial(world)
    before = await contents(world.network)
    for page in posts():
        for name in [*fields_of(page), TOKEN_FIELD, "unknown"]:
            for broken in BROKEN:
                raw = name.encode() + b"=" + broken
                answer = await trial.send(page, raw)
                trial.expect(answer, REFUSED, f"POST {page.path} {raw!r}")
    await trial.done(before)


def wrong(name: str, annotation: Any) -> Iterator[bytes]:
    """What no value of the field's kind looks like."""
    kinds = kinds_in(annotation)
    yield f"{name}[x][y]=1".encode()
    if UploadFile in kinds and str not in kinds:
        yield f"{name}=a+string".encode()
    if int in kinds and str not in kinds:
        yield f"{name}=1e400".encode()
        yield f"{name}={2**70}".encode()
    if bool in kinds and str not in kinds:
        yield f"{name}=maybe".encode()


async def test_wrong_types_are_refused(world: World) -> None:
    trial = Trial(world)
    before = await contents(world.network)
    for page in posts():
        for name, annotation in fields_of(page).items():
            for raw in wrong(name, annotation):
                answer = await trial.send(page, raw)
                trial.expect(answer, REFUSED, f"POST {page.path} {raw!r}")
    await trial.done(before)


async def test_ids_that_are_none(world: World) -> None:
    trial = Trial(world)
    before = await contents(world.network)
    for page in posts():
        if "{" in page.path:
            for id_ in IDS:
                fields = urlencode(dict.fromkeys(fields_of(page), "x")).encode()
                answer = await trial.send(page, fields, there=id_)
                codes = NEVER_BROKEN if f"POST {page.path}" in FORGIVING else REFUSED
                trial.expect(answer, codes, f"{page.path} {id_}")
    await trial.done(before)


async def test_script_in_every_field_stays_words(world: World) -> None:
    """What is taken is shown as words; what was stored by it is not compared."""
    trial = Trial(world)
    for page in posts():
        fields = fields_of(page)
        if f"POST {page.path}" in BARE or not fields:
            continue
        every = urlencode(dict.fromkeys(fields, SCRIPT)).encode()
        for fragment in ("", "1"):
            answer = await trial.send(page, every, x_fragment=fragment)
            trial.expect(answer, NEVER_BROKEN, f"POST {page.path} script everywhere")
        for name in fields:
            answer = await trial.send(page, urlencode({name: SCRIPT}).encode())
            trial.expect(answer, NEVER_BROKEN, f"POST {page.path} script in {name}")
    assert not trial.faults, f"{len(trial.faults)}:\n" + "\n".join(trial.faults[:TOLD])
