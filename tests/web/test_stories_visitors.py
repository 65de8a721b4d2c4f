"""A visitor reads a network: with the keyboard alone, from right to left, on paper, without pictures."""

import io
from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.rig.network import Network, Person
from tests.rig.pictures import plain
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.slow

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LONG = "Donaudampfschifffahrtsgesellsc"  # thirty letters without a place to break


async def square(network: Network) -> dict[str, Any]:
    """Odd names, a long word, a picture, a thread; answers the status that began it."""
    alice, bob, carol = await network.people("alice", "bob", "carol")
    for person, name in (
        (alice, LONG),
        (bob, "\U0001f600\U0001f44d\U0001f3fd"),
        (carol, "שלום עולם"),
    ):
        told = {"display_name": name, "note": "word " * 90}
        (await person.patch("/api/v1/accounts/update_credentials", told)).ok()
    first = await pictured(alice, "w" * 400)
    answer = await bob.publish("@alice an answer", in_reply_to_id=first["id"])
    await carol.publish("@bob שלום, מה שלומך?", in_reply_to_id=answer["id"])
    return first


async def pictured(person: Person, status: str) -> dict[str, Any]:
    form = {"file": io.BytesIO(plain(800, 500)), "description": "Boats at rest in the harbour"}
    made = (await person.call("POST", "/api/v2/media", data=form)).json
    await person.network.settle()
    return await person.publish(status, media_ids=[made["id"]])


def places(network: Network, first: dict[str, Any]) -> list[str]:
    paths = ("/", "/@alice", "/@bob", "/@carol", "/@alice/media", "/about", "/nothing")
    return [*(network.base + path for path in paths), first["url"], first["url"] + "/embed"]


async def test_nothing_is_wider_than_the_smallest_phone(
    network: Network, open_page: OpenPage
) -> None:
    first = await square(network)
    page = await open_page(width=320)
    for place in places(network, first):
        for direction in ("ltr", "rtl"):
            await page.goto(place)
            await page.locator("html").evaluate("(root, dir) => { root.dir = dir }", direction)
            assert await page.evaluate(WIDER) <= 0, (place, direction)


async def middle(page: Page, what: str) -> float:
    box = await page.locator(what).first.bounding_box()
    assert box
    return box["x"] + box["width"] / 2


async def test_pages_are_mirrored_from_right_to_left(network: Network, open_page: OpenPage) -> None:
    first = await square(network)
    page = await open_page(width=1280)
    await page.goto(first["url"])
    assert await middle(page, ".rail") < await middle(page, "main") < await middle(page, ".aside")
    assert await middle(page, "article .face") < await middle(page, "article .body")
    await page.locator("html").evaluate("root => { root.dir = 'rtl' }")
    assert await middle(page, ".rail") > await middle(page, "main") > await middle(page, ".aside")
    assert await middle(page, "article .face") > await middle(page, "article .body")
    hebrew = page.get_by_text("שלום, מה שלומך?")
    assert await hebrew.evaluate("one => getComputedStyle(one.closest('.body')).direction") == "rtl"


async def test_pictures_that_do_not_come_leave_their_words_and_their_place(
    network: Network, open_page: OpenPage
) -> None:
    first = await square(network)
    seen: list[float] = []
    for comes in (True, False):
        page = await open_page(width=390)
        if not comes:
            await page.route("**/media/**", lambda route: route.abort())
        await page.goto(first["url"])
        picture = page.get_by_alt_text("Boats at rest in the harbour")
        await picture.wait_for()
        box = await picture.bounding_box()
        assert box
        seen.append(round(box["height"]))
    assert seen[0] == seen[1] > 100

    # Who asks for little data reads their words, and sees one that is asked for.
    page = await open_page(width=390, scripts=True)
    fetched: list[str] = []
    page.on("request", lambda one: fetched.append(one.url))
    await page.set_extra_http_headers({"save-data": "on"})
    answer = await page.goto(first["url"])
    assert answer is not None
    assert "save-data" in answer.headers["vary"]
    link = page.get_by_role("link", name="Boats at rest in the harbour")
    await expect(link).to_be_visible()
    await expect(page.get_by_alt_text("Boats at rest in the harbour")).to_be_hidden()
    picture = await link.get_attribute("href")
    await page.evaluate("() => new Promise(requestAnimationFrame)")
    assert not [url for url in fetched if "/media/" in url and "/avatar" not in url]
    await page.goto(network.base + "/@alice/media")
    await page.get_by_role("link", name="Boats at rest in the harbour").wait_for()
    await page.evaluate("() => new Promise(requestAnimationFrame)")
    assert not [url for url in fetched if "/media/" in url and "/avatar" not in url]
    await page.goto(first["url"])
    await link.click()
    await expect(page.get_by_role("dialog").get_by_role("img")).to_be_visible()
    assert picture in fetched


async def test_a_thread_is_read_with_the_keyboard(network: Network, open_page: OpenPage) -> None:
    first = await square(network)
    page = await open_page(width=1280)
    await page.goto(network.base + "/@alice")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Skip to the content"
    await page.keyboard.press("Enter")
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.matches('.when a[data-open]')"):
            break
    await page.keyboard.press("Enter")
    await page.wait_for_url(first["url"])
    assert await page.locator(".thread.after article").count() == 2


async def test_a_thread_is_printed_without_what_is_around_it(
    network: Network, open_page: OpenPage
) -> None:
    first = await square(network)
    page = await open_page(width=800)
    await page.goto(first["url"])
    await page.emulate_media(media="print")
    for gone in (".rail", ".aside", ".hint"):
        assert not await page.locator(gone).first.is_visible(), gone
    assert await page.locator("article").first.is_visible()
    assert await page.locator("article").count() == 3


async def test_under_a_long_thread_one_lands_on_what_was_asked_for(
    network: Network, open_page: OpenPage
) -> None:
    alice = await network.person("alice")
    said = await alice.publish("Number 0")
    for number in range(1, 25):
        said = await alice.publish(f"Number {number}", in_reply_to_id=said["id"])
    page = await open_page(scripts=True, width=390)
    await page.goto(f"{network.base}/@alice/{said['id']}")
    await expect(page.get_by_text("Number 24", exact=True)).to_be_in_viewport()
    await expect(page.get_by_text("Number 23", exact=True)).to_be_in_viewport()
    await page.evaluate("scrollTo(0, 0)")
    await page.reload()
    await expect(page.get_by_text("Number 0", exact=True)).to_be_in_viewport()
