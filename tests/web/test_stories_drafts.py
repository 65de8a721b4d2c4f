"""What was written is not lost: the session ends, the network drops, a window closes, another is open."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from playwright.async_api import Error, Page, Route, expect
from tests.rig.network import Network
from tests.web.browsing import eventually, log_in, writing
from tests.web.conftest import OpenPage
from tests.web.writing import contents_of_home, newest

pytestmark = pytest.mark.slow


async def is_sent(page: Page) -> None:
    """It went, and the page followed it."""

    async def has_arrived() -> bool:
        return "/@alice/" in page.url

    await sends(page, has_arrived)


async def sends(page: Page, is_done: Callable[[], Awaitable[bool]]) -> None:
    """The browser tells the page to try again, or the person does."""
    now = page.get_by_role("button", name="Send now")

    async def has_gone() -> bool:
        if await now.is_visible():
            with suppress(Error):  # it went meanwhile
                await now.click(timeout=3_000)
        return await is_done()

    await eventually(has_gone)


async def test_draft_is_kept_opened_and_deleted_without_scripts(
    network: Network, open_page: OpenPage
) -> None:
    alice = await network.person("alice")
    page = await log_in(await open_page(scripts=False), network, "alice")
    await page.goto(f"{network.base}/publish")
    await page.get_by_label("Your message").fill("Half a thought")
    await page.get_by_role("button", name="Keep as a draft").click()
    await page.get_by_text("Half a thought").wait_for()
    await page.get_by_role("button", name="Delete").click()
    await page.get_by_role("button", name="Undo").click()
    await page.get_by_role("link", name="Go on writing").click()
    await page.get_by_label("Your message").fill("A whole thought")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await page.wait_for_url("**/@alice/*")
    await page.goto(f"{network.base}/drafts")
    await page.get_by_text("No drafts").wait_for()
    assert await contents_of_home(alice) == ["<p>A whole thought</p>"]


async def test_words_survive_the_end_of_the_session_without_scripts(
    network: Network, open_page: OpenPage
) -> None:
    alice = await network.person("alice")
    page = await log_in(await open_page(scripts=False), network, "alice")
    await page.goto(f"{network.base}/publish")
    await page.get_by_label("Your message").fill("Half a novel")
    await page.context.clear_cookies()
    await page.get_by_role("button", name="Publish", exact=True).click()
    await page.get_by_text("Your session has ended").wait_for()
    await log_in(await page.context.new_page(), network, "alice")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await page.get_by_text("You logged in again").wait_for()
    await page.get_by_role("button", name="Publish", exact=True).click()
    await page.wait_for_url("**/@alice/*")
    assert await contents_of_home(alice) == ["<p>Half a novel</p>"]


async def test_words_survive_the_end_of_the_session_with_scripts(
    network: Network, open_page: OpenPage
) -> None:
    alice = await network.person("alice")
    page = await log_in(await open_page(scripts=True), network, "alice")
    await writing(page, network)
    await page.get_by_label("Your message").fill("Half a novel")
    await page.context.clear_cookies()
    await page.get_by_role("button", name="Publish", exact=True).click()
    await page.get_by_text("Your session has ended").wait_for()
    assert await contents_of_home(alice) == []
    await log_in(page, network, "alice")
    # Sent by the page that comes after logging in.
    await eventually(lambda: contents_of_home(alice))
    assert await contents_of_home(alice) == ["<p>Half a novel</p>"]


async def test_network_drops_and_comes_back(network: Network, open_page: OpenPage) -> None:
    alice = await network.person("alice")
    page = await log_in(await open_page(scripts=True), network, "alice")
    await writing(page, network)
    await page.context.set_offline(True)
    for words in ("First", "Second"):
        await page.get_by_label("Your message").fill(words)
        await page.keyboard.press("Control+Enter")
        await page.locator(".waiting-line", has_text=words).wait_for()
        await expect(page.get_by_label("Your message")).to_have_value("")
    assert await contents_of_home(alice) == []
    await page.context.set_offline(False)
    await page.wait_for_url("**/@alice/*")
    assert await contents_of_home(alice) == ["<p>Second</p>", "<p>First</p>"]
    await writing(page, network)
    await expect(page.locator(".waiting-line")).to_have_count(0)
    # What waits in one window is sent by another, of some message that it does not answer.
    await page.route("**/publish/*", lambda route: route.abort())
    await page.get_by_label("Your message").fill("Third")
    await page.keyboard.press("Control+Enter")
    await page.locator(".waiting-line", has_text="Third").wait_for()
    other = await page.context.new_page()
    await other.goto(f"{network.base}/@alice/{(await newest(alice))['id']}")
    await other.get_by_text("Published Look at it").wait_for()
    await expect(other.locator(".thread.after")).to_have_count(0)
    await expect(page.locator(".waiting-line")).to_have_count(0)
    assert page.url == f"{network.base}/publish"


async def test_server_that_is_gone_is_asked_now_and_then(
    network: Network, open_page: OpenPage
) -> None:
    alice = await network.person("alice")
    page = await log_in(await open_page(scripts=True), network, "alice")
    await writing(page, network)
    await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    tries = 0

    async def gone(route: Route) -> None:
        nonlocal tries
        tries += 1
        await route.abort("connectionrefused")

    await page.route("**/publish/*", gone)
    await page.get_by_label("Your message").fill("Later")
    await page.keyboard.press("Control+Enter")
    await page.locator(".waiting-line", has_text="Later").wait_for()
    await page.wait_for_timeout(1_000)  # the browser is connected: it may say so once
    assert tries <= 6
    await page.get_by_label("Your message").fill("Another by now")
    await page.unroute("**/publish/*")
    await sends(page, page.get_by_text("Published Look at it").is_visible)
    assert await contents_of_home(alice) == ["<p>Later</p>"]
    await expect(page.get_by_label("Your message")).to_have_value("Another by now")
    await page.get_by_label("Your message").press("Control+Enter")
    await page.wait_for_url("**/@alice/*")
    assert await contents_of_home(alice) == ["<p>Another by now</p>", "<p>Later</p>"]


async def test_answer_that_was_lost_on_the_way_makes_no_second_message(
    network: Network, open_page: OpenPage
) -> None:
    alice = await network.person("alice")
    page = await log_in(await open_page(scripts=True), network, "alice")
    await writing(page, network)
    lost = 0

    async def lose(route: Route) -> None:
        nonlocal lost
        if lost or route.request.method != "POST" or "do=keep" in (route.request.post_data or ""):
            await route.continue_()
            return
        lost += 1
        await route.fetch()  # it arrives; its answer does not
        await route.abort()

    await page.route("**/publish/send", lose)
    await page.get_by_label("Your message").fill("Only once")
    await page.keyboard.press("Control+Enter")
    await is_sent(page)
    assert lost == 1
    assert await contents_of_home(alice) == ["<p>Only once</p>"]


async def test_what_was_written_is_there_after_a_reload_and_on_another_device(
    network: Network, open_page: OpenPage
) -> None:
    await network.person("alice")
    page = await log_in(await open_page(scripts=True), network, "alice")
    await writing(page, network)
    await page.get_by_label("Your message").press_sequentially("Half a thought")
    await page.reload()
    await page.locator("p-composer:defined").wait_for(state="attached")
    await expect(page.get_by_label("Your message")).to_have_value("Half a thought")
    await page.get_by_label("Your message").press_sequentially(", and more")
    await expect(page.locator("[data-kept]")).to_have_text("Kept")
    other = await log_in(await open_page(scripts=False), network, "alice")
    await other.goto(f"{network.base}/drafts")
    await other.get_by_role("link", name="Go on writing").click()

    async def is_whole() -> bool:  # who types slowly is kept in between too
        await other.reload()
        return await other.get_by_label("Your message").input_value() == "Half a thought, and more"

    await eventually(is_whole)


async def test_log_out_leaves_no_words_in_the_browser(
    network: Network, open_page: OpenPage
) -> None:
    await network.person("alice")
    page = await log_in(await open_page(scripts=True), network, "alice")
    await writing(page, network)
    await page.get_by_label("Your message").fill("Half a secret")
    await expect(page.locator("[data-kept]")).to_have_text("Kept")
    assert "Half a secret" in await page.evaluate("JSON.stringify(localStorage)")
    await page.get_by_role("button", name="Log out").click()
    await page.get_by_role("link", name="Log in").first.wait_for()
    assert "Half a secret" not in await page.evaluate("JSON.stringify(localStorage)")
    await log_in(page, network, "alice")
    await page.goto(f"{network.base}/drafts")
    await page.get_by_text("Half a secret").wait_for()


async def test_two_windows_with_one_draft(network: Network, open_page: OpenPage) -> None:
    await network.person("alice")
    left = await log_in(await open_page(scripts=True), network, "alice")
    await writing(left, network)
    await left.get_by_label("Your message").fill("From the left")
    await expect(left.locator("[data-kept]")).to_have_text("Kept")
    right = await log_in(await open_page(scripts=True), network, "alice")
    await right.goto(f"{network.base}/drafts")
    await right.get_by_role("link", name="Go on writing").click()
    await right.locator("p-composer:defined").wait_for(state="attached")
    await right.get_by_label("Your message").fill("From the right")
    await expect(right.locator("[data-kept]")).to_have_text("Kept")
    await left.get_by_label("Your message").fill("From the left again")
    await left.get_by_text("changed in another window").wait_for()
    await left.get_by_role("button", name="Keep this one beside it").click()
    await expect(left.locator("[data-kept]")).to_have_text("Kept")
    await left.goto(f"{network.base}/drafts")
    for words in ("From the left again", "From the right"):
        await left.get_by_text(words, exact=True).wait_for()


async def test_discarded_words_are_had_back(network: Network, open_page: OpenPage) -> None:
    await network.person("alice")
    page = await log_in(await open_page(scripts=True), network, "alice")
    await writing(page, network)
    await page.get_by_label("Your message").fill("Never mind")
    await page.get_by_role("button", name="Discard").click()
    await expect(page.get_by_label("Your message")).to_have_value("")
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_label("Your message")).to_have_value("Never mind")
