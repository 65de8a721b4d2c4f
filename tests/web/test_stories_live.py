"""Pages that are open while things happen, in a real browser with scripts."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect
from tests.rig.network import PASSWORD, Network
from tests.web.browsing import eventually, is_installed, listens, log_in, writing
from tests.web.conftest import OpenPage

from parvis.domain.access import sessions
from parvis.domain.network.announcements import AnnouncementDraft, announce
from parvis.infra.clock import now
from parvis.web.static_files import static_files, style_sheet

pytestmark = pytest.mark.slow

HASHED = re.compile(r"/static/[\w-]+\.[0-9a-f]{12}\.\w+")
CARDS = "article.status"
TAKE_IN = """() => {
  document.addEventListener("parvis:status", ({detail}) => {
    if (!document.getElementById(detail.element.id)) document.querySelector(".feed").prepend(detail.element)
  })
}"""


async def test_visitor_watches_the_square(network: Network, open_page: OpenPage) -> None:
    alice = await network.person("alice")
    page = await open_page(scripts=True)

    async def too_soon(route: Route) -> None:
        """Between the page, which is still empty, and its stream."""
        await alice.publish("The first word")
        await network.settle()
        await route.continue_()

    await page.route("**/live?*", too_soon, times=1)
    await page.goto(network.base)
    await page.get_by_role("button", name="One new message").click()
    await expect(page.get_by_text("The square is still quiet")).to_have_count(0)
    first = (await alice.home())[0]
    await network.db.run(announce, AnnouncementDraft(text="We meet on Saturday"))
    await network.settle()
    await page.get_by_role("region", name="Announcement").wait_for()

    warned = await alice.publish("Behind a warning", spoiler_text="Careful")
    await network.settle()
    await page.goto(network.base)  # browsers keep the empty page of visitors for a moment
    # Told of by the stream, or on the page if that moment is over.
    both = page.get_by_role("button", name="2 new messages")
    await both.or_(page.locator(f"#s{warned['id']}")).first.wait_for()
    await page.reload()
    await listens(network, 1)

    await alice.publish("Something <b>new</b> for everybody")
    await network.settle()
    pill = page.get_by_role("button", name="One new message")
    await pill.wait_for()
    taken_back = await alice.publish("Said too early")
    await network.settle()
    await page.get_by_role("button", name="2 new messages").wait_for()
    (await alice.delete(f"/api/v1/statuses/{taken_back['id']}")).ok()
    await network.settle()
    await pill.click()
    await page.get_by_text("Something <b>new</b> for everybody").wait_for()
    await expect(page.get_by_text("Said too early")).to_have_count(0)

    card = page.locator(f"#s{warned['id']}")
    await card.locator("summary").click()
    await card.locator(".author").focus()
    edited = {"status": "Behind it still", "spoiler_text": "Careful"}
    (await alice.put(f"/api/v1/statuses/{warned['id']}", edited)).ok()
    await network.settle()
    await card.get_by_text("Behind it still").wait_for()  # open as it was
    await expect(card.locator(".author")).to_be_focused()

    (await alice.delete(f"/api/v1/statuses/{first['id']}")).ok()
    await network.settle()
    await page.locator(f"#s{first['id']}").wait_for(state="detached")


async def test_votes_and_hours_are_counted_while_one_looks(
    network: Network, open_page: OpenPage
) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("When?", poll={"options": ["Now", "Later"], "expires_in": 6_000})
    meeting = AnnouncementDraft(text="We meet at noon", ends_at=now() + timedelta(hours=1))
    await network.db.run(announce, meeting)
    await network.settle()
    page = await open_page(scripts=True)
    await page.clock.install()
    await page.goto(network.base)
    await page.get_by_role("region", name="Announcement").wait_for()
    await listens(network, 1)
    await expect(page.locator(f"#s{made['id']} .poll")).to_contain_text("0 voters")
    (await bob.post(f"/api/v1/polls/{made['poll']['id']}/votes", {"choices": [1]})).ok()
    await network.settle()
    await page.clock.fast_forward(16_000)
    await expect(page.locator(f"#s{made['id']} .poll")).to_contain_text("1 voter")
    await page.clock.fast_forward(3_600_000)
    await expect(page.get_by_role("region", name="Announcement")).to_have_count(0)


async def test_older_messages_of_somebodys_page_are_live_too(
    network: Network, open_page: OpenPage
) -> None:
    alice, _ = await network.people("alice", "bob")
    made = [await alice.publish(f"number {at}") for at in range(22)]
    page = await log_in(await open_page(scripts=True), network, "bob", "/@alice")
    oldest = page.locator(f"#s{made[0]['id']}")
    async with page.expect_request(
        lambda asked: "cards=" in asked.url and made[0]["id"] in asked.url
    ):
        await page.mouse.wheel(0, 20_000)
    await listens(network, 1)
    await expect(oldest).to_be_attached()
    (await alice.put(f"/api/v1/statuses/{made[1]['id']}", {"status": "put otherwise"})).ok()
    (await alice.delete(f"/api/v1/statuses/{made[0]['id']}")).ok()
    await network.settle()
    await expect(page.get_by_text("put otherwise")).to_be_attached()
    await expect(oldest).to_have_count(0)


async def test_badge_and_the_end_of_a_session(network: Network, open_page: OpenPage) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("hello")
    await network.settle()
    page = await open_page(scripts=True)
    await log_in(page, network, "alice", "/")
    await listens(network, 1)
    (await bob.post(f"/api/v1/statuses/{made['id']}/favourite")).ok()
    await network.settle()
    await expect(page).to_have_title(re.compile(r"^\(1\) "))

    await network.db.run(sessions.end_all, alice.user_id)
    await page.get_by_text("You are logged out").wait_for()


async def test_stream_comes_back_by_itself(network: Network, open_page: OpenPage) -> None:
    alice = await network.person("alice")
    await alice.publish("The first word")
    await network.settle()
    page = await open_page(scripts=True)
    await page.goto(network.base)
    await listens(network, 1)
    await page.evaluate(TAKE_IN)
    await page.context.set_offline(True)
    for (listener,) in list(network.app.streams.by_channel.values()):
        listener.end()
    await page.get_by_text("No connection; trying again.").wait_for()
    await alice.publish("Said meanwhile")
    await network.settle()
    await page.context.set_offline(False)
    await page.get_by_text("Said meanwhile").wait_for()
    await expect(page.get_by_text("No connection; trying again.")).to_have_count(0)

    # Asleep for so long that nobody knows what was missed: all of it is read up, and not a page alone.
    async def knows_nothing(route: Route) -> None:
        words = "event: reload\ndata:\n\n"
        await route.fulfill(content_type="text/event-stream", body=words)

    await page.context.route("**/live?*", knows_nothing)
    for number in range(25):
        await alice.publish(f"Number {number} of the night")
    await network.settle()
    await page.evaluate("() => dispatchEvent(new Event('online'))")
    await page.get_by_text("Number 24 of the night").wait_for()
    await expect(page.locator(CARDS).filter(has_text="of the night")).to_have_count(25)


HIDE = """(is) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => is })
  document.dispatchEvent(new Event("visibilitychange"))
}"""


async def test_of_hidden_pages_one_goes_on_listening(network: Network, open_page: OpenPage) -> None:
    alice = await network.person("alice")
    await alice.publish("The first word")
    await network.settle()
    one = await open_page(scripts=True)
    other = await one.context.new_page()
    for page in (one, other):
        await page.goto(network.base)
        await page.evaluate(TAKE_IN)
    await listens(network, 2)
    for page in (one, other):
        await page.evaluate(HIDE, arg=True)
    await listens(network, 1)
    await alice.publish("Said while nobody looked")
    await network.settle()
    for page in (one, other):
        await page.evaluate(HIDE, arg=False)
        await page.get_by_text("Said while nobody looked").wait_for()
    await listens(network, 2)
    # Opened behind the others, as many as one likes: browsers open six connections at most.
    await one.context.add_init_script(
        "Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })"
    )
    for _ in range(5):
        behind = await one.context.new_page()
        await behind.goto(network.base)
        await behind.evaluate("() => import(document.querySelector('script[type=module]').src)")
    await alice.publish("Said to those behind")
    await network.settle()
    await behind.evaluate(TAKE_IN)
    assert network.app.streams.count == 2
    await behind.evaluate(HIDE, arg=False)
    await behind.get_by_text("Said to those behind").wait_for()
    await listens(network, 3)


async def kept(page: Page) -> dict[str, Any]:
    return await page.evaluate(
        """async () => {
          const found = {}
          for (const name of await caches.keys()) {
            const keys = await (await caches.open(name)).keys()
            found[name] = keys.map((one) => new URL(one.url).pathname)
          }
          return found
        }"""
    )


async def test_what_was_seen_is_read_without_a_connection(
    network: Network, open_page: OpenPage
) -> None:
    alice = await network.person("alice", locale="fr")
    made = await alice.publish("Words to keep")
    await network.settle()
    page = await open_page(language="fr", scripts=True)
    await log_in(page, network, "alice", "/")
    await is_installed(page)
    await page.goto(f"{network.base}/@alice/{made['id']}")
    await page.goto(f"{network.base}/settings/account")
    await page.goto(f"{network.base}/@alice")
    await page.get_by_text("Words to keep").first.wait_for()

    async def are_kept() -> bool:
        found = [path for paths in (await kept(page)).values() for path in paths]
        return {"/@alice", f"/@alice/{made['id']}"} <= set(found)

    await eventually(are_kept)
    await page.context.set_offline(True)
    await page.goto(f"{network.base}/@alice/{made['id']}")
    await page.get_by_text("Words to keep").wait_for()
    await page.get_by_text("Pas de connexion\u202f; voici ce que vous aviez vu").wait_for()
    await page.goto(f"{network.base}/settings/account")  # of what is secret nothing is kept
    await page.get_by_role("heading", name="Pas de connexion").wait_for()

    await page.context.set_offline(False)
    await page.get_by_label("Nouveau mot de passe").wait_for()  # it opens by itself


async def test_worker_after_many_updates_and_on_a_full_device(
    network: Network, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of old versions go, those of now never; a sheet that is gone is that of now."""
    files = static_files()
    monkeypatch.setattr(files, "worker", files.worker.replace("FILES = 150", "FILES = 3"))
    await network.person("alice")
    page = await log_in(await open_page(scripts=True), network, "alice")
    await is_installed(page)
    old, *now = ["/static/old.0123456789ab.js", *HASHED.findall(files.worker)]
    await page.evaluate("async old => (await caches.open('files')).put(old, new Response(''))", old)
    monkeypatch.setattr(files, "worker", files.worker + "// another version")
    await page.evaluate("async () => (await navigator.serviceWorker.ready).update()")

    async def is_old_away() -> bool:
        return old not in (await kept(page))["files"]

    await eventually(is_old_away)
    assert {"/offline", *now} <= set((await kept(page))["files"])
    asked = "path => fetch(path).then(async one => [one.status, await one.text()])"
    status, sheet = await page.evaluate(asked, "/static/parvis.0123456789ab.css")
    assert (status, sheet) == (200, style_sheet().decode())
    assert (await page.evaluate(asked, "/static/parvis.0123456789ab.js"))[0] == 404  # none mixes

    # No room: pages are read and messages sent as before, and nothing that waits is said to be kept.
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    tool = await page.context.new_cdp_session(page)
    await tool.send("Storage.overrideQuotaForOrigin", {"origin": network.base, "quotaSize": 1})
    await page.goto(f"{network.base}/@alice")
    await writing(page, network)
    words = page.locator("p-composer textarea").first
    await words.fill("No room for this")
    await page.context.set_offline(True)
    await page.keyboard.press("Control+Enter")
    await page.get_by_text("Nothing was sent").wait_for()
    await expect(words).to_have_value("No room for this")
    await page.context.set_offline(False)
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url("**/@alice/*")
    assert errors == []


