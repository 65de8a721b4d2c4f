"""Whole stories between people in a real browser, with scripts and without."""

import pytest
from playwright.async_api import expect
from tests.rig.network import Network
from tests.web.browsing import eventually, log_in
from tests.web.conftest import OpenPage
from tests.web.neighbours import pages_about

from parvis.domain.network import rules

pytestmark = pytest.mark.slow
both = pytest.mark.parametrize("scripts", [False, True], ids=["plain", "scripts"])


@both
async def test_somebody_is_found_followed_noted_and_muted(
    network: Network, open_page: OpenPage, *, scripts: bool
) -> None:
    alice, bob = await network.people("alice", "bob")
    page = await log_in(await open_page(scripts=scripts), network, "alice")
    await page.get_by_role("link", name="Search").first.click()
    await page.get_by_label("People, hashtags, messages or an address").fill("@bob")
    await page.locator("main").get_by_role("button", name="Search").click()
    await page.get_by_role("button", name="Follow @bob").click()
    await expect(page.get_by_role("button", name="Unfollow @bob")).to_be_visible()
    await page.locator("main a.account-line").click()
    await expect(page.get_by_text("You follow", exact=True)).to_be_visible()

    await page.locator("summary[aria-label='What to hear of them']").click()
    await page.get_by_label("Tell me about each new message").check()
    await page.get_by_role("button", name="Save").click()
    relation = f"/api/v1/accounts/relationships?id[]={bob.id}"

    async def is_noted() -> bool:
        return (await alice.get(relation)).ok()[0]["notifying"]

    await eventually(is_noted)
    await page.reload()

    more = page.locator("summary[aria-label='More about @bob']")
    await more.click()
    await page.get_by_text("Private note").click()
    await page.get_by_label("For yourself alone").fill("We met at the assembly")
    await page.get_by_role("button", name="Keep the note").click()
    await expect(page.locator(".own-note")).to_contain_text("We met at the assembly")

    await more.click()
    await page.locator("summary", has_text="Mute").click()
    await page.get_by_label("For how long").select_option("86400")
    await page.get_by_role("button", name="Mute", exact=True).click()
    await expect(page.get_by_text("Muted until")).to_be_visible()

    await page.goto(f"{network.base}/mutes")
    await page.get_by_role("button", name="Unmute @bob").click()
    await page.get_by_role("button", name="Mute again @bob").click()
    await expect(page.get_by_role("button", name="Unmute @bob")).to_be_visible()
    (stands,) = (await alice.get(relation)).ok()
    assert stands["muting"]
    assert stands["muting_expires_at"] is None


@both
async def test_request_is_accepted_among_the_notifications(
    network: Network, open_page: OpenPage, *, scripts: bool
) -> None:
    alice, bob = await network.people("alice", "bob")
    (await alice.patch("/api/v1/accounts/update_credentials", {"locked": True})).ok()
    await bob.follow(alice)
    await network.settle()
    page = await log_in(await open_page(scripts=scripts), network, "alice")
    await page.get_by_role("link", name="Notifications").first.click()
    await expect(page.get_by_text("asks to follow you")).to_be_visible()
    await page.get_by_role("button", name="Accept @bob").click()
    if scripts:
        await expect(page.get_by_text("follows you now")).to_be_visible()
    else:
        await network.settle()
        await page.reload()
        await expect(page.get_by_text("asks to follow you")).to_have_count(0)
    followers = (await alice.get(f"/api/v1/accounts/{alice.id}/followers")).ok()
    assert [one["acct"] for one in followers] == ["bob"]


@both
async def test_letters_are_read_in_their_thread(
    network: Network, open_page: OpenPage, *, scripts: bool
) -> None:
    _, bob = await network.people("alice", "bob")
    await bob.publish("@alice see you at eight", visibility="direct")
    await network.settle()
    page = await log_in(await open_page(scripts=scripts, width=390), network, "alice")
    await page.locator("summary.entry", has_text="More").click()
    await page.get_by_role("link", name="Conversations").click()
    await page.get_by_role("heading", name="Conversations", exact=True).wait_for()
    await expect(page.locator(".exchange .dot")).to_have_count(1)
    await page.locator(".exchange a.whole").click()
    await page.wait_for_url("**/@bob/*")
    await expect(page.get_by_text("see you at eight").first).to_be_visible()
    await page.goto(f"{network.base}/conversations")
    await expect(page.locator(".exchange .dot")).to_have_count(0)
    await page.locator(".exchange summary").click()
    await page.get_by_role("button", name="Mark as unread").click()
    await expect(page.locator(".exchange .dot")).to_have_count(1)
    await page.locator(".exchange summary").click()
    await page.get_by_role("button", name="Take off this list").click()
    await expect(page.locator(".exchange")).to_have_count(0)


