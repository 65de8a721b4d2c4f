"""Every route's answer measured against the documented entity and the recorded responses.

Whoever adds a route tells here how to call it, unless the sweep (tests/api/sweep/aims.py) does.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.api.sweep import aims
from tests.api.sweep.sweep import NAMES, fill
from tests.api.sweep.world import World
from tests.rig import yardsticks
from tests.rig.databases import Databases
from tests.rig.network import Answer, serve

from parvis.domain.network import settings
from parvis.mastodon_api.routes.table import all_routes
from parvis.mastodon_api.routing import Route

# Answers that no entity of the documentation describes.
UNDOCUMENTED = {
    *(
        "",
        "text",
        "string",
        "String",
        "[string]",
        "V1::Search",
        "Activity",
        "JsonResource",
        "XRD",
        "OpenAPI",
        "OEmbed",
    ),
    *("NodeInfo", "NodeInfoLinks", "OAuthServer", "UserInfo", "UnreadCount", "Markers", "bool"),
}
# In this order: what one call makes, the next one uses. {made} is the id of the status published first.
SENT: tuple[tuple[str, str, str, Any], ...] = (
    (
        "the author",
        "POST",
        "/api/v1/statuses",
        {"status": "hello @bob #shapes :none:", "language": "en"},
    ),
    ("the author", "PUT", "/api/v1/statuses/{made}", {"status": "hello again @bob #shapes"}),
    *(
        ("the author", "POST", f"/api/v1/statuses/{{made}}/{mark}", None)
        for mark in (
            *("favourite", "unfavourite", "bookmark", "unbookmark", "reblog", "unreblog"),
            *("pin", "unpin", "mute", "unmute"),
        )
    ),
    ("a stranger", "POST", "/api/v1/polls/{poll}/votes", {"choices": [1]}),
    ("the author", "DELETE", "/api/v1/statuses/{made}", None),
    ("a stranger", "POST", "/api/v1/accounts/{alice}/follow", None),
    *(
        ("a stranger", "POST", f"/api/v1/accounts/{{alice}}/{act}", None)
        for act in (
            *("pin", "unpin", "endorse", "unendorse", "note", "mute", "unmute", "unfollow"),
            *("remove_from_followers", "block", "unblock"),
        )
    ),
    ("a stranger", "POST", "/api/v1/lists", {"title": "one more"}),
    ("a follower", "PUT", "/api/v1/lists/{list}", {"title": "another name"}),
    ("a stranger", "POST", "/api/v1/markers", {"home": {"last_read_id": "{made}"}}),
    ("a stranger", "PATCH", "/api/v1/accounts/update_credentials", {"display_name": "Dave"}),
    ("a stranger", "PATCH", "/api/v1/profile", {"note": "about me"}),
    ("a stranger", "DELETE", "/api/v1/profile/avatar", None),
    ("a stranger", "DELETE", "/api/v1/profile/header", None),
    ("the mentioned", "POST", "/api/v1/conversations/{conversation}/read", None),
    ("the mentioned", "POST", "/api/v1/conversations/{conversation}/unread", None),
    ("a stranger", "POST", "/api/v1/tags/shapes/follow", None),
    ("a stranger", "POST", "/api/v1/tags/shapes/unfollow", None),
    ("a stranger", "POST", "/api/v1/tags/shapes/feature", None),
    ("a stranger", "POST", "/api/v1/tags/shapes/unfeature", None),
    ("a stranger", "POST", "/api/v1/featured_tags", {"name": "shapes"}),
    ("a stranger", "POST", "/api/v1/reports", {"account_id": "{alice}", "comment": "look"}),
    ("the author", "PUT", "/api/v1/media/{media}", {"description": "described anew"}),
    (
        "an application",
        "POST",
        "/api/v1/apps",
        {"client_name": "Shapes", "redirect_uris": "https://a.example/b"},
    ),
    *(
        ("a moderator", "POST", f"/api/v1/admin/reports/{{report}}/{act}", None)
        for act in ("assign_to_self", "unassign", "resolve", "reopen")
    ),
    ("a moderator", "PUT", "/api/v1/admin/reports/{report}", {"category": "spam"}),
    *(
        (
            "a moderator",
            "POST",
            "/api/v1/admin/accounts/{eve}/action",
            {"type": kind, "text": "for the test"},
        )
        for kind in ("disable", "sensitive", "silence", "suspend")
    ),
    *(
        ("a moderator", "POST", f"/api/v1/admin/accounts/{{eve}}/{act}", {"text": "for the test"})
        for act in ("enable", "unsensitive", "unsilence", "unsuspend")
    ),
)
# Called by tests of their own, with the forms, files and secrets they need.
ELSEWHERE = {
    "POST /api/v2/media": "test_media",
    "POST /api/v1/media": "test_media",
    "POST /oauth/token": "test_oauth",
    "POST /oauth/userinfo": "as GET",
    "POST /api/v1/accounts": "test_registration: answers a token",
    "POST /api/v1/follow_requests/{id}/authorize": "test_relationships: answers a relationship",
    "POST /api/v1/follow_requests/{id}/reject": "test_relationships: answers a relationship",
    "POST /api/v1/admin/accounts/{id}/approve": "test_admin: as the others",
    "POST /api/v1/admin/accounts/{id}/reject": "test_admin: as the others",
    "GET /api/v1/polls/{id}/receipt": "test_poll_logs: ours",
    **{
        f"{how} /api/v1/petitions/{{id}}{act}": "test_petitions: ours"
        for how, act in (("POST", "/sign"), ("POST", "/withdraw"), ("GET", "/receipt"), ("GET", ""))
    },
    "GET /api/v1/petitions": "test_petitions: ours",
    "POST /api/v1/polls/{id}/close": "test_poll_logs: answers a poll",
    "POST /api/v1/polls/{id}/token": "test_secret_ballots: ours",
    "POST /api/v1/poll_invitations/{code}": "test_rich_polls: answers a poll",
    "GET /api/v1/polls/{id}/invitations": "test_rich_polls: ours",
}
STAFF = "a moderator"


@pytest.fixture(scope="module")
async def world(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """The sweep's world, and what else makes answers full."""
    folder: Path = tmp_path_factory.mktemp("shapes")
    async with serve(await databases.take(), folder) as network:
        made = World(network)
        await made.build()
        await fill_up(made)
        yield made


