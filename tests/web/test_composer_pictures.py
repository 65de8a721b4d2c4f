"""Pictures in the composer without a script: with their words, in their order, and none lost with another."""

import io
import re

import pytest
from tests.rig.network import Network
from tests.rig.pictures import SVG, plain
from tests.rig.reader import logged_in
from tests.web.writing import newest, publish, value, with_files, words

from parvis.domain.media import uploads
from parvis.domain.pictures import MIB
from parvis.web.pages.composing import publish as publish_page


async def test_pictures_go_with_their_words(network: Network) -> None:
    alice = await network.person("alice")
    reader = await logged_in(network)
    about = {"text": "look", "about_1": "A green square", "about_3": "Another"}
    sent = await with_files(reader, {**about, "about_3": " ", "reminded": ""}, file_3=plain())
    assert "A picture, film or sound has no description" in sent.refused(422)
    assert value(sent, "media_ids[]")
    assert sent.hidden()["reminded"] == "1"  # sent as it is, it goes
    sent = await with_files(reader, about, file_1=plain(), file_3=plain(80, 40))
    assert sent.location
    made = (await newest(alice))["media_attachments"]
    assert [one["description"] for one in made] == ["A green square", "Another"]
    assert all(one["url"] for one in made)
    # Until they are there a colour stands for them; for sensitive ones their blurred shapes.
    here = f"/@alice/{(await newest(alice))['id']}"
    page = (await reader.get(here)).html
    assert re.search(r'<svg class="hue".*?fill="#[0-9a-f]{6}".*?<img', page)
    hidden = {"sensitive": True, "status": "look", "media_ids": [one["id"] for one in made]}
    (await alice.put(f"/api/v1/statuses/{here[8:]}", hidden)).ok()
    page = (await reader.get(here)).html
    assert re.search(r'<svg class="veil".*?(<path fill="#[0-9a-f]{6}".*?){12}</svg>', page)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", ""),
        (SVG, "Choose a JPEG, PNG"),
        (b"not a picture", "Choose a JPEG, PNG"),
        (plain() + b"\0" * MIB, "larger than 1 MB"),
    ],
    ids=["empty", "svg", "text", "large"],
)
async def test_refused_picture_keeps_the_others(
    network: Network, monkeypatch: pytest.MonkeyPatch, content: bytes, said: str
) -> None:
    monkeypatch.setattr(uploads, "MAX_BYTES", MIB)
    alice = await network.person("alice")
    reader = await logged_in(network)
    about = {"text": "look", "about_1": "Good", "about_2": "Bad"}
    page = await with_files(reader, about, file_1=plain(), file_2=content)
    assert (said or "This file is empty") in page.refused(422)
    assert words(page) == "look"
    assert await alice.home() == []
    kept = value(page, "media_ids[]")
    await network.settle()
    assert ">\nGood</textarea>" in page.html
    assert (
        await publish(reader, "look", **{"media_ids[0]": kept, f"alt[{kept}]": "Better"})
    ).location
    assert (await newest(alice))["media_attachments"][0]["description"] == "Better"


async def test_picture_that_is_slow_to_prepare_is_waited_for(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = await network.person("alice")
    monkeypatch.setattr(publish_page, "PREPARED_S", 0.2)
    uploaded = await alice.call("POST", "/api/v2/media", data={"file": io.BytesIO(plain())})
    reader = await logged_in(network)
    page = await publish(reader, "look", **{"media_ids[0]": uploaded.json["id"]})
    assert "still being prepared" in page.refused(422)
    assert value(page, "media_ids[]") == uploaded.json["id"]
    assert await alice.home() == []


async def test_broken_picture_is_named_and_removed(network: Network) -> None:
    alice = await network.person("alice")
    reader = await logged_in(network)
    page = await with_files(reader, {"text": "look"}, file_1=plain()[:400])
    assert "could not be read" in page.refused(422)
    broken = value(page, "media_ids[]")
    assert (
        await publish(reader, "look", **{"media_ids[0]": broken, f"drop[{broken}]": "1"})
    ).location
    assert (await newest(alice))["media_attachments"] == []


async def test_pictures_are_put_in_order_and_described_anew(network: Network) -> None:
    alice = await network.person("alice")
    reader = await logged_in(network)
    assert (
        await with_files(reader, {"text": "look"}, file_1=plain(), file_2=plain(30, 30))
    ).location
    made = await newest(alice)
    one, two = (media["id"] for media in made["media_attachments"])
    page = await reader.get(f"/publish?edit={made['id']}")
    assert page.html.count('class="shot"') == 2
    fields = {"media_ids[0]": one, "media_ids[1]": two, f"place[{one}]": "2", f"place[{two}]": "1"}
    fields |= {f"alt[{two}]": "First now", f"focus[{two}]": "0.5,-0.25"}
    assert (await publish(reader, "look", edit=made["id"], **fields)).location
    now = (await alice.get(f"/api/v1/statuses/{made['id']}")).ok()["media_attachments"]
    assert [media["id"] for media in now] == [two, one]
    assert now[0]["description"] == "First now"
    assert now[0]["meta"]["focus"] == {"x": 0.5, "y": -0.25}
    shown = (await reader.get("/home")).html
    assert '<a class="fx-3 fy-2" href="' in shown  # what matters stays in sight


async def test_too_many_and_anothers_pictures_are_refused(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    theirs = (await bob.call("POST", "/api/v2/media", data={"file": io.BytesIO(plain())})).ok()[
        "id"
    ]
    reader = await logged_in(network)
    refused = await publish(reader, "x", **{"media_ids[0]": theirs, f"alt[{theirs}]": "mine now"})
    assert "not there any more" in refused.refused(422)
    assert theirs not in refused.html
    found = (await bob.get(f"/api/v1/media/{theirs}")).json
    assert found["description"] is None
    many = {f"media_ids[{number}]": str(number + 1) for number in range(5)}
    assert "at most four" in (await publish(reader, "x", **many)).refused(422)
    assert await alice.home() == []