@both
async def test_list_is_made_filled_and_deleted(
    network: Network, open_page: OpenPage, *, scripts: bool
) -> None:
    alice, bob = await network.people("alice", "bob")
    await alice.follow(bob)
    page = await log_in(await open_page(scripts=scripts), network, "alice")
    await page.get_by_role("link", name="Lists").first.click()
    await page.get_by_label("Name").fill("Harbour")
    await page.get_by_role("button", name="Make the list").click()
    await page.get_by_label("Search among those you follow").fill("bob")
    await page.locator("#members").get_by_role("button", name="Search").click()
    await page.get_by_role("button", name="Add @bob").click()
    await expect(page.get_by_text("1 person on the list")).to_be_visible()
    await page.get_by_role("button", name="Remove @bob").first.click()
    await expect(page.get_by_text("0 people on the list")).to_be_visible()
    await page.get_by_text("Delete this list").click()
    await page.get_by_role("button", name="Yes, delete the list").click()
    await expect(page.get_by_text("You have no lists yet")).to_be_visible()


@both
async def test_rude_message_is_reported_and_its_author_blocked(
    network: Network, open_page: OpenPage, *, scripts: bool
) -> None:
    _, bob = await network.people("alice", "bob")
    await bob.publish("rude words")
    await network.db.run(rules.add_rule, "Be kind", "")
    page = await log_in(await open_page(scripts=scripts), network, "alice")
    await page.goto(f"{network.base}/@bob")
    await page.locator("summary[aria-label='More about @bob']").click()
    await page.get_by_role("link", name="Report this account").click()
    await page.get_by_label("It breaks a rule").check()
    await page.get_by_label("Be kind").check()
    await page.get_by_label("rude words").check()
    await page.get_by_label("Anything else").fill("The third time")
    await page.get_by_role("button", name="Send the report").click()
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    await page.get_by_role("button", name="Block").click()
    await expect(page.get_by_text("You have blocked this account")).to_be_visible()
    kept = await network.db.fetch(
        "select category, comment, cardinality(status_ids) n from reports"
    )
    assert [tuple(one) for one in kept] == [("violation", "The third time", 1)]


async def test_notifications_come_while_one_looks(network: Network, open_page: OpenPage) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("The lamps are lit")
    page = await log_in(await open_page(scripts=True), network, "alice")
    await page.goto(f"{network.base}/notifications")
    await expect(page.get_by_text("Nothing new")).to_be_visible()
    (await bob.post(f"/api/v1/statuses/{made['id']}/favourite")).ok()
    await network.settle()
    await expect(page.get_by_text("bob favourited your message")).to_be_visible()
    await expect(page.get_by_text("Nothing new")).to_have_count(0)
    newest = await network.db.fetchval("select max(id) from notifications")

    async def is_read() -> bool:
        marker = (await alice.get("/api/v1/markers", timeline=["notifications"])).ok()
        return bool(marker) and int(marker["notifications"]["last_read_id"]) == newest

    await eventually(is_read)
    await expect(page.locator("[data-badge]")).to_be_hidden()
    await page.get_by_role("button", name="Put aside").click()
    await expect(page.locator(".notice")).to_have_count(0)


async def test_hands_on_the_keyboard_alone(network: Network, open_page: OpenPage) -> None:
    alice, bob = await network.people("alice", "bob")
    (await alice.patch("/api/v1/accounts/update_credentials", {"locked": True})).ok()
    await bob.follow(alice)
    page = await log_in(await open_page(scripts=True), network, "alice")
    await page.goto(f"{network.base}/follow_requests")
    await page.get_by_role("button", name="Refuse @bob").press("Enter")
    await expect(page.locator("li", has_text="Refused. They are not told.")).to_be_focused()
    await page.goto(f"{network.base}/@bob")
    follow = page.get_by_role("button", name="Follow @bob")
    await follow.focus()
    await page.keyboard.press("Enter")
    unfollow = page.get_by_role("button", name="Unfollow @bob")
    await expect(unfollow).to_be_focused()  # the new button in the old one's place
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Tell me about each new message")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 768])
async def test_no_page_is_wider_than_the_screen(
    network: Network, open_page: OpenPage, width: int
) -> None:
    anouk = await network.person("anouk", role="owner")
    bob, carol = await network.people("bob", "carol")
    long = {"display_name": "W" * 30, "note": "M" * 400}
    (await bob.patch("/api/v1/accounts/update_credentials", long)).ok()
    paths = await pages_about(anouk, bob, carol)
    await network.settle()
    page = await log_in(await open_page(width=width), network, "anouk")
    for path in paths.values():
        await page.goto(network.base + path)
        shot = await page.screenshot(full_page=True)
        assert int.from_bytes(shot[16:20], "big") <= width, path  # a PNG's width
