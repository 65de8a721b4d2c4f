"""Reading and acting in a real browser: with scripts, by keys, and without any script."""

import io

import pytest
from playwright.async_api import expect
from tests.clients.pictures import gradient
from tests.rig.films import film
from tests.rig.network import Network, Person
from tests.web.browsing import eventually, listens, log_in
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.slow

# Whoever asked before whether the last card is in sight has been answered.
SEEN = """() => new Promise((resolve) => {
  const seen = new IntersectionObserver(() => setTimeout(resolve))
  seen.observe([...document.querySelectorAll(".status")].at(-1))
})"""


async def followed(network: Network) -> tuple[Person, Person]:
    """Alice, and bob whom she follows."""
    alice, bob = await network.people("alice", "bob")
    await alice.follow(bob)
    return alice, bob


async def standing(one: Person, other: Person) -> dict[str, bool]:
    return (await one.get("/api/v1/accounts/relationships", **{"id[]": other.id})).ok()[0]


async def test_member_marks_votes_and_deletes_without_scripts(
    network: Network, open_page: OpenPage
) -> None:
    alice, bob = await followed(network)
    await bob.publish("Which day?", poll={"options": ["Monday", "Friday"], "expires_in": 600})
    made = await bob.publish("a fine morning")
    await alice.publish("a mistake")
    await network.settle()
    page = await log_in(await open_page(), network, "alice")
    card = page.locator(f"#s{made['id']}")
    await card.get_by_role("button", name="Favourite").click()
    await page.wait_for_url(f"**/home#s{made['id']}")
    await expect(card.get_by_role("button", name="Favourite")).to_have_attribute(
        "aria-pressed", "true"
    )
    await page.get_by_label("Friday").check()
    await page.get_by_role("button", name="Vote").click()
    await page.get_by_text("Your choice").wait_for()

    mistake = page.get_by_role("article").filter(has_text="a mistake")
    await mistake.locator("summary.act").click()
    await mistake.get_by_role("link", name="Delete").click()
    await page.get_by_role("heading", name="Delete this message?").wait_for()
    await page.get_by_role("button", name="Delete").click()
    await page.wait_for_url("**/home")
    await expect(page.get_by_text("a mistake")).to_have_count(0)

    await page.get_by_text("Show", exact=True).click()
    await page.get_by_role("button", name="Shared messages").click()
    await page.get_by_text("Show", exact=True).click()
    await expect(page.get_by_role("button", name="Shared messages")).to_have_attribute(
        "aria-pressed", "false"
    )


async def test_member_reads_by_keys_alone(network: Network, open_page: OpenPage) -> None:
    _, bob = await followed(network)
    for number in range(6):
        await bob.publish(f"number {number}")
    warned = await bob.publish("the end of the story", spoiler_text="Tells the end")
    await network.settle()
    page = await log_in(await open_page(scripts=True), network, "alice")
    keyboard = page.keyboard  # its keys are kept until the scripts are there
    await keyboard.press("j")
    await expect(page.locator(f"#s{warned['id']}")).to_be_focused()
    await keyboard.press("x")
    await page.get_by_text("the end of the story").wait_for()
    await keyboard.press("j")
    await keyboard.press("f")
    second = page.get_by_role("article").filter(has_text="number 5")
    pressed = second.get_by_role("button", name="Favourite")
    await expect(pressed).to_have_attribute("aria-pressed", "true")
    await keyboard.press("k")
    await expect(page.locator(f"#s{warned['id']}")).to_be_focused()
    await keyboard.press("?")
    await page.get_by_role("dialog").get_by_text("Next message").wait_for()
    await keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    # Nothing happens while something is written.
    await page.goto(f"{network.base}/search")
    field = page.locator("main input").first
    await field.fill("")
    await field.press("j")
    await field.press("g")
    await field.press("h")
    await expect(field).to_have_value("jgh")
    await page.goto(f"{network.base}/home")
    await keyboard.press("g")
    await keyboard.press("l")
    await page.wait_for_url("**/public/local")


