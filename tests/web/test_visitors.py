"""The public pages in detail: front and about, tabs of an account, a thread's date, words of help."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from tests.rig.network import Network, Person
from tests.rig.pictures import plain
from tests.rig.reader import Reader, logged_in

from parvis.domain.network import rules, settings
from parvis.domain.network.numbers import Counted
from parvis.infra.clock import now
from parvis.web.locales import locale_of


async def pictured(person: Person, status: str, **how: Any) -> dict[str, Any]:
    form = {"file": io.BytesIO(plain()), "description": "Boats at rest"}
    made = (await person.call("POST", "/api/v2/media", data=form)).json
    await person.network.settle()
    return await person.publish(status, media_ids=[made["id"]], **how)


async def test_how_to_join_is_told_to_visitors_alone(network: Network) -> None:
    await network.person("alice")
    assert "How to join" in (await Reader(network).get("/about")).ok()
    reader = await logged_in(network, "alice")
    assert "How to join" not in (await reader.get("/about")).ok()


async def test_front_tells_who_runs_it_and_how_large_it_is(network: Network) -> None:
    anouk = await network.person("anouk", role="owner")
    await anouk.publish("hello")
    await network.db.run(
        settings.change, contact_account_id=anouk.account_id, thumbnail="site/picture.webp"
    )
    await network.db.run(rules.add_rule, "Be kind")
    network.db.kept(Counted).forget()
    page = await Reader(network).get("/")
    for words in ("1 member", "1 message", "run by anouk", "1 rule"):
        assert words in page.ok()
    assert re.search(r'<img class="banner" src="[^"]*site/picture.webp" alt=""', page.html)
    assert 'property="og:image"' in page.html


async def test_about_names_the_staff_in_order(network: Network) -> None:
    await network.person("mona", role="moderator")
    await network.person("anouk", role="owner")
    gone = await network.person("ghost", role="admin")
    await network.person("bob")
    await network.db.fetch(
        "update accounts set suspended_at = now() where id = $1", gone.account_id
    )
    network.db.slots.bump_all()
    page = await Reader(network).get("/about")
    staff = page.html.partition('id="staff"')[2].partition("</section>")[0]
    assert re.findall(r'href="/@(\w+)"', staff) == ["anouk", "mona"]
    assert "Owner" in staff
    assert "Moderator" in staff
    assert "3 members" in page.text


async def test_tabs_of_an_account(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    first = await bob.publish("first of bob")
    await alice.publish("said to all")
    await alice.publish("@bob said in reply", in_reply_to_id=first["id"])
    await pictured(alice, "with a picture")
    await pictured(alice, "veiled", sensitive=True)
    warned = await pictured(alice, "veiled too", spoiler_text="Careful <here>")
    await pictured(alice, "for few", visibility="private")
    reader = Reader(network)
    opened = (await reader.get("/@alice")).ok()
    assert "said in reply" not in opened
    replies = await reader.get("/@alice/with_replies")
    assert "said in reply" in replies.ok()
    assert 'href="/@alice/with_replies" aria-current="page"' in replies.html
    assert 'content="noindex' in replies.html
    media = await reader.get("/@alice/media")
    gallery = media.html.partition('class="gallery"')[2].partition("</ul>")[0]
    assert gallery.count("<li>") == 3
    assert media.html.count('alt="Boats at rest"') == 1
    assert "Careful &lt;here&gt;" in media.html
    assert warned["media_attachments"][0]["preview_url"] not in media.html
    assert "for few" not in media.html


async def test_message_page_tells_its_date_once(network: Network) -> None:
    alice = await network.person("alice")
    made = await alice.publish("hello")
    page = await Reader(network).get(f"/@alice/{made['id']}")
    article = page.html.partition("<article")[2].partition("</article>")[0]
    assert article.count("<time") == 1
    assert "UTC" in article


async def test_shares_of_several_choices_are_explained(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    asked = {"options": ["Tea", "Coffee"], "multiple": True, "expires_in": 600}
    made = await alice.publish("Which?", poll=asked)
    (await bob.post(f"/api/v1/polls/{made['poll']['id']}/votes", {"choices": [0, 1]})).ok()
    page = await Reader(network).get(f"/@alice/{made['id']}")
    assert page.text.count("100%") == 3  # each option, and the explanation
    assert "may add up to more than 100%" in page.text
    french = await Reader(network, "fr").get(f"/@alice/{made['id']}")
    assert "peut dépasser 100\u202f%" in french.html


@pytest.mark.parametrize(
    ("minutes", "english", "french"),
    [
        (0.5, "now", "à l’instant"),
        (1, "1m", "1\u202fmin"),
        (59.9, "59m", "59\u202fmin"),
        (60, "1h", "1\u202fh"),
        (90, "1h", "1\u202fh"),
        (23 * 60 + 59, "23h", "23\u202fh"),
        (24 * 60, "1d", "1\u202fj"),
        (7 * 1_440 - 1, "6d", "6\u202fj"),
    ],
)
def test_ages_are_whole(minutes: float, english: str, french: str) -> None:
    moment = now() - timedelta(minutes=minutes, seconds=1)
    for code, said in (("en", english), ("fr", french)):
        shown = re.search(r">([^<]*)</time>", locale_of(code).ago(moment))
        assert shown
        assert shown[1] == said


async def test_nothing_there_helps_to_find_it(network: Network) -> None:
    page = await Reader(network, "fr").get("/nothing")
    assert 'role="search" action="/search"' in page.html
    assert "Que cherchez-vous" in page.text
    assert page.headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize(
    ("code", "words"), [("en", "Back in a moment"), ("fr", "De retour dans un instant")]
)
@pytest.mark.parametrize("place", ["settings", "page"])
async def test_while_the_database_is_away(
    network: Network, monkeypatch: pytest.MonkeyPatch, code: str, words: str, place: str
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise ConnectionRefusedError("secret of the machine")

    target = (
        "parvis.web.door.network.read"
        if place == "settings"
        else "parvis.web.pages.front.show_public"
    )
    await network.db.run(settings.change, accent="#1d4ed8")
    await Reader(network).get("/")
    monkeypatch.setattr(target, away)
    page = await Reader(network, code).get("/")
    assert words in page.refused(503)
    # In the network's own colour, as it was known last.
    sheet = page.html.split('href="/look.css?')[1].partition('"')[0]
    assert "--accent:#1d4ed8" in (await Reader(network).get(f"/look.css?{sheet}")).html
    assert 'rel="icon" href="/look.svg?' in page.html
    assert page.headers["retry-after"] == "5"
    assert page.headers["cache-control"] == "no-store"
    assert '<meta http-equiv="refresh" content="5">' in page.html
    assert "secret of the machine" not in page.html
    sent = await Reader(network, code).send("/auth/log-in", {"name": "x", "password": "y"})
    assert "refresh" not in sent.html


async def test_a_fault_of_ours_says_so_in_both_languages(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret of the machine")

    await network.person("alice")
    member = Reader(network)
    await member.log_in("alice")
    for target in ("parvis.web.pages.front.show_public", "parvis.web.door.network.read"):
        monkeypatch.setattr(target, broken)
        for code, words in (("en", "Something went wrong on our side"), ("fr", "de notre côté")):
            for reader in (Reader(network, code), member):
                page = await reader.get("/", **{"accept-language": code})
                assert page.refused(500)
                assert reader is member or words in page.text
                assert page.text.count("secret of the machine") == 0
                assert page.headers["cache-control"] in {"no-store", "private, no-cache"}
                assert 'href="/"' in page.html  # a way on


async def test_names_of_every_kind_fit(network: Network) -> None:
    """Ten thousand words are no name; emoji alone and words from right to left are."""
    alice = await network.person("alice")
    long = await alice.patch(
        "/api/v1/accounts/update_credentials", {"display_name": "word " * 10_000}
    )
    assert long.status == 422
    for name in (
        "\U0001f600\U0001f44d\U0001f3fd",
        "\u05e9\u05dc\u05d5\u05dd",
        "\u202eevil\u202c",
        "<b>",
    ):
        (await alice.patch("/api/v1/accounts/update_credentials", {"display_name": name})).ok()
        page = await Reader(network).get("/@alice")
        assert page.status == 200
        assert re.search(r"<h1><bdi>[^<]", page.html)


async def test_visitors_find_search_and_the_directory(network: Network) -> None:
    reader = Reader(network)
    for page in ("/", "/about", "/tags/sea"):
        html = (await reader.get(page)).html
        assert 'href="/search"' in html
        assert 'href="/directory"' in html
    assert (await reader.get("/directory")).html.count('rel="canonical"') == 1
