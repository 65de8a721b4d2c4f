"""What pages say of themselves to messengers and search engines; and what they keep to themselves."""

import html
import io
import json
import re
from typing import Any

import pytest
from tests.rig.network import Network, Person
from tests.rig.pictures import plain
from tests.rig.reader import PageRead, Reader, logged_in
from tests.web.conftest import OpenPage

from parvis.domain.network import settings
from parvis.web import heads


def metas(page: PageRead) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(
        r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', page.html
    ):
        found.setdefault(name, []).append(html.unescape(value))
    return found


def links(page: PageRead, rel: str) -> list[dict[str, str]]:
    every = [
        dict(re.findall(r'(\w+)="([^"]*)"', tag)) for tag in re.findall(r"<link[^>]*>", page.html)
    ]
    return [one for one in every if one.get("rel") == rel]


def data(page: PageRead) -> dict[str, Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.html)
    assert len(found) == 1
    return json.loads(found[0])


async def findable(network: Network, name: str, **fields: Any) -> Person:
    person = await network.person(name)
    told = {"indexable": True, "discoverable": True, **fields}
    (await person.patch("/api/v1/accounts/update_credentials", told)).ok()
    return person


async def pictured(person: Person, status: str, **how: Any) -> dict[str, Any]:
    form = {"file": io.BytesIO(plain(1_000, 600)), "description": "Boats <at> rest"}
    made = (await person.call("POST", "/api/v2/media", data=form)).json
    await person.network.settle()
    return await person.publish(status, media_ids=[made["id"]], **how)


async def test_card_of_a_status(network: Network) -> None:
    alice = await findable(network, "alice", display_name='Alice "A" <b>')
    made = await pictured(alice, "The harbour at six #sea\n\nand more", language="en")
    page = await Reader(network).get(f"/@alice/{made['id']}")
    said = metas(page)
    address = f"{network.base}/@alice/{made['id']}"
    assert said["og:type"] == ["article"]
    assert said["og:url"] == [address]
    assert said["og:title"] == ['Alice "A" <b> on Parvis']
    assert said["og:description"] == ["The harbour at six #sea and more"]
    assert said["og:locale"] == ["en_US"]
    assert said["article:published_time"] == [made["created_at"]]
    assert said["article:tag"] == ["sea"]
    assert said["og:image"] == [made["media_attachments"][0]["url"]]
    assert said["og:image:alt"] == said["twitter:image:alt"] == ["Boats <at> rest"]
    assert said["og:image:width"] == ["1000"]
    assert said["twitter:card"] == ["summary_large_image"]
    assert said["fediverse:creator"] == [f"alice@{network.app.addresses.domain}"]
    assert "robots" not in said
    assert "x-robots-tag" not in page.headers
    assert links(page, "canonical")[0]["href"] == address
    french = metas(await Reader(network, "fr").get(f"/@alice/{made['id']}"))
    assert french["og:locale"] == ["fr_FR"]


@pytest.mark.parametrize("how", [{"spoiler_text": "Ending of the film"}, {"sensitive": True}])
async def test_what_is_warned_of_stays_out_of_previews(
    network: Network, how: dict[str, Any]
) -> None:
    alice = await findable(network, "alice")
    made = await pictured(alice, "hidden words #hidden", **how)
    page = await Reader(network).get(f"/@alice/{made['id']}")
    head = page.html.partition("<body")[0]
    picture = made["media_attachments"][0]
    assert picture["url"] not in head
    assert picture["preview_url"] not in head
    assert "Boats" not in head
    assert "og:image" not in head
    if "spoiler_text" in how:
        assert "hidden" not in head
        assert metas(page)["og:description"] == ["Ending of the film"]
        assert data(page)["text"] == "Ending of the film"


async def test_sensitized_accounts_show_no_picture_in_previews(network: Network) -> None:
    alice = await findable(network, "alice")
    made = await pictured(alice, "hello")
    await network.db.fetch("update accounts set sensitized_at = now()")
    network.db.slots.bump_all()
    for path in ("/@alice", f"/@alice/{made['id']}"):
        assert "og:image" not in (await Reader(network).get(path)).html


async def test_posting_with_its_answers(network: Network) -> None:
    alice = await findable(network, "alice")
    bob = await findable(network, "bob", display_name="Bob")
    carol = await network.person("carol")  # not to be found by search
    hostile = "</script><script>alert(1)</script> <!-- & \u2028 end"
    made = await alice.publish(hostile)
    for person, words, how in (
        (bob, "@alice a public answer", {}),
        (bob, "@alice secret-answer", {"visibility": "direct"}),
        (bob, "@alice spoilt-answer", {"spoiler_text": "careful"}),
        (carol, "@alice unlisted-person", {}),
    ):
        await person.publish(words, in_reply_to_id=made["id"], **how)
    page = await Reader(network).get(f"/@alice/{made['id']}")
    told = data(page)
    assert told["@type"] == "DiscussionForumPosting"
    assert told["text"].startswith("</script><script>alert(1)")
    assert [one["text"] for one in told["comment"]] == ["@alice a public answer", "careful"]
    assert told["comment"][0]["author"]["name"] == "Bob"
    raw = page.html.partition('type="application/ld+json">')[2].partition("</script>")[0]
    assert not re.search("[<>&\u2028]", raw)
    assert "secret-answer" not in page.html
    alone = await alice.publish("nobody answers")
    assert (
        data(await Reader(network).get(f"/@alice/{alone['id']}"))["@type"] == "SocialMediaPosting"
    )


