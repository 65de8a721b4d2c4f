"""No route and no page tells anybody of a status they may not see, whatever is kept in process."""

from typing import Any

from tests.api.sweep import aims, page_aims
from tests.api.sweep.sweep import TOLD, Sweep, none_of
from tests.api.sweep.world import HIDDEN, UNKNOWN_ID, World, secret
from tests.rig.network import Network

from parvis.mastodon_api.routes.table import all_routes
from parvis.web.pages.table import all_pages

BYSTANDERS = ("nobody", "an application", "a stranger", "the blocked")


def test_every_route_and_page_is_aimed_at() -> None:
    routes = {f"{route.method} {route.path}" for route in all_routes()}
    known = {*aims.LOOKS, *aims.TOUCHES, *aims.ASIDE}
    assert routes <= known, (
        f"{sorted(routes - known)}: tell tests/api/sweep/aims.py how to aim at it: LOOKS (safe), TOUCHES "
        "(unsafe, aimed at what the viewer may not see), or ASIDE with the reason it tells nothing private"
    )
    pages = {f"{page.method} {page.path}" for page in all_pages()}
    known_pages = {*page_aims.LOOKS, *page_aims.ASIDE}
    assert pages <= known_pages, (
        f"{sorted(pages - known_pages)}: add to tests/api/sweep/page_aims.py"
    )
    assert known - routes <= {"GET /api/openapi.json"}, (
        f"{sorted(known - routes)}: gone, take it out"
    )
    assert known_pages <= pages


async def contents(network: Network) -> dict[str, Any]:
    """Every row of every table, in short; but what time alone writes: who was here, which processes run."""
    tables = await network.db.fetch(
        "select tablename from pg_tables where schemaname = 'public'"
        " and tablename not in ('sessions', 'processes')"  # when somebody or something was last seen
    )
    return {
        name: await network.db.fetchval(
            "select count(*) || ' ' || md5(string_agg(said, '' order by said))"
            f" from (select (to_jsonb(t) - 'last_seen_on')::text as said from {name} t) t"
        )
        for name in (row["tablename"] for row in tables)
    }


async def test_nobody_learns_what_is_not_theirs(world: World) -> None:
    sweep = Sweep(world)
    await sweep.look(world.viewers)
    none_of(sweep.faults)
    for viewer, caller in world.viewers.items():  # and those who may see do
        for target in world.pools["status"]:
            answer = await caller.get(f"/api/v1/statuses/{target.value}")
            assert answer.status == (200 if world.may(viewer, target) else 404)
    before = await contents(world.network)
    await sweep.touch(world.viewers)
    none_of(sweep.faults)
    assert await contents(world.network) == before
    first = dict(sweep.seen)
    await happen_in_private(world)
    await sweep.look(reversed(world.viewers))
    none_of(sweep.faults)
    noticed = {
        f"{key}: {difference(first[key], now)}"
        for key, now in sweep.seen.items()
        if key[0] in BYSTANDERS and first[key] != now
    }
    assert not noticed, f"{len(noticed)}: " + "\n".join(list(noticed)[:TOLD])


def difference(before: bytes, now: bytes) -> str:
    """Where two answers begin to differ."""
    at = next((n for n, pair in enumerate(zip(before, now, strict=False)) if len(set(pair)) > 1), 0)
    return f"{before[max(at - 60, 0) : at + 80]!r} became {now[max(at - 60, 0) : at + 80]!r}"


async def happen_in_private(world: World) -> None:
    """Much that bystanders must not notice by anything: no word, no count, no order."""
    alice, bob, carol = (world.people[one] for one in ("the author", "a follower", "the mentioned"))
    for audience in HIDDEN:
        visibility = "private" if audience in ("private", "followers") else "direct"
        start = "@carol " if audience in ("private", "direct") else ""
        made = await alice.publish(
            f"{start}more {secret(audience)} #shared #Tag{secret(audience)} #brandnew{audience}",
            visibility=visibility,
            in_reply_to_id=world.answering,
        )
        if start:
            (await carol.post(f"/api/v1/statuses/{made['id']}/favourite")).ok()
            await carol.publish("@alice indeed", visibility=visibility, in_reply_to_id=made["id"])
        if visibility == "private":
            (await bob.post(f"/api/v1/statuses/{made['id']}/favourite")).ok()
            (await alice.post(f"/api/v1/statuses/{made['id']}/reblog")).ok()
            (await alice.delete(f"/api/v1/statuses/{made['id']}")).ok()
        else:
            edited = {"status": f"{start}again {secret(audience)} #shared"}
            (await alice.put(f"/api/v1/statuses/{made['id']}", edited)).ok()
    await world.network.settle()


async def test_counts_tell_of_open_statuses_only(world: World) -> None:
    for viewer in BYSTANDERS:
        shown = (await world.viewers[viewer].get(f"/api/v1/accounts/{world.alice.id}")).ok()
        assert shown["statuses_count"] == 12, viewer  # ten, and two reblogs
    shown = (await world.network.anyone.get(f"/api/v1/statuses/{world.answering}")).ok()
    assert shown["replies_count"] == 4
    tag = (await world.network.anyone.get("/api/v1/tags/shared")).ok()
    assert sum(int(day["uses"]) for day in tag["history"]) == 2
    featured = await world.network.anyone.get(f"/api/v1/accounts/{world.alice.id}/featured_tags")
    assert int(featured.ok()[0]["statuses_count"]) == 4
    dave = world.people["a stranger"]
    assert (await dave.get("/api/v1/notifications/unread_count")).ok()["count"] == 0
    assert (await dave.get(f"/api/v1/statuses/{UNKNOWN_ID}")).refused(404) == "Record not found"