async def test_a_form_without_a_connection_says_that_nothing_was_sent(
    network: Network, open_page: OpenPage
) -> None:
    page = await open_page(scripts=True)
    await page.goto(network.base)
    await is_installed(page)
    await page.goto(f"{network.base}/auth/sign-up")
    await page.get_by_label("Username").fill("leo")
    await page.get_by_label("E-mail address").fill("leo@example.org")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_label("Why would you like to join?").fill("I live here")
    await page.get_by_label("I agree to the rules").check()
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Ask to join").click()
    await page.get_by_text("Nothing was sent").wait_for()
    await expect(page.get_by_label("Username")).to_have_value("leo")  # the form as it was
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Ask to join").click()
    await page.get_by_text("with the moderators").wait_for()


async def test_nothing_is_left_for_the_next_reader(network: Network, open_page: OpenPage) -> None:
    alice, bob = await network.people("alice", "bob")
    secret = await alice.publish("For followers", visibility="private")
    await network.settle()
    page = await open_page(scripts=True)
    await log_in(page, network, "alice", "/")
    await is_installed(page)
    await page.goto(f"{network.base}/@alice/{secret['id']}")
    await page.get_by_text("For followers").wait_for()
    await page.goto(f"{network.base}/@alice")
    pages = f"pages-{alice.account_id}"

    async def is_kept() -> bool:
        return f"/@alice/{secret['id']}" in (await kept(page)).get(pages, [])

    async def is_forgotten() -> bool:
        return pages not in await kept(page)

    await eventually(is_kept)
    await page.get_by_role("button", name="Log out").click()
    await page.get_by_role("link", name="Log in").first.wait_for()
    await eventually(is_forgotten)
    await page.context.set_offline(True)
    await page.goto(f"{network.base}/@alice/{secret['id']}")
    await page.get_by_role("heading", name="No connection").wait_for()
    await page.context.set_offline(False)
    await page.get_by_role("heading", name="There is nothing here").wait_for()  # for a visitor

    # Also where nobody logged out: the session was taken over by another's.
    await log_in(page, network, "alice", "/")
    await page.goto(f"{network.base}/@alice/{secret['id']}")
    await eventually(is_kept)
    other = await open_page(scripts=True)
    await log_in(other, network, "bob", "/")
    await page.context.add_cookies(await other.context.cookies())
    await page.goto(f"{network.base}/about")
    await page.get_by_role("heading", name="About").wait_for()
    await eventually(is_forgotten)
    assert bob.account_id


