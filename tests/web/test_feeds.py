"""Feeds: valid XML for any words, public messages alone, warnings instead of what is warned of."""

import io
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rig.network import Network, Person
from tests.rig.pictures import plain
from tests.rig.reader import PageRead, Reader

from parvis.web import feeds
from parvis.web.feeds import Channel, Entry

ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
PATHS = ("/@alice", "/tags/sea", "/public/local")


def read(page: PageRead) -> Any:
    assert page.status == 200, page.html[:500]
    return ET.fromstring(page.html)  # noqa: S314 - ours


def titles(page: PageRead) -> list[str]:
    root = read(page)
    found = root.iter("item") if root.tag == "rss" else root.iter(f"{ATOM}entry")
    return [one.findtext("title") or one.findtext(f"{ATOM}title") or "" for one in found]


async def full(alice: Person) -> None:
    """Something of every audience."""
    for audience in ("public", "unlisted", "private", "direct"):
        await alice.publish(f"said-{audience} #sea", visibility=audience)
    await alice.publish("the end is sad #sea", spoiler_text="Ending <of> the film")


@pytest.mark.parametrize("ending", ["rss", "atom"])
@pytest.mark.parametrize("path", PATHS)
async def test_public_messages_alone(network: Network, path: str, ending: str) -> None:
    alice = await network.person("alice")
    await full(alice)
    reader = Reader(network)
    await reader.log_in("alice")  # a feed is the same for its author
    page = await reader.get(f"{path}.{ending}")
    assert titles(page) == ["Ending <of> the film", "said-public #sea"]
    for hidden in ("said-unlisted", "said-private", "said-direct", "the end is sad"):
        assert hidden not in page.html
    assert page.headers["content-type"] == f"application/{ending}+xml; charset=utf-8"
    assert page.headers["cache-control"] == "public, max-age=300"


async def test_feed_that_did_not_change_is_not_sent_again(network: Network) -> None:
    alice = await network.person("alice")
    await alice.publish("one")
    page = await Reader(network).get("/@alice.rss")
    tag, changed = page.headers["etag"], page.headers["last-modified"]
    assert (await Reader(network).get("/@alice.rss", **{"if-none-match": tag})).status == 304
    assert (
        await Reader(network).get("/@alice.rss", **{"if-modified-since": changed})
    ).status == 304
    both = {"if-none-match": '"other"', "if-modified-since": changed}
    assert (await Reader(network).get("/@alice.rss", **both)).status == 200
    await alice.publish("two")
    assert (await Reader(network).get("/@alice.rss", **{"if-none-match": tag})).status == 200


async def test_media_are_enclosed_and_guarded_ones_are_not(network: Network) -> None:
    alice = await network.person("alice")
    urls: list[str] = []
    for sensitive in (True, False):
        form = {"file": io.BytesIO(plain()), "description": "Boats & <nets>"}
        made = (await alice.call("POST", "/api/v2/media", data=form)).json
        await network.settle()
        told = await alice.publish("look", media_ids=[made["id"]], sensitive=sensitive)
        urls.append(told["media_attachments"][0]["url"])
    page = await Reader(network).get("/@alice.rss")
    items = list(read(page).iter("item"))
    assert urls[0] not in page.html
    assert items[0].find("enclosure").get("url") == urls[1]
    assert items[0].find("enclosure").get("type").startswith("image/")
    content = items[0].find(f"{MEDIA}content")
    assert content.get("medium") == "image"
    assert content.findtext(f"{MEDIA}description") == "Boats & <nets>"
    atom = read(await Reader(network).get("/@alice.atom"))
    enclosed = atom.findall(f"{ATOM}entry/{ATOM}link[@rel='enclosure']")
    assert [one.get("href") for one in enclosed] == [urls[1]]


async def test_feed_goes_on_to_what_is_older(network: Network) -> None:
    alice = await network.person("alice")
    for number in range(25):
        await alice.publish(f"number {number:02}")
    first = await Reader(network).get("/@alice.atom")
    older = read(first).find(f"{ATOM}link[@rel='next']").get("href")
    rest = await Reader(network).get(older)
    assert titles(rest) == [f"number {number:02}" for number in reversed(range(5))]


async def test_feed_of_nobody_and_of_those_gone(network: Network) -> None:
    alice = await network.person("alice")
    assert (await Reader(network).get("/@nobody.rss")).status == 404
    assert titles(await Reader(network).get("/@alice.rss")) == []
    assert titles(await Reader(network).get("/tags/nothing.atom")) == []
    assert (await Reader(network).get("/@alice.rss?max_id=x")).status == 422
    found = await Reader(network).get("/@alice.rss")
    assert found.headers["x-robots-tag"] == "noindex"  # until she says otherwise
    await network.db.fetch(
        "update accounts set suspended_at = now() where id = $1", alice.account_id
    )
    network.db.slots.bump_all()
    gone = await Reader(network).get("/@alice.rss")
    assert gone.status == 404
    assert "There is nothing here" in gone.text


async def test_hostile_words_in_feeds_stay_words(network: Network) -> None:
    alice = await network.person("alice")
    name = "]]><b> \u202e \U0001f600"
    (await alice.patch("/api/v1/accounts/update_credentials", {"display_name": name})).ok()
    await alice.publish("<script>alert(1)</script> ]]> & \U0001f469‍\U0001f469 שלום")
    for ending in ("rss", "atom"):
        root = read(await Reader(network).get(f"/@alice.{ending}"))
        tags = {one.tag.rpartition("}")[2] for one in root.iter()}
        assert not tags & {"script", "b"}
        words = "".join(root.itertext())
        assert "\U0001f469‍\U0001f469 שלום" in words
        assert "&lt;script&gt;" in words  # escaped once in the HTML that the feed holds


def entry(text: str) -> Entry:
    moment = feeds.datetime(2026, 11, 22, tzinfo=feeds.UTC)
    media = [feeds.HeadMedia(text, "", text, 1, 1)]
    return Entry(text, text, text, text, text, text, moment, moment, "fr", [text], media)


@given(st.text(max_size=80))
def test_any_words_are_valid_xml(text: str) -> None:
    channel = Channel(
        title=text, description=text, address=text, own=text, picture=text, older=text
    )
    for write in (feeds.rss, feeds.atom):
        ET.fromstring(write(channel, [entry(text)]))  # noqa: S314 - ours
