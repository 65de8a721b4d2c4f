"""Hashtags over HTTP: looked at, followed, shown on a page."""

import asyncio
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from tests.rig.network import Network, SqlBudget


async def test_history_counts_public_statuses_only(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await alice.publish("#Lyon one")
    await alice.publish("#lyon two")
    await bob.publish("#LYON three")
    await bob.publish("#lyon quietly", visibility="unlisted")
    await bob.publish("#lyon among us", visibility="private")
    await bob.publish("#lyon @alice", visibility="direct")
    shown = (await network.anyone.get("/api/v1/tags/lyon")).ok()
    assert shown["name"] == "Lyon"
    assert shown["url"] == f"{network.base}/tags/lyon"
    assert "following" not in shown
    today = int(datetime.now(UTC).timestamp()) // 86_400 * 86_400
    assert [day["day"] for day in shown["history"]] == [
        str(today - 86_400 * back) for back in range(7)
    ]
    assert (shown["history"][0]["uses"], shown["history"][0]["accounts"]) == ("3", "2")
    assert all(day["uses"] == "0" for day in shown["history"][1:])


async def test_unknown_and_impossible_tags(network: Network) -> None:
    alice = await network.person("alice")
    shown = (await alice.get("/api/v1/tags/Nobody")).ok()
    assert (shown["name"], shown["following"]) == ("Nobody", False)
    assert len(shown["history"]) == 7
    for wrong in ("123", "a b", "a-b", "%00", "%23%23x", "<script>"):
        for method, path in (("GET", ""), ("POST", "/follow"), ("POST", "/unfollow")):
            answer = await alice.call(method, f"/api/v1/tags/{wrong}{path}")
            assert answer.status in (400, 404), (wrong, answer.status)
    assert await network.db.fetchval("select count(*) from tags") == 0


@pytest.mark.parametrize("tag", ["жук", "日本語", "café", "سلام"])
async def test_pages_of_a_tag_in_any_script_lead_on(network: Network, tag: str) -> None:
    alice = await network.person("alice")
    ids = [(await alice.publish(f"{n} #{tag}"))["id"] for n in range(3)]
    page = await alice.get(f"/api/v1/timelines/tag/{quote(tag)}?limit=2")
    assert [one["id"] for one in page.ok()] == ids[:0:-1]
    older = page.headers["link"].partition(">")[0].removeprefix("<").removeprefix(network.base)
    assert older.isascii()
    assert [one["id"] for one in (await alice.get(older)).ok()] == ids[:1]


async def test_private_use_leaves_no_trace_in_a_tag(network: Network) -> None:
    """Neither a row's id nor the spelling tells that somebody used it."""
    alice, bob = await network.people("alice", "bob")
    before = (await bob.get("/api/v1/tags/secretplan")).ok()
    made = await alice.publish("#SecretPlan", visibility="private")
    (await alice.put(f"/api/v1/statuses/{made['id']}", {"status": "again #SecretPLAN"})).ok()
    assert (await bob.get("/api/v1/tags/secretplan")).ok() == before
    await bob.publish("my #secretPlan")
    assert (await alice.get("/api/v1/tags/SECRETPLAN")).ok()["name"] == "secretPlan"


async def test_followed_tag_comes_home(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob = await network.people("alice", "bob")
    with sql_budget(4):
        answer = (await alice.post("/api/v1/tags/Vélo/follow")).ok()
    assert (answer["following"], answer["featuring"]) == (True, False)
    assert (await alice.post("/api/v1/tags/vélo/follow")).ok()["following"] is True
    await bob.publish("on my #vélo")
    await bob.publish("in secret on my #vélo", visibility="private")
    await network.settle()
    assert len(await alice.home()) == 1
    (await alice.post("/api/v1/tags/jazz/follow")).ok()
    listed = await alice.get("/api/v1/followed_tags")
    assert [tag["name"] for tag in listed.ok()] == ["jazz", "Vélo"]
    first = await alice.get("/api/v1/followed_tags", limit=1)
    older = first.headers["link"].split(">")[0].lstrip("<")
    assert [tag["name"] for tag in (await alice.get(older)).ok()] == ["Vélo"]
    assert (await bob.get("/api/v1/followed_tags")).ok() == []
    answer = (await alice.post("/api/v1/tags/VÉLO/unfollow")).ok()
    assert answer["following"] is False
    assert await alice.home() == []
    assert (await network.anyone.post("/api/v1/tags/jazz/follow")).refused(401)


async def test_featured_tags(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await alice.publish("#jazz tonight")
    await alice.publish("#jazz again", visibility="unlisted")
    await alice.publish("#jazz among us", visibility="private")
    suggested = (await alice.get("/api/v1/featured_tags/suggestions")).ok()
    assert [tag["name"] for tag in suggested] == ["jazz"]
    made = (await alice.post("/api/v1/featured_tags", {"name": "#Jazz"})).ok()
    assert (made["statuses_count"], made["name"]) == ("2", "jazz")
    assert made["last_status_at"] == f"{datetime.now(UTC):%Y-%m-%d}"
    assert made["url"] == f"{network.base}/@alice/tagged/jazz"
    assert (await alice.post("/api/v1/featured_tags", {"name": "jazz"})).ok() == made
    assert (await alice.get("/api/v1/featured_tags")).ok() == [made]
    assert (await bob.get("/api/v1/featured_tags")).ok() == []
    assert (await bob.get(f"/api/v1/accounts/{alice.id}/featured_tags")).ok() == [made]
    assert (await alice.get("/api/v1/featured_tags/suggestions")).ok() == []
    assert (await bob.delete(f"/api/v1/featured_tags/{made['id']}")).refused(404)
    assert (await alice.delete(f"/api/v1/featured_tags/{made['id']}")).ok() == {}
    assert (await alice.get("/api/v1/featured_tags")).ok() == []
    assert (await alice.post("/api/v1/tags/jazz/feature")).ok()["featuring"] is True
    assert (await alice.post("/api/v1/tags/jazz/unfeature")).ok()["featuring"] is False
    assert (await bob.get("/api/v1/accounts/1/featured_tags")).refused(404)


@pytest.mark.parametrize("wrong", ["", "a b", "12", "x\0y"])
async def test_what_is_no_tag_is_not_featured(network: Network, wrong: str) -> None:
    alice = await network.person("alice")
    assert (await alice.post("/api/v1/featured_tags", {"name": wrong})).refused(422)
    assert (await alice.post("/api/v1/featured_tags")).refused(422)


async def test_ten_featured_tags_at_most(network: Network) -> None:
    alice = await network.person("alice")
    answers = await asyncio.gather(*(alice.post(f"/api/v1/tags/tag{n}/feature") for n in range(16)))
    assert sorted(answer.status for answer in answers) == [200] * 10 + [422] * 6
    one = (await alice.get("/api/v1/featured_tags")).ok()[0]["name"]
    (await alice.post(f"/api/v1/tags/{one}/unfeature")).ok()
    (await alice.post(f"/api/v1/tags/{one}/feature")).ok()
    assert "maximum" in (await alice.post("/api/v1/tags/eleven/feature")).refused(422)
    assert (await alice.post(f"/api/v1/tags/{one}/feature")).ok()["featuring"] is True
    assert len((await alice.get("/api/v1/featured_tags")).ok()) == 10
