"""Custom emoji: drawn, added, shown in pickers and beside the words that use them, removed."""

from typing import Any

import pytest
from tests.rig import pictures
from tests.rig.network import Network

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.network import emojis

LIST = "/api/v1/custom_emojis"


async def add(network: Network, shortcode: str, content: bytes, category: str = "") -> None:
    drawn = await emojis.draw(network.app.means, shortcode, content, category)
    await network.db.run(emojis.add, drawn)


async def test_added_shown_and_removed(network: Network, sql_budget: Any) -> None:
    alice = await network.person("alice")
    assert (await network.anyone.get(LIST)).ok() == []
    await add(network, ":blob_cat:", pictures.see_through(), "Blobs")
    await add(network, "party", pictures.moving())
    blob, party = (await network.anyone.get(LIST)).ok()
    assert (blob["shortcode"], blob["category"]) == ("blob_cat", "Blobs")
    assert blob["visible_in_picker"] is True
    assert blob["url"] == blob["static_url"]
    with sql_budget(0):
        assert (await network.anyone.get(LIST)).ok() == [blob, party]
    moving = pictures.opened((await network.anyone.get(party["url"])).body)
    assert moving.n_frames == 5
    still = pictures.opened((await network.anyone.get(party["static_url"])).body)
    assert getattr(still, "n_frames", 1) == 1
    made = await alice.publish("hello :party: and :unknown:")
    assert [one["shortcode"] for one in made["emojis"]] == ["party"]
    mine = await alice.patch(
        "/api/v1/accounts/update_credentials", {"display_name": "Alice :party:"}
    )
    assert [one["shortcode"] for one in mine.ok()["emojis"]] == ["party"]
    await network.db.run(emojis.remove, "party")
    await network.settle()
    assert (await network.anyone.get(LIST)).ok() == [blob]
    assert (await network.anyone.get(party["url"])).status == 404
    again = (await alice.get(f"/api/v1/statuses/{made['id']}")).ok()
    assert (again["emojis"], again["account"]["emojis"]) == ([], [])
    assert ":party:" in again["content"]
    assert (await alice.publish(":party:"))["emojis"] == []


async def test_a_new_picture_replaces_the_old(network: Network) -> None:
    await add(network, "cat", pictures.see_through(), "Cats")
    (first,) = (await network.anyone.get(LIST)).ok()
    await add(network, "cat", pictures.plain(kind="PNG"))
    (second,) = (await network.anyone.get(LIST)).ok()
    assert second["url"] != first["url"]
    assert second["category"] == "Cats"


@pytest.mark.parametrize(
    ("shortcode", "content", "words"),
    [
        ("x", pictures.see_through(), "two or more"),
        ("no spaces", pictures.see_through(), "letters, numbers or underscores"),
        ("<script>", pictures.see_through(), "letters, numbers or underscores"),
        ("cat", pictures.SVG, "not supported; send PNG, GIF or WEBP"),
        ("cat", pictures.plain(), "Image type image/jpeg is not supported"),
        ("cat", pictures.see_through() + bytes(256 * 1024), "Image must be less than 256 KB"),
        ("cat", pictures.png_claiming(30_000, 30_000), "30000x30000 images are not supported"),
        ("cat", pictures.see_through()[:120], "Image cannot be used"),
    ],
)
async def test_refused(network: Network, shortcode: str, content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        await emojis.draw(network.app.means, shortcode, content)
    assert (await network.anyone.get(LIST)).ok() == []


async def test_removing_what_is_not_there(network: Network) -> None:
    with pytest.raises(NotFound):
        await network.db.run(emojis.remove, "nothing")
