"""Timelines over HTTP: who and what is in them, and exact cursors."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.rig.network import Caller, Network, Person, SqlBudget

IDS = [1_000 + 10 * n for n in range(260)]  # more than a process keeps of one timeline
FILL = """
with made as (
  insert into statuses (id, account_id, uri, visibility)
  select n, $1, 'x:' || n, 'public' from unnest($2::bigint[]) n returning id
), tag as (
  insert into tags (name, display_name) values ('parvis', 'Parvis') returning id
), tagged as (
  insert into status_tags (tag_id, status_id) select tag.id, made.id from tag, made
)
insert into home_entries (account_id, status_id) select $1, id from made
"""
FILL_HOME = """
with followed as (
  insert into follows (account_id, target_id) values ($3, $1) on conflict do nothing
), made as (
  insert into statuses (id, account_id, uri, visibility)
  select n, $1, 'x:' || n, 'public' from unnest($2::bigint[]) n returning id
), counted as (
  insert into status_counters (status_id) select id from made
)
insert into home_entries (account_id, status_id) select $3, id from made
"""


def model(limit: int, bounds: dict[str, int]) -> list[int]:
    """What a page is: all that lies between the bounds, cut at the end that was asked for."""
    found = [id_ for id_ in reversed(IDS) if id_ < bounds.get("max_id", 1 << 62)]
    if "min_id" in bounds:
        return [id_ for id_ in found if id_ > bounds["min_id"]][-limit:]
    return [id_ for id_ in found if id_ > bounds.get("since_id", 0)][:limit]


@pytest.fixture
async def author(network: Network) -> Person:
    """Somebody with more statuses than a process keeps ids of."""
    alice = await network.person("alice")
    await network.db.fetch(FILL, alice.account_id, IDS)
    return alice


near_ids = st.sampled_from(IDS).flatmap(lambda id_: st.sampled_from([id_ - 1, id_, id_ + 1]))
cursors = st.dictionaries(st.sampled_from(["max_id", "since_id", "min_id"]), near_ids)


@settings(
    max_examples=60,
    deadline=None,  # a database answers
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # nothing changes what is read
)
@given(
    timeline=st.sampled_from(["timelines/public", "timelines/tag/Parvis", "timelines/home", ""]),
    limit=st.integers(1, 40),
    bounds=cursors,
)
async def test_pages_are_exact(
    author: Person, timeline: str, limit: int, bounds: dict[str, int]
) -> None:
    path = timeline or f"accounts/{author.id}/statuses"
    answer = await author.get(f"/api/v1/{path}", limit=limit, **bounds)
    ids = [int(one["id"]) for one in answer.ok()]
    assert ids == model(limit, bounds)
    if ids:
        assert f"max_id={ids[-1]}" in answer.headers["link"]
        assert f"min_id={ids[0]}" in answer.headers["link"]


async def texts(caller: Caller, path: str, **params: Any) -> list[str]:
    """What a timeline says, newest first."""
    shown = (await caller.get(f"/api/v1/{path}", **params)).ok()
    return [one["content"].removeprefix("<p>").removesuffix("</p>") for one in shown]


async def test_kept_public_page_asks_nothing(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob = await network.people("alice", "bob")
    await alice.publish("one")
    for caller in (bob, network.anyone):
        assert await texts(caller, "timelines/public") == ["one"]
        with sql_budget(0):
            assert await texts(caller, "timelines/public") == ["one"]
    made = await bob.publish("two")
    assert await texts(network.anyone, "timelines/public") == ["two", "one"]
    (await bob.delete(f"/api/v1/statuses/{made['id']}")).ok()
    assert await texts(network.anyone, "timelines/public") == ["one"]


async def test_public_timeline_is_of_public_words(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    root = await alice.publish("public")
    for visibility in ("unlisted", "private", "direct"):
        await alice.publish(visibility, visibility=visibility)
    await bob.publish("reply", in_reply_to_id=root["id"])
    await alice.publish("continued", in_reply_to_id=root["id"])
    (await bob.post(f"/api/v1/statuses/{root['id']}/reblog")).ok()
    assert await texts(alice, "timelines/public") == ["continued", "public"]
    assert await texts(alice, "timelines/public", local=True) == ["continued", "public"]
    assert await texts(alice, "timelines/public", remote=True) == []
    assert await texts(alice, "timelines/public", only_media=True) == []
    await network.db.fetch(
        "insert into mutes (account_id, target_id) values ($1, $2)",
        bob.account_id,
        alice.account_id,
    )
    network.db.slots.bump_all()
    assert await texts(bob, "timelines/public") == []


async def test_hashtags_are_combined(network: Network) -> None:
    alice = await network.person("alice")
    for text in ("#a", "#b", "#a #b", "#a #c", "#É"):
        await alice.publish(text)
    await alice.publish("#a quietly", visibility="unlisted")
    tag = "timelines/tag"

    async def raw(path: str, **params: Any) -> list[str]:
        shown = (await network.anyone.get(f"/api/v1/{path}", **params)).ok()
        return [" ".join("#" + one["name"] for one in status["tags"]) for status in shown]

    assert await raw(f"{tag}/a") == ["#a #c", "#a #b", "#a"]
    assert await raw(f"{tag}/A", all=["b"]) == ["#a #b"]
    assert await raw(f"{tag}/a", none=["b", "#c"]) == ["#a"]
    assert await raw(f"{tag}/b", any=["c"]) == ["#a #c", "#a #b", "#b"]
    assert await raw(f"{tag}/b", any=["c"], none=["a"]) == ["#b"]
    assert await raw(f"{tag}/a", remote=True) == []
    assert await raw(f"{tag}/a", only_media=True) == []
    assert await raw(f"{tag}/%C3%89") == ["#é"]
    assert await raw(f"{tag}/nothing") == []


async def test_page_of_an_account(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await network.db.fetch(
        "insert into follows (account_id, target_id) values ($1, $2)",
        bob.account_id,
        alice.account_id,
    )
    theirs = await carol.publish("theirs")
    one = await alice.publish("one #tag")
    await alice.publish("private", visibility="private")
    await alice.publish("@bob direct", visibility="direct")
    await alice.publish("reply", in_reply_to_id=theirs["id"])
    await alice.publish("continued", in_reply_to_id=one["id"])
    (await alice.post(f"/api/v1/statuses/{theirs['id']}/reblog")).ok()
    path = f"accounts/{alice.id}/statuses"

    async def counted(caller: Caller, **params: Any) -> int:
        return len((await caller.get(f"/api/v1/{path}", **params)).ok())

    assert await counted(alice) == 6
    assert await counted(bob) == 6
    assert await counted(carol) == 4
    assert await counted(network.anyone) == 4
    assert await texts(network.anyone, path, exclude_reblogs=True, exclude_replies=True) == [
        "continued",
        one["content"][3:-4],
    ]
    assert await counted(network.anyone, tagged="TAG") == 1
    assert await counted(network.anyone, only_media=True) == 0
    for made in (one, (await alice.get(f"/api/v1/{path}")).ok()[4]):
        (await alice.post(f"/api/v1/statuses/{made['id']}/pin")).ok()
    pinned = await alice.get(f"/api/v1/{path}", pinned=True)
    assert [status["visibility"] for status in pinned.ok()] == ["private", "public"]
    assert "link" not in pinned.headers
    assert await counted(network.anyone, pinned=True) == 1
    await network.db.fetch(
        "insert into blocks (account_id, target_id) values ($1, $2)",
        alice.account_id,
        carol.account_id,
    )
    network.db.slots.bump_all()
    assert await counted(carol) == 0
    assert await counted(carol, pinned=True) == 0
    assert (await bob.get("/api/v1/accounts/77/statuses")).refused(404)


async def test_direct_statuses_are_listed_for_those_in_them(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await alice.publish("@bob psst", visibility="direct")
    await alice.publish("loud")
    for person, count in ((alice, 1), (bob, 1), (carol, 0)):
        assert len((await person.get("/api/v1/timelines/direct")).ok()) == count


@pytest.mark.parametrize("wrong", ["max_id=-1", "limit=many", "since_id=1e3", "min_id=%00"])
async def test_bad_cursors_are_refused(network: Network, wrong: str) -> None:
    answer = await network.anyone.get(f"/api/v1/timelines/public?{wrong}")
    assert answer.status in {400, 422}
    assert answer.json["error"]


async def test_home_pages_stay_full_when_most_of_it_is_gone(network: Network) -> None:
    """Whom one unfollows or mutes leaves no short page behind: an app would see an end there."""
    alice, bob, carol, dave = await network.people("alice", "bob", "carol", "dave")
    authors = {bob.account_id: range(3_000, 6_000), carol.account_id: range(2_000, 2_400)}
    for author, wrote in (*authors.items(), (dave.account_id, range(1_000, 1_100))):
        await network.db.fetch(FILL_HOME, author, list(wrote), alice.account_id)
    network.db.slots.bump_all()
    assert len(await alice.home(limit=40)) == 40
    (await alice.post(f"/api/v1/accounts/{bob.id}/unfollow")).ok()
    (await alice.post(f"/api/v1/accounts/{carol.id}/mute")).ok()
    seen: list[int] = []
    while page := await alice.home(limit=40, **({"max_id": seen[-1]} if seen else {})):
        seen += [int(one["id"]) for one in page]
        assert len(page) == 40 or len(seen) == 100
    assert seen == list(reversed(range(1_000, 1_100)))
    newer = await alice.home(limit=40, min_id=1_019)
    assert [int(one["id"]) for one in newer] == list(reversed(range(1_020, 1_060)))


async def test_kept_home_is_full_after_others_deleted(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await alice.follow(bob)
    await network.db.fetch(FILL_HOME, bob.account_id, list(range(1_000, 1_060)), alice.account_id)
    network.db.slots.bump_all()
    (await alice.get("/api/v1/timelines/public")).ok()
    assert len(await alice.home()) == 20
    for id_ in range(1_045, 1_060):
        (await bob.delete(f"/api/v1/statuses/{id_}")).ok()
    expected = [str(id_) for id_ in reversed(range(1_025, 1_045))]
    assert [one["id"] for one in await alice.home()] == expected
    public = (await alice.get("/api/v1/timelines/public")).ok()
    assert [one["id"] for one in public] == expected


async def test_merged_authors_are_followed_as_asked(network: Network) -> None:
    """Who outgrew pushing is read at once: by language, without reblogs, never when muted."""
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await network.db.fetch("update accounts set is_pulled = true where id = $1", bob.account_id)
    asked = {"languages": ["fr"], "reblogs": False}
    (await alice.post(f"/api/v1/accounts/{bob.id}/follow", asked)).ok()
    assert await texts(alice, "timelines/home") == []
    theirs = await carol.publish("theirs", language="fr")
    await bob.publish("un", language="fr")
    await bob.publish("one", language="en")
    (await bob.post(f"/api/v1/statuses/{theirs['id']}/reblog")).ok()
    await network.settle()
    assert await texts(alice, "timelines/home") == ["un"]
    (await alice.post(f"/api/v1/accounts/{bob.id}/follow", {"languages": []})).ok()
    assert await texts(alice, "timelines/home") == ["one", "un"]
    (await alice.post(f"/api/v1/accounts/{bob.id}/mute")).ok()
    assert await texts(alice, "timelines/home") == []
    (await alice.post(f"/api/v1/accounts/{bob.id}/unmute")).ok()
    assert await texts(alice, "timelines/home") == ["one", "un"]