async def test_profile_front_and_tag(network: Network) -> None:
    fields = {"fields_attributes": [{"name": "Site", "value": "https://alice.example/me"}]}
    alice = await findable(network, "alice", note="I keep the lamps lit.", **fields)
    await alice.publish("by the sea #PortVent")
    await network.db.run(settings.change, title="La Place", short_description="By the sea")
    page = await Reader(network).get("/@alice")
    assert metas(page)["og:type"] == ["profile"]
    assert metas(page)["profile:username"] == ["alice"]
    assert metas(page)["description"] == ["I keep the lamps lit."]
    assert [one["href"] for one in links(page, "me")] == ["https://alice.example/me"]
    told = data(page)
    assert told["@type"] == "ProfilePage"
    assert told["mainEntity"]["interactionStatistic"][0]["userInteractionCount"] == 0
    assert {one["type"] for one in links(page, "alternate") if "type" in one} == {
        "application/rss+xml",
        "application/atom+xml",
    }
    front = await Reader(network).get("/")
    site = data(front)
    assert site["@type"] == "WebSite"
    assert site["potentialAction"]["target"]["urlTemplate"].startswith(f"{network.base}/search?q=")
    assert {one["hreflang"] for one in links(front, "alternate") if "hreflang" in one} == {
        "en",
        "fr",
        "x-default",
    }
    tag = data(await Reader(network).get("/tags/portvent"))
    assert tag["itemListElement"][1]["item"] == f"{network.base}/tags/portvent"


async def test_who_does_not_want_to_be_found_is_not(network: Network) -> None:
    alice = await network.person("alice")
    made = await alice.publish("hello")
    unlisted = await (await findable(network, "bob")).publish("quiet", visibility="unlisted")
    hidden = ("/@nobody", "/auth/log-in", "/search?q=x", "/@bob/followers")
    for path in ("/@alice", f"/@alice/{made['id']}", f"/@bob/{unlisted['id']}", *hidden):
        page = await Reader(network).get(path)
        assert metas(page)["robots"] == ["noindex"]
        assert page.headers["x-robots-tag"] == "noindex"
        assert "ld+json" not in page.html


async def test_private_status_has_no_card_even_for_those_who_see_it(network: Network) -> None:
    alice = await findable(network, "alice")
    made = await alice.publish("among us", visibility="private")
    reader = await logged_in(network, "alice")
    page = await reader.get(f"/@alice/{made['id']}")
    assert "among us" in page.ok()
    assert "among us" not in re.sub(r"<title>.*?</title>", "", page.html.partition("<body")[0])
    assert "og:" not in page.html
    assert metas(page)["robots"] == ["noindex"]


async def test_older_pages_of_lists_are_not_indexed(network: Network) -> None:
    alice = await findable(network, "alice")
    for number in range(25):
        await alice.publish(f"number {number}")
    assert "robots" not in metas(await Reader(network).get("/directory"))
    for path in ("/", "/@alice"):
        first = await Reader(network).get(path)
        assert "robots" not in metas(first)
        older = await Reader(network).get(first.link("next"))
        assert metas(older)["robots"] == ["noindex, follow"]


def test_data_ends_no_element() -> None:
    made = str(heads.as_script({"text": "</ScRiPt><!--<script>&\u2028"}))
    assert not re.search("[<>&\u2028]", made)
    assert json.loads(made)["text"] == "</ScRiPt><!--<script>&\u2028"


@pytest.mark.slow
async def test_the_policy_lets_data_be(network: Network, open_page: OpenPage) -> None:
    """A data block is never run, so the policy has nothing to say of it; a browser agrees."""
    alice = await findable(network, "alice")
    made = await alice.publish("hello")
    page = await open_page(scripts=True)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in ("/", "/@alice", f"/@alice/{made['id']}"):
        await page.goto(network.base + path)
        kind = await page.locator('script[type="application/ld+json"]').text_content()
        assert kind
        assert json.loads(kind)["@context"] == "https://schema.org"
    assert not said


async def test_squares_draws_and_the_checker_have_cards(network: Network) -> None:
    """Canonical addresses everywhere; the square's own feeds are announced on its page too."""
    alice = await network.person("alice")
    for number in range(21):
        await alice.publish(f"message {number}")
    reader = Reader(network)
    square = await reader.get("/public/local")
    assert metas(square)["og:title"] == ["Square · Parvis"]
    assert links(square, "canonical")[0]["href"] == f"{network.base}/public/local"
    feeds = {one["type"]: one["href"] for one in links(square, "alternate") if "type" in one}
    assert feeds["application/rss+xml"] == f"{network.base}/public/local.rss"
    assert feeds["application/atom+xml"] == f"{network.base}/public/local.atom"
    later = await reader.get(square.link("next"))
    assert later.headers["x-robots-tag"] == "noindex, follow"
    for path in ("/public", "/draws", "/verify"):
        page = await reader.get(path)
        assert links(page, "canonical")[0]["href"] == network.base + path
        assert metas(page)["og:title"]