async def fill_up(world: World) -> None:
    alice, bob, carol = (world.people[n] for n in ("the author", "a follower", "the mentioned"))
    dave = world.people["a stranger"]
    texts = {"description", "privacy_policy", "terms_of_service"}
    await world.network.db.run(settings.change, **dict.fromkeys(texts, "Who reads this."))
    await world.network.db.fetch(
        "insert into rules (text, hint, position) values ('Be kind', 'Do', 1)"
    )
    fields = [{"name": "site", "value": "https://example.org"}]
    told = {"note": "about #me", "fields_attributes": fields, "discoverable": True}
    for one in (alice, bob):
        (await one.patch("/api/v1/accounts/update_credentials", told)).ok()
    (await bob.patch("/api/v1/accounts/update_credentials", {"locked": True})).ok()
    await alice.follow(carol)
    await alice.follow(bob)  # asks
    await carol.follow(dave)
    (await alice.post(f"/api/v1/accounts/{carol.id}/endorse")).ok()
    (await alice.post(f"/api/v1/accounts/{dave.id}/mute", {"duration": 3_600})).ok()
    (await alice.post("/api/v1/domain_blocks", {"domain": "spam.example"})).ok()
    (await alice.post("/api/v1/lists", {"title": "friends"})).ok()
    mine = (await alice.get("/api/v1/lists")).ok()[0]["id"]
    (await alice.post(f"/api/v1/lists/{mine}/accounts", {"account_ids": [carol.id]})).ok()
    (await alice.post("/api/v1/markers", {"home": {"last_read_id": "1"}})).ok()
    await carol.publish("@alice hello #shared")
    await world.network.settle()


