"""What members do with cards by forms alone, and what they may not do."""

import re

import pytest
from tests.rig.network import Network, Person, SqlBudget
from tests.rig.reader import Reader, logged_in

from parvis.web.pages.acts import MARKS

FRAGMENT = {"x-fragment": "1"}


async def seen(person: Person, status_id: str) -> dict[str, object]:
    return (await person.get(f"/api/v1/statuses/{status_id}")).ok()


async def test_marks_are_made_and_taken_back(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await bob.publish("hello")
    reader = await logged_in(network, "alice")
    for do, mark in (
        ("favourite", "favourited"),
        ("reblog", "reblogged"),
        ("bookmark", "bookmarked"),
        ("mute", "muted"),
    ):
        sent = await reader.send(f"/statuses/{made['id']}", {"do": do})
        assert sent.location == f"/#s{made['id']}"
        assert (await seen(alice, made["id"]))[mark] is True, do
        await reader.send(f"/statuses/{made['id']}", {"do": f"un{do}"})
        assert (await seen(alice, made["id"]))[mark] is False, do


async def test_form_leads_back_to_the_card_on_the_page_it_was_on(network: Network) -> None:
    _, bob = await network.people("alice", "bob")
    made = await bob.publish("hello")
    reader = await logged_in(network, "alice")
    where = f"{network.base}/public/local?max_id=9"
    sent = await reader.send(f"/statuses/{made['id']}", {"do": "favourite"}, referer=where)
    assert sent.location == f"/public/local?max_id=9#s{made['id']}"
    elsewhere = await reader.send(
        f"/statuses/{made['id']}", {"do": "favourite"}, referer="https://evil.example/x"
    )
    assert elsewhere.location == f"/#s{made['id']}"


async def test_scripts_are_answered_with_the_form_alone(network: Network) -> None:
    _, bob = await network.people("alice", "bob")
    made = await bob.publish("hello")
    reader = await logged_in(network, "alice")
    page = await reader.send(f"/statuses/{made['id']}", {"do": "favourite"}, **FRAGMENT)
    page.ok()
    assert page.html.strip().startswith("<form")
    assert page.html.strip().endswith("</form>")
    assert re.search(r'value="unfavourite"[^>]*aria-pressed="true"', page.html)
    assert 'name="token"' in page.html


async def test_mark_costs_at_most_three_statements(network: Network, sql_budget: SqlBudget) -> None:
    _, bob = await network.people("alice", "bob")
    made = await bob.publish("hello")
    reader = await logged_in(network, "alice")
    (await reader.get("/public/local")).ok()
    with sql_budget(3):
        await reader.send(f"/statuses/{made['id']}", {"do": "favourite"}, **FRAGMENT)


async def test_pin_is_for_ones_own(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    own, other = await alice.publish("mine"), await bob.publish("not mine")
    reader = await logged_in(network, "alice")
    await reader.send(f"/statuses/{own['id']}", {"do": "pin"})
    assert "Pinned message" in (await reader.get("/@alice")).ok()
    assert (await reader.send(f"/statuses/{other['id']}", {"do": "pin"})).status == 422


async def test_deletion_is_asked_about_then_done(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    own, other = await alice.publish("a mistake"), await bob.publish("not mine")
    reader = await logged_in(network, "alice")
    asked = await reader.get(
        f"/statuses/{own['id']}/delete", referer=f"{network.base}/public/local"
    )
    assert "a mistake" in asked.ok()
    back = asked.hidden()["back"]
    assert back == "/public/local"
    sent = await reader.send(f"/statuses/{own['id']}", {"do": "delete", "back": back})
    assert sent.location == back
    assert (await reader.get(f"/@alice/{own['id']}")).status == 404
    # From the message's own page it goes on to the author's: the message's is no more.
    own = await alice.publish("another")
    asked = await reader.get(
        f"/statuses/{own['id']}/delete", referer=f"{network.base}/@alice/{own['id']}"
    )
    assert asked.hidden()["back"] == "/@alice"
    assert (await reader.get(f"/statuses/{other['id']}/delete")).status == 404
    assert (await reader.send(f"/statuses/{other['id']}", {"do": "delete"})).status == 404


async def test_mutes_and_blocks_are_asked_about_then_done(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await bob.publish("hello")
    reader = await logged_in(network, "alice")
    card = (await reader.get("/public/local")).html
    for act, is_so in (("mute", "muting"), ("block", "blocking")):
        path = f"/accounts/{bob.id}/{act}"
        assert f'href="{path}"' in card
        asked = await reader.get(path, referer=f"{network.base}/public/local")
        assert "@bob?" in asked.ok()
        assert f'href="/{act}s"' in asked.html
        fields = {"do": act, "back": asked.hidden()["back"]}
        assert (await reader.send(f"/accounts/{bob.id}", fields)).location == "/public/local"
        told = (await alice.get("/api/v1/accounts/relationships", **{"id[]": bob.id})).ok()[0]
        assert told[is_so] is True
    of_his = f"{network.base}/@bob/{made['id']}"
    asked = await reader.get(f"/accounts/{bob.id}/mute", referer=of_his)
    assert asked.hidden()["back"] == "/@bob"
    for nobody in (alice.id, "1", "x"):
        assert (await reader.get(f"/accounts/{nobody}/block")).status == 404
    assert (await Reader(network).get(f"/accounts/{bob.id}/mute")).status == 303


async def test_votes_are_cast_in_the_card(network: Network) -> None:
    _, bob = await network.people("alice", "bob")
    asked = {"options": ["Tea", "Coffee"], "expires_in": 600}
    made = await bob.publish("Which?", poll=asked)
    reader = await logged_in(network, "alice")
    shown = await reader.get(f"/@bob/{made['id']}")
    assert 'type="radio"' in shown.html
    none = await reader.send(f"/statuses/{made['id']}", {"do": "vote"})
    assert none.status == 422
    fields = {"do": "vote", "choices[]": "1"}
    voted = await reader.send(f"/statuses/{made['id']}", fields, **FRAGMENT)
    assert "Your choice" in voted.ok()
    assert "100%" in voted.text
    again = await reader.send(f"/statuses/{made['id']}", fields)
    assert again.status == 422
    own = await logged_in(network, "bob")
    assert 'type="radio"' not in (await own.get(f"/@bob/{made['id']}")).html
    address = f"/polls/{made['poll']['id']}/receipt"
    assert address in voted.html
    receipt = await reader.get(address)
    assert "Your vote is cast" in receipt.ok()
    assert "Coffee" in receipt.text
    assert (await own.get(address)).status == 404  # who did not vote has none
    end = {"do": "end_poll"}
    assert (await reader.send(f"/statuses/{made['id']}", end)).status == 404
    ended = await own.send(f"/statuses/{made['id']}", end, **FRAGMENT)
    assert "Closed" in ended.ok()
    assert (await own.send(f"/statuses/{made['id']}", end)).status == 404
    (await bob.delete(f"/api/v1/statuses/{made['id']}")).ok()
    assert "Answer 2" in (await reader.get(address)).ok()  # a receipt outlives the message
    plain = await bob.publish("no poll")
    assert (await reader.send(f"/statuses/{plain['id']}", fields)).status == 404


@pytest.mark.parametrize("do", [*MARKS, "vote", "end_poll", "delete"])
async def test_nothing_is_done_with_what_may_not_be_seen(network: Network, do: str) -> None:
    _, bob = await network.people("alice", "bob")
    asked = {"options": ["Tea", "Coffee"], "expires_in": 600}
    made = await bob.publish("a secret", visibility="private", poll=asked)
    reader = await logged_in(network, "alice")
    fields = {"do": do, "choices[]": "0"}
    refused = (await reader.send(f"/statuses/{made['id']}", fields)).refused(404)
    assert (await reader.send("/statuses/1", fields)).refused(404) == refused
    assert "a secret" not in refused
    counts = await seen(bob, made["id"])
    assert (counts["favourites_count"], counts["reblogs_count"]) == (0, 0)
    assert counts["poll"]["votes_count"] == 0


async def test_unknown_acts_are_refused(network: Network) -> None:
    alice = await network.person("alice")
    made = await alice.publish("hello")
    reader = await logged_in(network, "alice")
    for fields in ({}, {"do": "explode"}, {"do": "vote", "choices[]": "x"}):
        assert (await reader.send(f"/statuses/{made['id']}", fields)).status == 422
    assert (await reader.send("/statuses/x", {"do": "favourite"})).status == 404
    visitor = Reader(network)
    assert (await visitor.send(f"/statuses/{made['id']}", {"do": "favourite"})).status == 401
