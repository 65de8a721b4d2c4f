"""The page of notifications: gathered, by kind, put aside, read up to a marker that all devices share."""

import re
from typing import Any

import pytest
from tests.rig.network import Network, Person, SqlBudget
from tests.rig.reader import PageRead, Reader, logged_in

PAGE = "/notifications"


def lines(page: PageRead) -> list[str]:
    """The page's notifications, each as its sentence."""
    found = re.findall(r'<p class="what">(.*?)</p>', page.html, re.DOTALL)
    plain = [" ".join(re.sub(r"<[^>]+>", "", one).split()) for one in found]
    return [re.sub(r"^New: | (now|\d+\S+)$", "", one) for one in plain]


async def popular(network: Network, fans: int) -> tuple[Person, list[Person], dict[str, Any]]:
    alice = await network.person("alice")
    people = [await network.person(f"fan{number}") for number in range(fans)]
    made = await alice.publish("The lamps are lit")
    for one in people:
        (await one.post(f"/api/v1/statuses/{made['id']}/favourite")).ok()
    await network.settle()
    return alice, people, made


async def marker(who: Person) -> int:
    found = (await who.get("/api/v1/markers", timeline=["notifications"])).ok()
    return int(found["notifications"]["last_read_id"]) if found else 0


async def test_nothing_yet(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network, "alice")
    assert "Nothing new" in (await reader.get(PAGE)).ok()
    assert "Rien de nouveau" in (await reader.get(f"{PAGE}?lang=fr")).ok()


async def test_visitors_are_asked_to_log_in(network: Network) -> None:
    assert (await Reader(network).get(PAGE)).location.startswith("/auth/log-in")
    assert (await Reader(network).send(f"{PAGE}/clear")).refused(401)


@pytest.mark.parametrize(
    ("fans", "words"),
    [
        (1, "fan0 favourited your message"),
        (2, "fan1 and fan0 have favourited your message"),
        (3, "fan2, fan1, and fan0 have favourited your message"),
        (4, "fan3, fan2, and 2 other people have favourited your message"),
    ],
)
async def test_alike_are_told_in_one_line(network: Network, fans: int, words: str) -> None:
    await popular(network, fans)
    page = await (await logged_in(network, "alice")).get(PAGE)
    assert lines(page) == [words]
    assert "The lamps are lit" in page.text


async def test_french_counts_people_too(network: Network) -> None:
    await popular(network, 4)
    page = await (await logged_in(network, "alice", "fr")).get(f"{PAGE}?lang=fr")
    assert "et 2 autres personnes ont mis votre message en favori" in page.ok()


async def test_every_kind_says_what_happened(network: Network) -> None:
    alice = await network.person("alice", role="owner")
    bob = await network.person("bob")
    made = await alice.publish("Hello")
    (await bob.post(f"/api/v1/statuses/{made['id']}/reblog")).ok()
    await bob.follow(alice)
    await bob.publish("@alice thank you", in_reply_to_id=made["id"])
    await bob.publish("@alice between us", visibility="direct")
    await bob.publish("@alice hello there")
    (await alice.post(f"/api/v1/accounts/{bob.id}/follow", {"notify": True})).ok()
    (await alice.put(f"/api/v1/statuses/{made['id']}", {"status": "Hello again"})).ok()
    await bob.publish("News of the harbour")
    (await bob.post("/api/v1/reports", {"account_id": alice.id})).ok()
    await network.settle()
    reader = await logged_in(network, "alice")
    page = await reader.get(PAGE)
    told = set(lines(page))
    assert {
        "bob shared your message",
        "bob follows you",
        "bob answered you",
        "bob wrote to you",
        "bob mentioned you",
        "bob published a message",
        "bob reported an account",
    } <= told
    assert "between us" in page.text
    assert "Read the report about @alice" in page.text
    for kind, only in {
        "mentions": {"bob answered you", "bob wrote to you", "bob mentioned you"},
        "shares": {"bob shared your message"},
        "follows": {"bob follows you"},
        "messages": {"bob published a message"},
    }.items():
        assert set(lines(await reader.get(f"{PAGE}?kind={kind}"))) == only
    assert "Nothing of this kind" in (await reader.get(f"{PAGE}?kind=polls")).ok()
    assert set(lines(await reader.get(f"{PAGE}?kind=zzz"))) == told
    member = await logged_in(network, "bob")
    assert "Moderation" not in (await member.get(f"{PAGE}?kind=moderation")).ok()


async def test_reading_moves_the_marker_once_and_forward(network: Network) -> None:
    alice, fans, _ = await popular(network, 1)
    reader = await logged_in(network, "alice")
    await reader.get("/about")
    assert await marker(alice) == 0
    ahead = await reader.get(PAGE, **{"sec-purpose": "prefetch"})
    assert 'class="dot"' in ahead.html
    assert await marker(alice) == 0
    tab = await reader.get(f"{PAGE}?kind=favourites")
    assert 'class="dot"' in tab.html
    assert await marker(alice) == 0  # other kinds may be unread still
    assert 'class="dot"' in (await reader.get(PAGE)).html
    first = await marker(alice)
    assert first > 0
    assert 'class="dot"' not in (await reader.get(PAGE)).html
    await fans[0].follow(alice)
    await network.settle()
    page = await reader.get(PAGE)
    assert page.html.count('class="dot"') == 1
    assert await marker(alice) > first


