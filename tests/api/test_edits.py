"""Editing statuses over HTTP: history, source, what is replaced and what is void."""

from typing import Any

import pytest
from tests.rig.network import Network, Person, SqlBudget


async def edit(person: Person, status: dict[str, Any], text: str, **params: Any) -> dict[str, Any]:
    path = f"/api/v1/statuses/{status['id']}"
    return (await person.put(path, {"status": text, **params})).ok()


async def history(person: Any, status: dict[str, Any]) -> list[dict[str, Any]]:
    return (await person.get(f"/api/v1/statuses/{status['id']}/history")).ok()


async def picture(network: Network, person: Person) -> str:
    id_ = await network.db.fetchval(
        "insert into media_attachments (account_id, kind, state, secret, original)"
        " values ($1, 'image', 'ready', gen_random_uuid()::text, 's/a.webp') returning id",
        person.account_id,
    )
    return str(id_)


async def test_edit_keeps_the_version_it_replaces(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("first #one", spoiler_text="careful")
    await bob.get(f"/api/v1/statuses/{made['id']}")
    with sql_budget(3):
        edited = await edit(alice, made, "second #two", language="fr")
    assert "second" in edited["content"]
    assert edited["edited_at"] is not None
    assert (edited["spoiler_text"], edited["sensitive"], edited["language"]) == ("", False, "fr")
    assert [tag["name"] for tag in edited["tags"]] == ["two"]
    shown = (await bob.get(f"/api/v1/statuses/{made['id']}")).ok()
    assert shown["content"] == edited["content"]
    versions = await history(network.anyone, made)
    assert [one["spoiler_text"] for one in versions] == ["careful", ""]
    assert versions[0]["content"] == made["content"]
    assert versions[0]["created_at"] == made["created_at"]
    assert versions[1]["created_at"] == edited["edited_at"]
    assert versions[1]["account"]["acct"] == "alice"
    assert "poll" not in versions[1]
    source = (await alice.get(f"/api/v1/statuses/{made['id']}/source")).ok()
    assert source == {"id": made["id"], "text": "second #two", "spoiler_text": ""}
    await network.settle()
    assert (await network.anyone.get("/api/v1/timelines/tag/one")).ok() == []


async def test_unedited_status_has_one_version(network: Network) -> None:
    alice = await network.person("alice")
    made = await alice.publish("only")
    versions = await history(alice, made)
    assert [one["content"] for one in versions] == [made["content"]]


async def test_nothing_changed_is_no_edit(network: Network) -> None:
    alice = await network.person("alice")
    poll = {"options": ["a", "b"], "expires_in": 3600}
    made = await alice.publish("same", language="en", poll=poll)
    await network.settle()
    again = await edit(alice, made, "same", poll={"options": ["a", "b"]})
    assert again["edited_at"] is None
    assert await network.db.fetchval("select count(*) from outbox") == 0
    assert await network.db.fetchval("select count(*) from status_edits") == 0


async def test_old_mentions_become_silent(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    made = await alice.publish("@bob hello", visibility="direct")
    edited = await edit(alice, made, "@carol hello")
    assert [one["acct"] for one in edited["mentions"]] == ["carol"]
    path = f"/api/v1/statuses/{made['id']}"
    assert (await carol.get(path)).ok()
    assert (await bob.get(path)).ok()  # who was addressed once may still read it
    back = await edit(alice, made, "@bob hello")
    assert [one["acct"] for one in back["mentions"]] == ["bob"]


async def test_only_the_author_edits(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("mine")
    reblog = (await alice.post(f"/api/v1/statuses/{made['id']}/reblog")).ok()
    path = f"/api/v1/statuses/{made['id']}"
    assert (await bob.put(path, {"status": "yours"})).refused(404) == "Record not found"
    assert (await alice.put(f"/api/v1/statuses/{reblog['id']}", {"status": "x"})).refused(404)
    assert (await network.anyone.put(path, {"status": "x"})).status == 401
    assert (await alice.put(path, {"status": " "})).refused(422) == (
        "Validation failed: Text can't be blank"
    )
    assert (await alice.put(path, {"status": "x" * 501})).status == 422
    assert (await alice.put(path, {"status": "nul \0"})).status in {400, 422}
    assert (await alice.put(path, {"status": "x", "language": "klingonese"})).status == 422
    shown = (await alice.get(path)).ok()
    assert (shown["content"], shown["edited_at"]) == (made["content"], None)


async def test_history_and_source_are_for_those_who_see_it(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("private", visibility="private")
    await edit(alice, made, "still private")
    for part in ("history", "source", "context"):
        path = f"/api/v1/statuses/{made['id']}/{part}"
        assert (await bob.get(path)).refused(404)
        assert (await alice.get(path)).ok()


async def test_media_are_described_exchanged_and_kept_in_history(network: Network) -> None:
    alice = await network.person("alice")
    first, second = await picture(network, alice), await picture(network, alice)
    made = await alice.publish("look", media_ids=[first])
    described = await edit(
        alice,
        made,
        "look",
        media_ids=[first],
        media_attributes=[{"id": first, "description": "a cat", "focus": "0.5,-0.25"}],
    )
    media = described["media_attachments"][0]
    assert (media["description"], media["meta"]["focus"]) == ("a cat", {"x": 0.5, "y": -0.25})
    swapped = await edit(alice, made, "look", media_ids=[second, first])
    assert [one["id"] for one in swapped["media_attachments"]] == [second, first]
    without = await edit(alice, made, "look")
    assert without["media_attachments"] == []
    versions = await history(alice, made)
    assert [[one["id"] for one in version["media_attachments"]] for version in versions] == [
        [first], [first], [second, first], [],
    ]  # fmt: skip
    descriptions = [version["media_attachments"][:1] for version in versions[:2]]
    assert [one[0]["description"] for one in descriptions] == [None, "a cat"]


@pytest.mark.parametrize("focus", ["2,0", "nan,0", "somewhere", "1"])
async def test_bad_focus_is_refused(network: Network, focus: str) -> None:
    alice = await network.person("alice")
    id_ = await picture(network, alice)
    made = await alice.publish("look", media_ids=[id_])
    answer = await alice.put(
        f"/api/v1/statuses/{made['id']}",
        {"status": "x", "media_ids": [id_], "media_attributes": [{"id": id_, "focus": focus}]},
    )
    assert answer.refused(422).startswith("Validation failed: Focus")


async def test_others_media_are_refused(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    theirs = await picture(network, bob)
    made = await alice.publish("look")
    path = f"/api/v1/statuses/{made['id']}"
    assert (await alice.put(path, {"status": "x", "media_ids": [theirs]})).status == 422
    stray = {"status": "x", "media_attributes": [{"id": theirs, "description": "mine"}]}
    assert (await alice.put(path, stray)).status == 422


async def test_votes_freeze_what_was_asked(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    poll = {"options": ["a", "b"], "expires_in": 3600}
    made = await alice.publish("well?", poll=poll)
    path, vote = f"/api/v1/statuses/{made['id']}", f"/api/v1/polls/{made['poll']['id']}/votes"
    more = {"options": ["a", "b", "c"], "expires_in": 3600}
    asked = await edit(alice, made, "well, well?", poll=more)
    assert len(asked["poll"]["options"]) == 3
    (await bob.post(vote, {"choices": [2]})).ok()
    frozen = "The question and the options of a poll cannot be changed once there are votes"
    for changed in (
        {"status": "well?", "poll": more},
        {"status": "well, well?", "poll": poll},
        {"status": "well, well?", "poll": more | {"multiple": True}},
        {"status": "well, well?", "poll": more | {"hide_totals": True}},
        {"status": "well, well?", "poll": more, "spoiler_text": "hush"},
        {"status": "well, well?"},
    ):
        assert (await alice.put(path, changed)).refused(422) == f"Validation failed: {frozen}"
    await network.settle()
    again = more | {"expires_in": 600}  # clients send it with every edit
    kept = await edit(alice, made, "well, well?", poll=again, language="fr")
    assert (kept["language"], kept["poll"]["votes_count"]) == ("fr", 1)
    assert kept["poll"]["expires_at"] == asked["poll"]["expires_at"]
    versions = await history(alice, made)
    assert [len(version["poll"]["options"]) for version in versions] == [2, 3, 3]
    other = await alice.publish("?", poll=poll)
    assert (await edit(alice, other, "no poll"))["poll"] is None
    assert (await bob.get(f"/api/v1/polls/{other['poll']['id']}")).refused(404)


async def test_ended_poll_stays_closed(network: Network) -> None:
    alice = await network.person("alice")
    made = await alice.publish("?", poll={"options": ["a", "b"], "expires_in": 3600})
    await network.db.fetch("update polls set expires_at = now() - interval '1 s'")
    await network.settle()
    assert await network.db.fetchval("select closed_at from polls") is not None
    edited = await edit(
        alice, made, "?", poll={"options": ["a", "b"], "expires_in": 600}, language="fr"
    )
    assert edited["poll"]["expired"] is True
