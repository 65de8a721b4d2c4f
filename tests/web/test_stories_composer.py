"""Writing, as people do it: with and without scripts, by keyboard, offline, in two windows."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Route, expect
from tests.clients.pictures import gradient
from tests.rig.network import Network
from tests.web.browsing import log_in, writing
from tests.web.conftest import OpenPage, Scheme
from tests.web.test_axe import violations
from tests.web.writing import contents_of_home

from parvis.domain.access import sessions
from parvis.domain.network import emojis
from parvis.protocols import text as texts
from parvis.web.cookies import SESSION

pytestmark = pytest.mark.slow


@pytest.fixture
async def worker(network: Network) -> AsyncIterator[None]:
    """A worker beside the pages."""

    async def work() -> None:
        while True:
            await network.settle()
            await asyncio.sleep(0.2)

    working = asyncio.create_task(work())
    yield
    working.cancel()


async def test_message_is_sent_once_by_a_double_click_and_after_going_back(
    network: Network, open_page: OpenPage
) -> None:
    alice = await network.person("alice")
    page = await log_in(await open_page(scripts=False), network, "alice")
    await page.goto(f"{network.base}/publish")
    await page.get_by_label("Your message").fill("Only once")
    await page.get_by_role("button", name="Publish", exact=True).dblclick()
    await page.wait_for_url("**/@alice/*")
    await page.go_back()
    await expect(page.get_by_label("Your message")).to_have_value("Only once")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await page.wait_for_url("**/@alice/*")
    assert await contents_of_home(alice) == ["<p>Only once</p>"]


async def test_poll_and_warning_without_scripts(network: Network, open_page: OpenPage) -> None:
    alice = await network.person("alice")
    page = await log_in(await open_page(scripts=False, width=390), network, "alice")
    await page.goto(f"{network.base}/publish")
    await page.get_by_label("Your message").fill("When shall we meet?")
    await page.locator("summary", has_text="Poll").click()
    await page.get_by_label("Answer 1").fill("The 12th")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await page.get_by_text("Give at least two answers").wait_for()
    await page.get_by_label("Answer 2").fill("The 19th")
    await page.get_by_label("Results only at the end").check()
    await page.locator("summary", has_text="Content warning").click()
    await page.get_by_label("Shown in place of the message").fill("A date")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await page.wait_for_url("**/@alice/*")
    (made,) = await alice.home()
    assert made["spoiler_text"] == "A date"
    assert [one["title"] for one in made["poll"]["options"]] == ["The 12th", "The 19th"]


async def test_names_are_chosen_with_the_keyboard(network: Network, open_page: OpenPage) -> None:
    alice, bob = await network.people("alice", "barnabas")
    await bob.publish("#lighthouse")
    page = await log_in(await open_page(scripts=True), network, "alice")
    await writing(page, network)
    area = page.get_by_label("Your message")
    await area.press_sequentially("Dear @barn")
    await page.get_by_role("option", name="@barnabas").wait_for()
    await page.keyboard.press("Enter")
    await expect(area).to_have_value("Dear @barnabas ")
    await area.press_sequentially("see #light")
    await page.get_by_role("option", name="#lighthouse").wait_for()
    await page.keyboard.press("Escape")
    await expect(page.locator(".completions")).to_have_count(0)
    await area.press_sequentially("h")
    await page.get_by_role("option", name="#lighthouse").wait_for()
    await page.keyboard.press("Tab")
    await expect(area).to_have_value("Dear @barnabas see #lighthouse ")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url("**/@alice/*")
    (made, *_) = await alice.home()
    assert [one["acct"] for one in made["mentions"]] == ["barnabas"]


async def test_thread_is_sent_in_order(network: Network, open_page: OpenPage) -> None:
    alice = await network.person("alice")
    page = await log_in(await open_page(scripts=True), network, "alice")
    await writing(page, network)
    area = page.get_by_label("Your message")
    for words in ("One", "Two", "Three"):
        await area.fill(words)
        if words != "Three":
            await page.get_by_role("button", name="Go on in another message").click()
            await expect(area).to_have_value("")
    await page.get_by_role("button", name="Change").first.click()  # and it changes places
    await expect(area).to_have_value("One")
    await area.fill("Zero")
    await page.get_by_role("button", name="Change").first.click()
    await expect(area).to_have_value("Three")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url("**/@alice/*")
    statuses = (await alice.get(f"/api/v1/accounts/{alice.id}/statuses")).ok()[::-1]
    assert [one["content"] for one in statuses] == ["<p>Zero</p>", "<p>Two</p>", "<p>Three</p>"]
    ids = [None, *(one["id"] for one in statuses)]
    assert [one["in_reply_to_id"] for one in statuses] == ids[:3]


@pytest.mark.usefixtures("worker")
async def test_pictures_are_described_focused_and_put_in_order(
    network: Network, open_page: OpenPage
) -> None:
    alice = await network.person("alice")
    page = await log_in(await open_page(scripts=True, width=390), network, "alice")
    await writing(page, network)
    files = [
        {"name": f"{name}.png", "mimeType": "image/png", "buffer": gradient(width, 90)}
        for name, width in (("a", 160), ("b", 80))
    ]
    async with page.expect_file_chooser() as chooser:
        await page.locator("summary", has_text="Pictures").click()
    await (await chooser.value).set_files(files)
    await expect(page.locator(".shot button.thumb")).to_have_count(2)
    area = page.get_by_label("Your message")
    begins = "one => one.getBoundingClientRect().left"
    first = page.locator(".thumb").first
    assert await first.evaluate(begins) == await area.evaluate(begins)  # under the words
    await area.fill("The sea")
    await page.get_by_label("What is to be seen").first.fill("Waves")
    await page.get_by_role("button", name="What must stay in sight").first.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        await page.keyboard.press(key)
    await page.get_by_role("button", name="Earlier").last.click()
    await area.focus()
    await page.keyboard.press("Control+Enter")
    await page.get_by_role("button", name="Describe it").click()
    await page.keyboard.type("Sand")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url("**/@alice/*")
    (made,) = await alice.home()
    assert [one["description"] for one in made["media_attachments"]] == ["Sand", "Waves"]
    assert made["media_attachments"][1]["meta"]["focus"] == {"x": 0.2, "y": 0.1}


@pytest.mark.usefixtures("worker")
async def test_pictures_dropped_and_pasted_and_refused(
    network: Network, open_page: OpenPage
) -> None:
    await network.person("alice")
    page = await log_in(await open_page(scripts=True), network, "alice")
    await writing(page, network)
    give = """([name, bytes, kind, event, onto = "[name=text]", words = ""]) => {
      const files = new DataTransfer()
      if (words) files.setData("text/plain", words)
      files.items.add(new File([new Uint8Array(bytes)], name, { type: kind }))
      const made = event === "paste"
        ? new ClipboardEvent(event, { clipboardData: files, bubbles: true, cancelable: true })
        : new DragEvent(event, { dataTransfer: files, bubbles: true, cancelable: true })
      return !document.querySelector(onto).dispatchEvent(made)
    }"""
    picture = list(gradient(40, 30))
    # Missing the composer leaves the page as little; who is writing goes on writing.
    await page.get_by_label("Your message").focus()
    assert await page.evaluate(give, ["a.png", picture, "image/png", "drop", ".aside"])
    await expect(page.locator(".shot[data-id]")).to_have_count(1)
    await expect(page.get_by_label("Your message")).to_be_focused()
    # A spreadsheet's cells come with a picture of themselves: the words are pasted.
    cells = ["cells.png", picture, "image/png", "paste", "[name=text]", "1\t2"]
    assert not await page.evaluate(give, cells)
    await page.evaluate(give, ["b.png", picture, "image/png", "paste"])
    await expect(page.locator(".shot[data-id]")).to_have_count(2)
    await page.evaluate(give, ["c.txt", [65], "text/plain", "drop"])
    await page.get_by_text("Choose a JPEG, PNG").wait_for()
    await expect(page.locator(".shot")).to_have_count(2)
    await page.get_by_role("button", name="Remove").first.click()
    await expect(page.locator(".shot")).to_have_count(1)
    # The line breaks off half-way: the file needs not be chosen again.
    await page.route("**/publish/media", lambda route: route.abort("connectionreset"))
    await page.evaluate(give, ["d.png", picture, "image/png", "drop"])
    again = page.get_by_role("button", name="Try again")
    await again.wait_for()
    await page.unroute("**/publish/media")
    await again.click()
    await expect(page.locator(".shot[data-id]")).to_have_count(2)
    # It goes dead half-way, and nobody says so: the browser knows that it is offline, no more.
    await page.route("**/publish/media", lambda _: None)
    await page.evaluate(give, ["e.png", picture, "image/png", "drop"])
    await page.get_by_role("progressbar", name="e.png").wait_for()
    await page.evaluate("dispatchEvent(new Event('offline'))")
    await again.wait_for()
    await expect(page.get_by_role("progressbar")).to_have_count(0)


async def test_refusal_is_shown_beside_the_words(network: Network, open_page: OpenPage) -> None:
    alice = await network.person("alice")
    page = await log_in(await open_page(scripts=True), network, "alice")
    await writing(page, network)
    await page.get_by_label("Your message").fill("x" * 501)
    await expect(page.locator("[data-count]")).to_have_text("-1")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await page.get_by_text("Shorten it by 1.").wait_for()
    await expect(page.get_by_label("Your message")).to_have_value("x" * 501)
    await page.get_by_label("Your message").fill("مرحبا 👨‍👩‍👧‍👦")
    await expect(page.locator("[data-count]")).to_have_text("493")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url("**/@alice/*")
    assert len(await contents_of_home(alice)) == 1


async def test_browser_counts_as_the_server_does(network: Network, open_page: OpenPage) -> None:
    await network.person("alice")
    page = await log_in(await open_page(scripts=True), network, "alice")
    await writing(page, network)
    link = "https://example.org/" + "a" * 60
    for text in (
        "",
        "plain",
        "é" + "e\u0301",
        "👨‍👩‍👧‍👦🏳️‍🌈🇫🇷👋🏽",
        link,
        f"({link}) and {link}, or {link}.",
        "@alice @bob@remote.example hello@example.org @x@y",
        "مرحبا https://localhost:8000/ŵ #tag",
        "http://no-dot/ https://a.b http://",
        "한국어 각 \n\n  two lines  ",
        "x@y.z/https://example.org «https://example.org»",
    ):
        await page.get_by_label("Your message").fill(text)
        left = str(500 - texts.length(text.rstrip()))
        await expect(page.locator("[data-count]"), text).to_have_text(left)


@pytest.mark.usefixtures("worker")
async def test_home_is_one_line_until_touched_and_takes_the_card_in(
    network: Network, open_page: OpenPage
) -> None:
    alice = await network.person("alice")
    await alice.publish("Before")
    page = await open_page(scripts=True)
    come = asyncio.Event()

    async def slow(route: Route) -> None:
        await come.wait()
        await route.continue_()

    written = asyncio.Event()

    async def slower(route: Route) -> None:
        await written.wait()
        await route.continue_()

    await page.route("**/keys*.js", slow)
    await page.route("**/composer*.js", slower)
    await log_in(page, network, "alice")
    await page.locator(".feed").wait_for()
    await page.evaluate(
        "() => { document.addEventListener('parvis:status', () => { window.hasHeard = true }) }"
    )
    words = page.get_by_label("Your message")
    assert not await words.is_visible()
    await page.keyboard.press("n")
    come.set()  # what obeys it comes a moment after the page
    await expect(words).to_be_focused()
    await page.keyboard.type("No mouse at")  # nor is a letter lost while its own scripts come
    written.set()
    await page.locator("p-composer:defined").wait_for(state="attached")
    await page.keyboard.type(" all")
    await expect(page.locator("[data-count]")).to_have_text("485")
    await page.keyboard.press("Escape")
    await expect(words).to_be_hidden()
    await page.keyboard.press("n")
    await expect(words).to_be_focused()
    await page.keyboard.press("Control+Enter")
    await page.get_by_text("Published").wait_for()
    await expect(page.locator(".feed .status").first).to_contain_text("No mouse at all")
    await page.wait_for_function("() => window.hasHeard")  # the live stream told of it too
    await expect(page.get_by_text("No mouse at all")).to_have_count(1)
    await expect(page.locator("[data-fresh]")).to_be_hidden()
    await expect(page.get_by_label("Your message")).to_have_value("")
    assert len(await alice.home()) == 2


@pytest.mark.parametrize("scripts", [False, True])
async def test_answer_is_written_under_the_message(
    network: Network, open_page: OpenPage, *, scripts: bool
) -> None:
    alice, bob = await network.people("alice", "bob")
    asked = await bob.publish("What do you think?", visibility="unlisted")
    page = await log_in(await open_page(scripts=scripts), network, "alice")
    await page.goto(f"{network.base}/@bob/{asked['id']}")
    await page.locator("summary", has_text="Write an answer").click()
    await page.get_by_label("Your message").focus()
    await page.keyboard.type("all is well")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await page.locator(".thread.after", has_text="all is well").wait_for()
    (made, *_) = await alice.home()
    assert (made["in_reply_to_id"], made["visibility"]) == (asked["id"], "unlisted")
    assert [one["acct"] for one in made["mentions"]] == ["bob"]


async def test_message_is_changed_with_scripts(network: Network, open_page: OpenPage) -> None:
    alice = await network.person("alice")
    made = await alice.publish("Wehn?", visibility="private")
    page = await log_in(await open_page(scripts=True), network, "alice")
    await writing(page, network, f"/publish?edit={made['id']}")
    await page.get_by_label("Your message").fill("When?")
    await page.get_by_role("button", name="Save the changes").click()
    await page.wait_for_url("**/@alice/*")
    assert await contents_of_home(alice) == ["<p>When?</p>"]


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_in_the_composer_at_work(
    network: Network, open_page: OpenPage, scheme: Scheme
) -> None:
    await network.people("alice", "bob")
    await network.db.run(emojis.add, await emojis.draw(network.app.means, "lamp", gradient(32, 32)))
    page = await log_in(await open_page(scripts=True, scheme=scheme, width=390), network, "alice")
    await page.goto(f"{network.base}/home")
    await page.locator(".unfold > summary").click()
    await page.locator("p-composer:defined").wait_for(state="attached")
    for name in ("Poll", "Content warning"):
        await page.locator(".extra > summary", has_text=name).click()
    async with page.expect_file_chooser() as chooser:
        await page.locator("[data-pictures] summary").click()
    picture = {"name": "a.png", "mimeType": "image/png", "buffer": gradient()}
    await (await chooser.value).set_files([picture])
    await page.locator(".shot button.thumb").wait_for()
    await page.get_by_role("button", name="Emoji").click()
    await page.locator(".picker button").wait_for()
    await page.get_by_label("Your message").press_sequentially("One")
    await page.get_by_role("button", name="Go on in another message").click()
    await page.get_by_role("button", name="Describe it").click()
    await page.keyboard.type("A lamp")
    await page.get_by_role("button", name="Go on in another message").click()
    await page.locator(".part").wait_for()
    await page.get_by_label("Your message").press_sequentially("x" * 480 + " @bo")
    await page.locator(".completions li").wait_for()
    assert await violations(page) == []
    await page.get_by_label("Your message").fill("Two")
    await page.context.set_offline(True)
    await page.keyboard.press("Control+Enter")
    await page.locator(".waiting-line").first.wait_for()
    assert await violations(page) == []


@pytest.mark.usefixtures("worker")
async def test_what_was_chosen_before_the_scripts_came_is_taken_over(
    network: Network, open_page: OpenPage
) -> None:
    alice = await network.person("alice")
    secret = await network.db.run(sessions.begin, alice.user_id)
    page = await open_page(
        scripts=True
    )  # the first page: nothing is installed that has the scripts
    await page.context.add_cookies([{"name": SESSION, "value": secret, "url": network.base}])
    chosen = asyncio.Event()

    async def late(route: Route) -> None:
        await chosen.wait()
        await route.continue_()

    await page.route("**/static/composer.*.js", late)
    await page.goto(f"{network.base}/publish", wait_until="commit")
    await page.locator("summary", has_text="Pictures").click()
    await page.get_by_label("Picture 1").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": gradient()}
    )
    await page.get_by_label("What is to be seen on it").first.fill("A slope of colours")
    chosen.set()
    await page.locator(".shot img").wait_for()
    await expect(page.get_by_label("for those who do not see it")).to_have_value(
        "A slope of colours"
    )
