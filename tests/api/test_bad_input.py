"""Wrong input of every kind at every route: a clear refusal, never a 5xx, and nothing stored.

All of it is generated from the routes, so that a new route is tried without a word here.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest
from tests.api.sweep.sweep import ask
from tests.api.sweep.test_routes import contents
from tests.api.sweep.world import World
from tests.api.wrong_input import (
    BROKEN_TEXT,
    EVERYTHING,
    FORM,
    IDS,
    JSON,
    MALFORMED,
    MULTIPART,
    NEVER_BROKEN,
    REFUSED,
    SAFE,
    TOLD,
    Trial,
    as_query,
    broken_bodies,
    number_fields,
    path_of,
    routes,
    text_fields,
    wrong_values,
)
from tests.rig.databases import Databases
from tests.rig.network import serve


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


async def test_names_in_paths_of_every_kind(world: World) -> None:
    """NUL, what is no UTF-8, line ends, letters of all sorts: in each path that takes a name."""
    trial = Trial(world)
    before = await contents(world.network)
    names = (
        "%00",
        "a%00b",
        "%ff",
        "%ed%a0%80",
        "a%0d%0ax:%20y",
        "%20",
        "жук",
        "日本語",
        "🦊",
        "a" * 3_000,
    )
    for route in routes():
        if "{" in route.path and "{id}" not in route.path and route.method in SAFE:
            for name in names:
                path = path_of(world, route, name if "%" in name else quote(name))
                trial.expect(
                    await trial.call(route, path), NEVER_BROKEN, f"{route.method} {path[:200]}"
                )
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