async def test_what_a_stream_brought_is_read_by_its_page(network: Network) -> None:
    alice, fans, _ = await popular(network, 1)
    reader = await logged_in(network, "alice")
    await reader.get(PAGE)
    first = await marker(alice)
    await fans[0].follow(alice)
    await network.settle()
    newest = await network.db.fetchval("select max(id) from notifications")
    assert (await reader.send(f"{PAGE}/read", {"id": str(newest)})).location == PAGE
    assert await marker(alice) == newest > first
    await reader.send(f"{PAGE}/read", {"id": str(first)})
    assert await marker(alice) == newest  # forward only
    for said in ("", "x", "-1", "9" * 30):
        assert (await reader.send(f"{PAGE}/read", {"id": said})).refused(422)
    assert (await Reader(network).send(f"{PAGE}/read", {"id": "1"})).refused(401)


async def test_reading_twice_asks_little(network: Network, sql_budget: SqlBudget) -> None:
    await popular(network, 3)
    reader = await logged_in(network, "alice")
    await reader.get(PAGE)
    await reader.get(PAGE)
    with sql_budget(2):  # the marker; the unread badge once more
        (await reader.get(PAGE)).ok()


async def test_a_line_is_put_aside_with_all_it_stands_for(network: Network) -> None:
    _, _, made = await popular(network, 3)
    reader = await logged_in(network, "alice")
    page = await reader.get(PAGE)
    ids = re.findall(r'name="id\[\]" value="(\d+)"', page.html)
    assert len(ids) == 3
    sent = await reader.send_all(f"{PAGE}/dismiss", [("id[]", one) for one in ids])
    assert sent.status == 303
    assert "Nothing new" in (await reader.get(PAGE)).ok()
    again = await reader.send_all(f"{PAGE}/dismiss", [("id[]", one) for one in ids])
    assert again.status == 303  # told twice is told once
    assert made["id"]


async def test_nobody_puts_aside_what_is_not_theirs(network: Network) -> None:
    await popular(network, 1)
    page = await (await logged_in(network, "alice")).get(PAGE)
    (id_,) = re.findall(r'name="id\[\]" value="(\d+)"', page.html)
    stranger = await logged_in(network, "fan0")
    for said in (id_, "1", "0", "9" * 30, "x", "-1", ""):
        assert (await stranger.send(f"{PAGE}/dismiss", {"id[]": said})).status in {404, 422}
    assert await network.db.fetchval(
        "select count(*) from notifications where dismissed_at is null"
    )


async def test_all_are_put_aside_after_a_question(network: Network) -> None:
    await popular(network, 2)
    reader = await logged_in(network, "alice")
    assert "Yes, put all aside" in (await reader.get(PAGE)).ok()
    assert (await reader.send(f"{PAGE}/clear")).location == PAGE
    assert "Nothing new" in (await reader.get(PAGE)).ok()
    left = await network.db.fetchval(
        "select count(*) from notifications where dismissed_at is null"
    )
    assert left == 0


async def test_pages_follow_each_other(network: Network) -> None:
    alice = await network.person("alice")
    bob = await network.person("bob")
    for number in range(43):
        await bob.publish(f"@alice number {number:02}")
    await network.settle()
    reader = await logged_in(network, "alice")
    first = await reader.get(f"{PAGE}?kind=mentions")
    second = await reader.get(first.link("next"))
    assert len(lines(first)) == 40
    assert len(lines(second)) == 3
    told = re.findall(r"number (\d\d)", first.text + second.text)
    assert len(set(told)) == 43
    assert "kind=mentions" in second.link("prev")
    assert lines(await reader.get(second.link("prev"))) == lines(first)
    assert await marker(alice) == 0


async def test_live_rows_are_those_of_the_page(network: Network) -> None:
    """What a stream brings is what a reload would show."""
    await popular(network, 1)
    reader = await logged_in(network, "alice")
    page = await reader.get(f"{PAGE}?kind=favourites")
    article = re.search(r"<article class=\"notice card unread\".*?</article>", page.html, re.DOTALL)
    assert article is not None
    assert 'data-kind="favourite"' in article[0]
    assert "data-newest" in page.html


async def test_hostile_names_stay_text(network: Network) -> None:
    alice = await network.person("alice")
    bob = await network.person("bob")
    said = {"display_name": "<b>B&ob</b> {0} %(who)s"}
    (await bob.patch("/api/v1/accounts/update_credentials", said)).ok()
    await bob.follow(alice)
    await network.settle()
    page = await (await logged_in(network, "alice")).get(PAGE)
    assert "&lt;b&gt;B&amp;ob&lt;/b&gt; {0} %(who)s</bdi>" in page.html
    assert "<b>B&ob" not in page.html