def unlike(route: Route, key: str | None, answer: Answer) -> list[str]:
    """How an answer differs from what the yardsticks say."""
    if not 200 <= answer.status < 300:
        return [f"answered {answer.status}: {answer.body[:200]!r}"]
    name = route.returns
    optional = yardsticks.optional_of(name.strip("[]"))
    faults = yardsticks.shape_faults(key, answer.json, optional) if key else []
    if name in UNDOCUMENTED or name.strip("[]{}") in UNDOCUMENTED or name.startswith("{"):
        return faults
    found = answer.json if name.startswith("[") else [answer.json]
    for one in found:
        faults += yardsticks.entity_faults(name.strip("[]"), one)
    return sorted(set(faults))


def route_of(method: str, path: str) -> Route:
    """As the tree does: a literal part wins over a parameter."""
    bare = path.partition("?")[0]
    fitting = [
        route
        for route in all_routes()
        if route.method == method
        and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route.path.replace(".", r"\.")), bare)
    ]
    return min(fitting, key=lambda route: route.path.count("{"))


def test_every_route_with_an_answer_is_called() -> None:
    called = {f"{method} {route_of(method, path).path}" for _, method, path, _ in SENT}
    wanted = {f"{route.method} {route.path}" for route in all_routes() if route.returns}
    missing = wanted - called - set(aims.LOOKS) - set(ELSEWHERE)
    assert not missing, f"{sorted(missing)}: tell how to call it in SENT, or in the sweep's aims.py"


def viewer_of(route: Route) -> str:
    if "list" in route.path:
        return "a follower"
    return STAFF if route.auth == "staff" else "the author"


def expansions(world: World, viewer: str, template: str) -> list[str]:
    """The template's paths that this viewer may ask for, the first of each audience."""
    names = NAMES.findall(template)
    values = {
        name: next(one.value for one in world.pools[name] if world.may(viewer, one))
        for name in names
    }
    found = [fill(template, values)]
    if names and names[0] in ("status", "notification", "account"):
        own = [one.value for one in world.pools[names[0]] if world.may(viewer, one)]
        found += [fill(template, values | {names[0]: value}) for value in own]
    return found


async def test_what_is_read_is_as_documented(world: World) -> None:
    faults: list[str] = []
    for route in all_routes():
        viewer = viewer_of(route)
        for template in aims.LOOKS.get(f"{route.method} {route.path}", ()):
            for path in expansions(world, viewer, template):
                answer = await world.viewers[viewer].get(world.network.base + path)
                key = yardsticks.recorded(route.method, route.path, answer.status)
                faults += [f"{route.method} {path}: {one}" for one in unlike(route, key, answer)]
    assert not faults, f"{len(faults)}:\n" + "\n".join(shortened(faults))


async def test_what_is_sent_is_answered_as_documented(world: World) -> None:
    faults: list[str] = []
    made = (await world.alice.publish("first"))["id"]
    for viewer, method, template, body in SENT:
        own = {
            name: next((t.value for t in targets if world.may(viewer, t)), targets[0].value)
            for name, targets in world.pools.items()
            if targets
        }
        values = own | {"made": made, "eve": world.people["the blocked"].id}
        path = fill(template, values)
        answer = await world.viewers[viewer].call(method, path, json=fill(body, values))
        if method == "POST" and template == "/api/v1/statuses" and answer.status == 200:
            made = answer.json["id"]
        route = route_of(method, path)
        key = yardsticks.recorded(route.method, route.path, answer.status)
        faults += [f"{method} {template}: {one}" for one in unlike(route, key, answer)]
    assert not faults, f"{len(faults)}:\n" + "\n".join(shortened(faults))


def shortened(faults: list[str]) -> list[str]:
    """One line for each fault, wherever it was met."""
    return sorted({re.sub(r"\d{6,}", "ID", one) for one in faults})[:80]