async def test_what_is_new_waits_until_it_is_wanted(network: Network, open_page: OpenPage) -> None:
    _, bob = await followed(network)
    for number in range(12):
        await bob.publish(f"number {number}")
    await network.settle()
    page = await log_in(await open_page(scripts=True), network, "alice")
    await listens(network)
    await page.get_by_text("number 4").scroll_into_view_if_needed()
    before = await page.evaluate("scrollY")
    await bob.publish("fresh one")
    await bob.publish("fresh two")
    await network.settle()
    pill = page.get_by_role("button", name="2 new messages")
    await pill.wait_for()
    assert await page.evaluate("scrollY") == before
    await expect(page.get_by_text("fresh one")).to_have_count(0)
    await pill.click()
    await expect(page.get_by_text("fresh two")).to_be_in_viewport()
    await expect(page.get_by_text("fresh one")).to_be_visible()
    await expect(pill).to_be_hidden()


async def test_older_ones_come_in_place_and_stay_when_one_comes_back(
    network: Network, open_page: OpenPage
) -> None:
    _, bob = await followed(network)
    for number in range(50):
        await bob.publish(f"number {number:02}")
    await network.settle()
    page = await log_in(await open_page(scripts=True), network, "alice")
    await listens(network)
    while not await page.get_by_text("number 05").count():
        await page.mouse.wheel(0, 4_000)
        await page.wait_for_timeout(200)
    assert page.url == f"{network.base}/home"
    await page.get_by_text("number 05").scroll_into_view_if_needed()
    await page.get_by_role("article").filter(has_text="number 05").locator("[data-open]").click()
    await page.wait_for_url("**/@bob/*")
    await page.go_back()
    await expect(page.get_by_text("number 05")).to_be_in_viewport()


async def test_deletion_and_share_can_be_taken_back(network: Network, open_page: OpenPage) -> None:
    alice, bob = await followed(network)
    made = await bob.publish("worth sharing")
    own = await alice.publish("a mistake")
    await network.settle()
    page = await log_in(await open_page(scripts=True), network, "alice")
    await listens(network)
    card = page.locator(f"#s{own['id']}")
    await card.locator("summary.act").press("Enter")  # the keyboard goes to the way back
    await card.get_by_role("link", name="Delete").press("Enter")
    await expect(card).to_be_hidden()
    await expect(page.get_by_role("button", name="Undo")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(card).to_be_focused()
    (await alice.get(f"/api/v1/statuses/{own['id']}")).ok()

    other = page.locator(f"#s{made['id']}")
    await other.get_by_role("button", name="Share").click()
    await page.get_by_role("button", name="Undo").click()
    await expect(other.get_by_role("button", name="Share")).to_have_attribute(
        "aria-pressed", "false"
    )
    assert not (await alice.get(f"/api/v1/statuses/{made['id']}")).ok()["reblogged"]

    menu = other.locator("summary.act")
    await menu.click()
    await other.get_by_role("link", name="Block @bob").click()
    await expect(other).to_be_hidden()
    await page.get_by_text("@bob is blocked.").wait_for()
    await page.get_by_role("button", name="Undo").click()
    await expect(other).to_be_visible()
    assert (await standing(alice, bob))["following"]

    # Leaving the page is no taking back.
    await menu.click()
    await other.get_by_role("link", name="Mute @bob").click()
    await expect(other).to_be_hidden()
    await card.locator("summary.act").click()
    await card.get_by_role("link", name="Delete").click()
    await expect(card).to_be_hidden()
    await page.goto(f"{network.base}/about")

    async def is_deleted() -> bool:
        return (await alice.get(f"/api/v1/statuses/{own['id']}")).status == 404

    async def is_muted() -> bool:
        return (await standing(alice, bob))["muting"]

    await eventually(is_deleted)
    await eventually(is_muted)


async def test_pictures_are_seen_in_full_over_the_page(
    network: Network, open_page: OpenPage
) -> None:
    _, bob = await followed(network)
    ids: list[str] = []
    for words in ("The sea", "The quay"):
        fields = {"file": io.BytesIO(gradient()), "description": words}
        ids.append((await bob.call("POST", "/api/v2/media", data=fields)).json["id"])
    await network.settle()
    await bob.publish("two pictures", media_ids=ids)
    await network.settle()
    page = await log_in(await open_page(scripts=True), network, "alice")
    await page.get_by_role("link", name="The sea").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("img", name="The sea")).to_be_visible()
    await page.keyboard.press("ArrowRight")
    await expect(dialog.get_by_role("img", name="The quay")).to_be_visible()
    await dialog.get_by_role("button", name="Next picture").press("Space")
    sea = dialog.get_by_role("img", name="The sea")
    await expect(sea).to_be_visible()
    # In its whole size it is moved by a finger or by arrows, beginning where it was pointed at.
    await sea.evaluate("one => { one.style.padding = '999px' }")
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Space")
    stage = dialog.locator(".stage")
    await expect(stage).to_have_css("touch-action", "auto")
    middle = await stage.evaluate("one => one.scrollLeft")
    assert middle > 0
    await page.keyboard.press("ArrowRight")
    await page.wait_for_function(
        "was => document.querySelector('.stage').scrollLeft > was", arg=middle
    )
    await expect(sea).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_role("link", name="The sea")).to_be_focused()
    # As phones do it: the way back closes the picture and stays on the page, however often.
    for _ in range(2):
        await page.get_by_role("link", name="The sea").click()
        await expect(dialog).to_be_visible()
        await page.go_back()
        await expect(dialog).to_have_count(0)
        await expect(page.get_by_role("link", name="The sea")).to_be_focused()
    assert page.url == f"{network.base}/home"


