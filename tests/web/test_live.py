"""What open pages are told while they are open: the very cards that a reload would show."""

import asyncio
import re
from functools import partial
from typing import Any

import pytest
from tests.rig.network import Network
from tests.rig.reader import Reader, logged_in
from tests.web.ears import hearing

from parvis.domain.access import sessions
from parvis.domain.network.announcements import (
    AnnouncementDraft,
    announce,
    change_announcement,
    remove_announcement,
)
from parvis.domain.wakes import wakes
from parvis.doors.streams import streams as limits
from parvis.doors.streams.listener import Listener
from parvis.infra.slots import Fact, slot_of
from parvis.web.cookies import SESSION
from parvis.web.live import PageVoice

TOKEN = re.compile(r'name="token" value="(\w+)"')


def without_tokens(html: str) -> str:
    """Tokens are masked anew for each page."""
    return TOKEN.sub("", html).strip()


async def test_home_is_told_the_card_that_a_reload_shows(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await bob.follow(alice)
    bobs = await logged_in(network, "bob")
    async with hearing(bobs, "on=home") as ear:
        made = await alice.publish(
            "hello\nworld <b>", poll={"options": ["a", "b"], "expires_in": 600}
        )
        await network.settle()
        told = await ear.next()
        assert told is not None
        assert told.event == "status"
        assert f'id="s{made["id"]}"' in told.said
        assert "world &lt;b&gt;" in told.said
        page = await bobs.get(f"/fragments/statuses?ids={made['id']}")
        assert without_tokens(told.said) == without_tokens(page.html)
        sent = TOKEN.search(told.said)
        assert sent is not None
        marked = {"token": sent[1], "do": "favourite"}
        assert (await bobs.send(f"/statuses/{made['id']}", marked)).status == 303
        await network.settle()

        (await alice.put(f"/api/v1/statuses/{made['id']}", {"status": "edited"})).ok()
        await network.settle()
        told = await ear.next()
        assert told is not None
        assert (told.event, "edited" in told.said) == ("edit", True)
        (await alice.delete(f"/api/v1/statuses/{made['id']}")).ok()
        await network.settle()
        told = await ear.next()
        assert told is not None
        assert (told.event, told.said) == ("delete", made["id"])


async def test_each_reads_in_their_language_and_with_their_own_marks(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("hello")
    (await bob.post(f"/api/v1/statuses/{made['id']}/favourite")).ok()
    await network.settle()
    readers = [
        Reader(network),
        Reader(network, "fr"),
        await logged_in(network, "alice"),
        await logged_in(network, "bob"),
        await logged_in(network, "bob"),
    ]
    async with (
        hearing(readers[0], "on=local") as one,
        hearing(readers[1], "on=local") as two,
        hearing(readers[2], "on=local") as three,
        hearing(readers[3], "on=local&on=home") as four,
        hearing(readers[4], "on=local") as five,
    ):
        (await alice.put(f"/api/v1/statuses/{made['id']}", {"status": "edited"})).ok()
        await network.settle()
        for ear, reader in zip((one, two, three, four, five), readers, strict=True):
            told = await ear.next()
            assert told is not None
            assert told.event == "edit"
            shown = (await reader.get(f"/fragments/statuses?ids={made['id']}")).html
            assert without_tokens(told.said) == without_tokens(shown)
            await ear.silence()  # though two channels tell it


async def test_notifications_come_with_their_number(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("hello")
    await network.settle()
    alices = await logged_in(network, "alice")
    async with hearing(alices, "on=home&on=notifications") as ear:
        (await bob.post(f"/api/v1/statuses/{made['id']}/favourite")).ok()
        await network.settle()
        row, badge = await ear.next(), await ear.next()
        assert row is not None
        assert badge is not None
        assert (row.event, "@bob" in row.said) == ("notification", True)
        assert (badge.event, badge.said) == ("badge", "1")
        # Read in an app, or put aside in another tab: the number follows.
        newest = (await alice.get("/api/v1/notifications")).ok()[0]["id"]
        (await alice.post("/api/v1/markers", {"notifications": {"last_read_id": newest}})).ok()
        await network.settle()
        badge = await ear.next()
        assert badge is not None
        assert (badge.event, badge.said) == ("badge", "0")
        for path in (f"/api/v1/notifications/{newest}/dismiss", "/api/v1/notifications/clear"):
            (await alice.post(path)).ok()
            await network.settle()
            badge = await ear.next()
            assert badge is not None
            assert (badge.event, badge.said) == ("badge", "0")
        await ear.silence()


async def test_a_page_that_is_no_timeline_is_told_of_what_it_shows(network: Network) -> None:
    alice, _ = await network.people("alice", "bob")
    shown, gone = await alice.publish("first"), await alice.publish("second")
    hidden = await alice.publish("mine", visibility="direct")
    bobs = await logged_in(network, "bob")
    cards = ",".join(one["id"] for one in (shown, gone, hidden))
    async with hearing(bobs, f"on=notifications&cards={cards}") as ear:
        await alice.publish("another")
        (await alice.put(f"/api/v1/statuses/{hidden['id']}", {"status": "still mine"})).ok()
        (await alice.delete(f"/api/v1/statuses/{hidden['id']}")).ok()
        (await alice.put(f"/api/v1/statuses/{shown['id']}", {"status": "edited <i>"})).ok()
        (await alice.delete(f"/api/v1/statuses/{gone['id']}")).ok()
        await network.settle()
        told = [await ear.next(), await ear.next()]
    by_event = {one.event: one.said for one in told if one is not None}
    assert by_event["delete"] == gone["id"]
    assert "edited &lt;i&gt;" in by_event["edit"]
    page = await bobs.get(f"/fragments/statuses?ids={shown['id']}")
    assert without_tokens(by_event["edit"]) == without_tokens(page.html)


async def test_what_is_asked_wrongly_is_refused(network: Network) -> None:
    await network.people("alice", "bob")
    alices, visitor = await logged_in(network, "alice"), Reader(network)
    bob_id = await network.db.fetchval("select id from accounts where username = 'bob'")
    list_id = await network.db.fetchval(
        "insert into lists (account_id, title) values ($1, 'x') returning id", bob_id
    )
    for query in ("", "on=", "on=nonsense", "on=tag:", "on=tag:%23", "on=list:x", "on=home:1"):
        assert (await alices.get(f"/live?{query}")).status == 422, query
    assert (await alices.get("/live?" + "&".join(f"on=tag:{n}" for n in range(9)))).status == 422
    assert (await alices.get(f"/live?on=tag:{'x' * 300}")).status == 422
    assert (await alices.get("/live?on=%00")).status == 400
    assert (await alices.get(f"/live?on=list:{list_id}")).status == 404
    for since in ("x", "-1", "9" * 19, "9" * 400, "%C2%B2"):
        assert (await alices.get(f"/live?on=home&since={since}")).status == 422, since
    for age in ("x", "-1", "1.5", "9" * 20):
        assert (await alices.get(f"/live?on=home&age={age}")).status == 422, age
    for cards in ("x", "1,", ",".join(map(str, range(1, 82)))):
        assert (await alices.get(f"/live?on=home&cards={cards}")).status == 422, cards
    assert (await visitor.get("/live?on=local&cards=1")).status == 401
    for on in ("home", "public", "notifications", "tag:x", f"list:{list_id}", "nonsense"):
        assert (await visitor.get(f"/live?on={on}")).status == 401, on
    assert (await visitor.head("/live?on=local")).status == 200
    for ids in ("", "x", "1,", ",".join(["1"] * 41)):
        assert (await alices.get(f"/fragments/statuses?ids={ids}")).status == 422, ids
    assert (await alices.get("/fragments/statuses?ids=12")).ok() == ""
    assert not network.app.streams.by_channel


async def test_stream_ends_with_the_session(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    alices, bobs, carols = [await logged_in(network, one.username) for one in (alice, bob, carol)]
    async with (
        hearing(alices, "on=home") as one,
        hearing(bobs, "on=home") as two,
        hearing(carols, "on=home") as three,
    ):
        await network.db.run(sessions.end, alices.cookies[SESSION])
        await network.db.fetch(
            "update accounts set suspended_at = now() where id = $1", bob.account_id
        )
        network.db.slots.bump({slot_of(Fact.LOGIN, bob.user_id)})
        await network.db.run(sessions.end_all, carol.user_id)
        for ear in (one, two, three):  # though nobody runs the worker or rings the bus
            told = await ear.next(2)
            assert told is not None
            assert told.event == "end"
            assert await ear.next(2) is None
    assert (await alices.get("/live?on=home")).status == 401
    assert (await bobs.get("/live?on=home")).status == 403
    assert not network.app.streams.by_channel


async def test_a_stream_that_broke_off_goes_on_where_it_was(network: Network) -> None:
    alice = await network.person("alice")
    visitor = Reader(network)
    async with hearing(visitor, "on=local") as ear:
        await alice.publish("first")
        await network.settle()
        first = await ear.next()
        assert first is not None
    missed = [await alice.publish(word) for word in ("second", "third")]
    await alice.publish("not yours", visibility="private")
    await network.settle()
    for how in ({"query": f"on=local&since={first.id}"}, {"query": "on=local"}):
        headers = {} if "since" in how["query"] else {"last-event-id": str(first.id)}
        async with hearing(visitor, how["query"], **headers) as ear:
            for made in missed:
                told = await ear.next()
                assert told is not None
                assert f'id="s{made["id"]}"' in told.said
            await ear.silence()
            fourth = await alice.publish("fourth")
            await network.settle()
            told = await ear.next()
            assert told is not None
            assert f'id="s{fourth["id"]}"' in told.said
            missed.append(fourth)


async def test_what_came_since_the_page_was_asked_for_is_told(network: Network) -> None:
    """Also on pages with nothing on them yet."""
    alice, bob = await network.people("alice", "bob")
    await bob.follow(alice)
    await network.settle()
    visitor, bobs = Reader(network), await logged_in(network, "bob")
    pages = {"local": (visitor, "/"), "home": (bobs, "/home"), "tag:sea": (bobs, "/tags/sea")}
    for on, (reader, path) in pages.items():
        assert f'data-live="{on}"' in (await reader.get(path)).html
    made = await alice.publish("hello @bob #sea")
    await network.settle()
    for on, (reader, _) in pages.items():
        async with hearing(reader, f"on={on}&age=300") as ear:
            told = await ear.next()
            assert told is not None
            assert (told.event, f'id="s{made["id"]}"' in told.said) == ("status", True)
    # What is older than the page stands on it.
    await network.db.fetch("update wakes set created_at = now() - interval '5 s'")
    async with hearing(bobs, "on=home&on=notifications&age=300") as ear:
        await ear.silence()
    async with hearing(bobs, "on=home&on=notifications&age=4000") as ear:
        told = [await ear.next() for _ in range(4)]
        events = {"relation", "status", "notification", "badge"}
        assert {one.event for one in told if one} == events


async def test_what_a_reader_wants_opened_comes_open(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await bob.follow(alice)
    await network.settle()
    bobs = await logged_in(network, "bob")
    wants = {"visibility": "public", "media": "default", "expands_warnings": "true"}
    assert (await bobs.send("/settings/preferences", wants)).location
    async with hearing(bobs, "on=home") as ear:
        await alice.publish("at once", spoiler_text="Careful")
        await network.settle()
        told = await ear.next()
        assert told is not None
        assert '<details open class="warning"><summary dir="auto">Careful' in told.said


async def test_announcements_appear_until_they_are_put_away(network: Network) -> None:
    await network.person("alice")
    alices, visitor = await logged_in(network, "alice"), Reader(network)
    assert 'data-live="announcements"' in (await alices.get("/home")).html
    async with (
        hearing(alices, "on=home&on=announcements") as member,
        hearing(visitor, "on=announcements") as stranger,
    ):
        id_ = await network.db.run(announce, AnnouncementDraft(text="We meet at https://a.example"))
        await network.settle()
        for ear, may_put_away in ((member, True), (stranger, False)):
            told = await ear.next()
            assert told is not None
            assert told.event == "announcement"
            assert f'id="announced-{id_}"' in told.said
            assert ("/dismiss" in told.said) == may_put_away
        await alices.send(f"/announcements/{id_}/dismiss")
        later = AnnouncementDraft(text="We meet an hour later")
        await network.db.run(change_announcement, id_, later)
        await network.settle()
        told = await stranger.next()
        assert told is not None
        assert "an hour later" in told.said
        await member.silence()
        await network.db.run(change_announcement, id_, later, is_news=True)
        await network.settle()
        for ear in (member, stranger):
            told = await ear.next()
            assert told is not None
            assert "an hour later" in told.said
        await network.db.run(remove_announcement, id_)
        draft = await network.db.run(announce, AnnouncementDraft(text="x", is_published=False))
        await network.db.run(remove_announcement, draft)
        await network.settle()
        for ear in (member, stranger):
            told = await ear.next()
            assert told is not None
            assert (told.event, told.said) == ("unannounced", str(id_))
            await ear.silence()


async def test_who_is_too_far_behind_reloads(network: Network) -> None:
    alice = await network.person("alice")
    await alice.publish("long ago")
    await network.settle()
    first = await wakes.last(network.db)
    await network.db.fetch("update wakes set created_at = now() - interval '1 hour'")
    for word in ("one", "two"):
        await alice.publish(word)
        await network.settle()
    await wakes.sweep(network.db)
    last = await wakes.last(network.db)
    for since in (first - 1, first, last + 5):
        async with hearing(Reader(network), f"on=local&since={since}") as ear:
            told = await ear.next()
            assert told is not None
            assert (told.event, told.id) == ("reload", last), since
            await ear.silence()
    async with hearing(Reader(network), f"on=local&since={last}") as ear:
        await ear.silence()


async def test_visitors_have_their_places_and_members_theirs(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    await network.person("alice")
    alices = await logged_in(network, "alice")
    monkeypatch.setattr(limits, "MOST_OF_ADDRESS", 2)
    visitor = Reader(network)
    hear = partial(hearing, visitor, "on=local")
    async with hear(), hear():
        assert (await visitor.get("/live?on=local")).status == 429
        async with hearing(alices, "on=local"):
            pass
    monkeypatch.setattr(limits, "MOST_VISITORS", 1)
    while network.app.streams.count:  # noqa: ASYNC110 - until the server sees that nobody listens
        await asyncio.sleep(0.01)
    async with hear():
        assert (await visitor.get("/live?on=local")).status == 429
        async with hearing(alices, "on=home&on=notifications"):
            pass


async def test_a_crowd_of_readers_costs_one_rendering(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500 of one language and standing: one card, a handful of statements."""
    alice = await network.person("alice")
    rendered: list[str] = []
    templates = network.app.web.templates
    render = templates.render
    async with hearing(Reader(network), "on=local") as ear:
        (listener,) = network.app.streams.by_channel["public:local", 0]
        crowd = network.app.streams.by_channel["public:local", 0]
        voice = listener.voice
        assert isinstance(voice, PageVoice)
        others = [Listener(PageVoice(voice.visit), None, network.db.slots) for _ in range(500)]
        for other in others:
            other.channels = dict(listener.channels)
        crowd.update(others)

        def counted(name: str, *rest: Any) -> str:
            rendered.append(name)
            return render(name, *rest)

        monkeypatch.setattr(templates, "render", counted)
        await alice.publish("hello")
        await network.settle()
        told = await ear.next()
        crowd.difference_update(others)
    assert told is not None
    assert rendered == ["live/card.html"]
    assert len({id(other.waiting[0][1]) for other in others}) == 1