async def test_moments_are_where_the_reader_is(network: Network, open_page: OpenPage) -> None:
    alice = await network.person("alice")
    made = await alice.publish("hello")
    await network.db.fetch("update statuses set created_at = '2026-07-01 23:30:00+00'")
    network.db.slots.bump_all()
    page = await open_page(scripts=True, zone="Asia/Tokyo")
    await log_in(page, network, "alice", "/")
    await page.wait_for_function("() => document.cookie.includes('tz=Asia/Tokyo')")
    await page.goto(f"{network.base}/@alice/{made['id']}")
    await page.get_by_text("2 July 2026 08:30").wait_for()


async def test_what_waited_is_sent_though_every_page_is_closed(
    network: Network, open_page: OpenPage
) -> None:
    """The browser wakes the worker when there is a connection again (Background Sync)."""
    alice = await network.person("alice")
    page = await open_page(scripts=True)
    await log_in(page, network, "alice", "/publish")
    await is_installed(page)
    await page.context.set_offline(True)
    await page.get_by_label("Your message").fill("From the train")
    await page.keyboard.press("Control+Enter")
    await page.locator(".waiting-line").wait_for()

    browser = await page.context.new_cdp_session(page)
    found: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def registered(told: dict[str, Any]) -> None:
        for one in told["registrations"]:
            if not found.done():
                found.set_result(one["registrationId"])

    browser.on("ServiceWorker.workerRegistrationUpdated", registered)
    await browser.send("ServiceWorker.enable")
    registration = await asyncio.wait_for(found, 60)
    await page.evaluate(
        "() => { addEventListener('online', (e) => e.stopImmediatePropagation(), true) }"
    )
    other = await page.context.new_page()
    waker = await page.context.new_cdp_session(other)
    await waker.send("ServiceWorker.enable")
    await page.close()
    await other.context.set_offline(False)
    woken = {"origin": network.base, "registrationId": registration, "tag": "parvis-queue"}
    await waker.send("ServiceWorker.dispatchSyncEvent", {**woken, "lastChance": False})
    await eventually(alice.home)
    assert [one["content"] for one in await alice.home()] == ["<p>From the train</p>"]