async def test_reading_goes_on_where_it_stopped(network: Network, open_page: OpenPage) -> None:
    alice, bob = await followed(network)
    for number in range(5):
        await bob.publish(f"number {number}")
    await network.settle()
    page = await log_in(await open_page(scripts=True), network, "alice")
    await listens(network)
    await page.evaluate(SEEN)
    await page.goto(f"{network.base}/about")
    newest = (await alice.home())[0]

    async def is_marked() -> bool:
        found = (await alice.get("/api/v1/markers", timeline=["home"])).ok()
        return bool(found) and found["home"]["last_read_id"] == newest["id"]

    await eventually(is_marked)
    for number in range(30):
        await bob.publish(f"later {number}")
    await network.settle()
    other = await log_in(await open_page(width=390), network, "alice")
    await other.get_by_text("30 messages since you stopped reading").wait_for()
    await other.get_by_role("link", name="Back to where you were").click()
    await expect(other.get_by_text("later 0", exact=True)).to_have_count(1)
    await other.get_by_role("button", name="I have read these").click()
    await other.get_by_text("You had read up to here").wait_for()


async def test_sound_goes_on_when_another_page_is_opened(
    network: Network, open_page: OpenPage
) -> None:
    sound = film("mp3", None, "libmp3lame", seconds=30)
    _, bob = await followed(network)
    fields = {"file": io.BytesIO(sound), "description": "The bell"}
    uploaded = await bob.call("POST", "/api/v2/media", data=fields)
    await network.settle()
    await bob.publish("the bell of the harbour", media_ids=[uploaded.json["id"]])
    await network.settle()
    page = await log_in(await open_page(scripts=True), network, "alice")
    played = page.locator(".media audio")
    await played.evaluate("one => { one.muted = true; return one.play() }")
    # Left and come back to, kept by the browser as it was: it goes on.
    await page.evaluate(
        "() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))"
    )
    await played.evaluate("one => one.pause()")
    await page.evaluate(
        "() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
    )
    await page.wait_for_function("() => !document.querySelector('.media audio').paused")
    await page.get_by_role("link", name="Bookmarks").first.click()
    corner = page.get_by_role("complementary", name="Playing")
    await expect(corner.get_by_role("link", name="bob · The bell")).to_be_visible()
    await corner.get_by_role("button", name="Close").click()
    await expect(corner).to_have_count(0)
    # What is gone is said in its place.
    await page.route("**/media/**", lambda route: route.fulfill(status=404))
    await page.goto(f"{network.base}/home")
    await played.evaluate("one => { one.play().catch(() => {}) }")
    await page.locator(".media .pending", has_text="cannot be played").wait_for()
