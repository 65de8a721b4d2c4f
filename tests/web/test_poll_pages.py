"""Polls of many kinds on pages, without a script: asked in the composer, voted in by rank, by invitation."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.rig.network import Network, SqlBudget
from tests.rig.reader import Reader, logged_in
from tests.web.writing import newest, publish

from parvis.web.cookies import ZONE

FRAGMENT = {"x-fragment": "1"}


def answers(count: int) -> dict[str, str]:
    return {f"option[{number}]": f"Answer no. {number}" for number in range(count)}


async def end(network: Network) -> None:
    await network.db.fetch("update polls set expires_at = now() - interval '1 s'")
    network.db.slots.bump_all()
    await network.settle()


async def test_lines_are_added_until_there_are_fifty(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    page = await publish(
        reader, "Which?", do="more", **answers(4), kind="ranked", rule_site="a.example"
    )
    assert page.status == 200
    assert page.html.count('name="option[]"') == 10
    for kept in ("Which?", "Answer no. 3", 'value="ranked" selected', 'value="a.example"'):
        assert kept in page.html
    page = await publish(reader, do="more", **answers(44), **{"option[48]": ""})
    assert page.html.count('name="option[]"') == 50
    assert "data-more" not in page.html
    page = await publish(reader, "Which?", **answers(51))
    assert page.status == 422
    assert "A poll has at most 50 answers." in page.text
    assert page.html.count('name="option[]"') == 51  # nothing that was written is lost


async def test_poll_ends_by_the_writers_clock_and_says_who_may_vote(network: Network) -> None:
    alice = await network.person("alice")
    (await alice.post("/api/v1/lists", {"title": "Club"})).ok()
    reader = await logged_in(network)
    assert "Club" in (await reader.get("/publish")).html
    reader.cookies[ZONE] = "Asia/Tokyo"
    there = (datetime.now(UTC) + timedelta(days=2, hours=9)).replace(
        tzinfo=None, second=0, microsecond=0
    )
    rules = {"rule_age": "30", "rule_followers": "1", "rule_email": "@school.example"}
    fields: dict[str, Any] = {
        **answers(2),
        **rules,
        "ends_at": there.isoformat(),
        "changeable": "1",
    }
    kept = await publish(reader, "Which?", do="draft", **fields)
    found = re.search(r'href="(/publish\?draft=\d+)"', (await reader.get(kept.location)).html)
    assert found
    draft = await reader.get(found[1])
    for typed in (there.isoformat(), "school.example", 'value="30"'):
        assert typed in draft.html
    assert (await publish(reader, "Which?", **fields)).location
    made = (await newest(alice))["poll"]
    ends = (there - timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M:00.000Z")
    assert (made["expires_at"], made["changeable"]) == (ends, True)
    shown = await reader.get((await publish(reader, "Which?", **fields)).location)
    assert (
        "Only these may vote: accounts that were 30 days old when it opened; followers of the author; "
        "accounts with a confirmed e-mail address at school.example."
    ) in shown.text


async def test_what_is_wrong_is_said_beside_the_poll(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    for fields, said in (
        ({"ends_at": "someday"}, "open for a minute at least, a year at most"),
        ({"ends_at": "2001-01-01T10:00"}, "open for a minute at least, a year at most"),
        ({"rule_age": "0"}, "age of accounts in days"),
        ({"rule_site": "https://example.org/"}, "name of a site alone"),
        ({"rule_email": "me@example.org"}, "what follows the @"),
        ({"rule_list": "12"}, "Nobody on this list could vote"),
        ({"rule_invitations": "1001"}, "1 to 1,000 invitations"),
    ):
        page = await publish(reader, "Which?", **answers(2), **fields)
        assert (page.status, said in page.text) == (422, True), (fields, page.text)
    assert await network.db.fetchval("select count(*) from statuses") == 0


async def test_answers_are_ranked_by_numbers(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    poll = {"options": ["Tea", "Coffee", "Water"], "expires_in": 600, "kind": "ranked"}
    made = await bob.publish("Which?", poll=poll, visibility="private")
    reader = await logged_in(network, "alice")
    path = f"/statuses/{made['id']}"
    assert (await reader.get(f"/@bob/{made['id']}")).status == 404
    for person in (alice, carol):
        await person.follow(bob)
    page = await reader.get(f"/@bob/{made['id']}")
    assert 'name="rank[2]"' in page.html
    for ranks, said in (
        (("1", "1", ""), "Give each rank to one answer only"),
        (("first", "", ""), "Give each rank to one answer only"),
        (("", "", ""), "Choose an answer first"),
    ):
        fields = {f"rank[{place}]": rank for place, rank in enumerate(ranks)}
        assert said in (await reader.send(path, {"do": "vote", **fields})).refused(422)
    fields = {"rank[0]": "7", "rank[2]": "3", "rank[1]": " "}
    voted = await reader.send(path, {"do": "vote", **fields}, **FRAGMENT)
    assert "Your rank 1" in voted.text
    (await carol.post(f"/api/v1/polls/{made['poll']['id']}/votes", {"choices": [2]})).ok()
    rounds = f"/polls/{made['poll']['id']}/rounds"
    assert (await reader.get(rounds)).status == 404  # not before the end
    await end(network)
    page = await reader.get(f"/@bob/{made['id']}")
    assert "Elected in 1 round: Water" in page.text
    assert "No answer left" in (await reader.get(rounds)).text
    assert (await Reader(network).get(rounds)).status == 404


async def test_invitation_is_opened_used_and_votes(network: Network) -> None:
    _, bob = await network.people("alice", "bob")
    poll = {"options": ["Tea", "Coffee"], "expires_in": 600, "rules": {"invitations": 2}}
    made = await bob.publish("Which?", poll=poll)
    page, path = f"/@bob/{made['id']}", f"/polls/{made['poll']['id']}/invitations"
    author, reader = await logged_in(network, "bob"), await logged_in(network, "alice")
    assert path in (await author.get(page)).html
    assert path not in (await reader.get(page)).html
    assert (await reader.get(path)).status == 404
    links = re.findall(r"/polls/invitations/[\w-]+", (await author.get(path)).html)
    assert len(links) == 2
    voting = {"do": "vote", "choices[]": "0"}
    refused = await reader.send(
        f"/statuses/{made['id']}", voting, referer=f"{network.base}/public/local"
    )
    assert "Only those who used an invitation vote in this poll" in refused.refused(403)
    assert f'href="/public/local#s{made["id"]}"' in refused.html  # back to the poll
    result = f"/polls/{made['poll']['id']}"
    for place in (page, result, f"/fragments/statuses?ids={made['id']}"):  # told before they try
        told = await reader.get(place)
        assert "Only those who used an invitation vote in this poll" in told.ok()
        assert 'value="vote"' not in told.html
    assert "Only those who used" not in (await Reader(network).get(page)).ok()
    assert (await Reader(network).get(links[0])).status == 303  # to log in first
    assert "Use the invitation" in (await reader.get(links[0])).text
    assert (await reader.send(links[0], {})).location == page
    assert "You may vote" in (await reader.get(links[0])).text
    assert 'value="vote"' in (await reader.get(page)).html
    assert "a link to hand out" in (await author.get(links[1])).text
    assert (await reader.send(f"/statuses/{made['id']}", voting)).status == 303
    assert "1 of 2 are used" in (await author.get(path)).text
    assert (await reader.get("/polls/invitations/none")).status == 404


async def test_vote_is_changed_in_the_card(network: Network) -> None:
    _, bob = await network.people("alice", "bob")
    poll = {"options": ["Tea", "Coffee"], "expires_in": 600, "changeable": True}
    made = await bob.publish("Which?", poll=poll)
    reader = await logged_in(network, "alice")
    path = f"/statuses/{made['id']}"
    voted = await reader.send(path, {"do": "vote", "choices[]": "0"}, **FRAGMENT)
    assert "Change your vote" in voted.ok()
    assert re.search(r'value="0" required checked', voted.html)
    await end(network)
    assert "Change your vote" not in (await reader.get(f"/@bob/{made['id']}")).html


async def test_lists_tell_the_rule_in_place_of_the_vote(
    network: Network, sql_budget: SqlBudget
) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await carol.follow(alice)
    await bob.follow(carol)
    poll = {"options": ["yes", "no"], "expires_in": 600, "rules": {"followers": True}}
    made = await alice.publish("Well? #club", poll=poll)
    path = f"/api/v1/statuses/{made['id']}"
    (await carol.post(f"{path}/reblog")).ok()
    for one in (bob, carol):
        (await one.post(f"{path}/bookmark")).ok()
    await network.settle()
    rule, vote = "Only followers of the author vote in this poll.", 'value="vote"'
    lists = ("/home", "/public", "/public/local", "/tags/club", "/@alice", "/@carol", "/bookmarks")
    reader, other = await logged_in(network, "bob"), await logged_in(network, "carol")
    for place in (*lists, "/search?q=well&type=messages"):
        page = await reader.get(place)
        assert (rule in page.text, vote in page.html) == (True, False), place
    for place in lists[1:]:
        page = await other.get(place)
        assert (rule in page.text, vote in page.html) == (False, True), place
    with sql_budget(1):  # only where there is such a poll
        await reader.get("/public/local")
    await alice.post(f"/api/v1/accounts/{bob.account_id}/follow")
    await bob.follow(alice)
    assert vote in (await reader.get("/public/local")).html  # whoever may by now is asked
    await end(network)
    assert rule not in (await other.get("/public/local")).text
    await reader.get("/public/local")
    with sql_budget(0):
        await reader.get("/public/local")
