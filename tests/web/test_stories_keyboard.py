"""With the keyboard alone, and without a script: nothing but Tab, Enter, Space, arrows and letters."""

import pytest
from playwright.async_api import expect
from tests.rig.network import PASSWORD, Network
from tests.web.browsing import Hands
from tests.web.conftest import OpenPage

from parvis.domain.network import settings

pytestmark = pytest.mark.slow


async def test_visitor_looks_around_and_joins(network: Network, open_page: OpenPage) -> None:
    await network.db.run(settings.change, registrations="open")
    (bob,) = await network.people("bob")
    await bob.publish("Boats come in at #harbour")
    page = await open_page(width=390)
    hands = Hands(page)
    await page.goto(network.base)
    await hands.press("Skip to the content")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.closest('main') !== null")
    await hands.go("#harbour", "#harbour")
    await hands.go("bob…", "bob")
    await hands.go("Log in", "Log in")
    await hands.go("Join…", "Join")
    await hands.write("Username…", "nina")
    await hands.write("E-mail address…", "nina@example.org")
    await hands.write("Password…", PASSWORD)
    await hands.press("I agree…", "Space")
    await hands.send()
    await page.goto(f"{network.base}/home")
    await hands.press("More")
    await hands.send("Log out")
    await hands.go("Log in", "Log in")
    await hands.write("Username…", "nina")
    await hands.write("Password…", PASSWORD)
    await hands.send()
    await expect(page).to_have_url(f"{network.base}/home")


async def test_member_writes_marks_and_gathers(network: Network, open_page: OpenPage) -> None:
    alice, bob = await network.people("alice", "bob")
    when = {"options": ["At dawn", "At dusk"], "expires_in": 600}
    await bob.publish("Boats come in", poll=when)
    hands = Hands(page := await open_page())
    await page.goto(f"{network.base}/auth/log-in?next=/publish")
    await hands.write("Username…", "alice")
    await hands.write("Password…", PASSWORD)
    await hands.send()
    await hands.write("Your message", "When?")
    await hands.press("Poll")
    await hands.write("Answer 1", "Monday")
    await hands.write("Answer 2", "Tuesday")
    await hands.press("Results only…", "Space")
    await hands.press("Content warning")
    await hands.write("Shown in place…", "A date")
    await hands.to("Who sees it")
    await page.keyboard.press("ArrowDown")
    await hands.send("Publish")
    (made,) = await alice.home()
    assert (made["spoiler_text"], made["visibility"]) == ("A date", "unlisted")
    assert [one["title"] for one in made["poll"]["options"]] == ["Monday", "Tuesday"]
    await hands.press("More about this message")
    await hands.go("Delete", "Delete")
    await hands.send("Delete")
    assert await alice.home() == []

    await page.goto(f"{network.base}/public/local")
    await hands.press("At dawn", "ArrowDown")  # a radio's next
    for act in ("Vote", "Share", "Favourite", "Bookmark"):
        await hands.send(act)
    for place in ("bookmarks", "favourites"):
        await page.goto(f"{network.base}/{place}")
        await expect(page.locator("main")).to_contain_text("Boats come in")
    voted = (await alice.get(f"/api/v1/accounts/{bob.id}/statuses")).ok()[0]
    assert voted["poll"]["own_votes"] == [1]
    assert voted["reblogged"]

    await page.goto(f"{network.base}/@bob")
    await hands.send("Follow @bob")
    await page.goto(f"{network.base}/lists")
    await hands.write("Name", "Sailors")
    await hands.go("Make the list", "Sailors")
    await hands.write("Search among…", "bob")
    await hands.send()
    await hands.send("Add @bob")
    await expect(page.locator("main")).to_contain_text("1 person on the list")
    await page.goto(f"{network.base}/@bob")
    await hands.press("More about @bob")
    await hands.press("Block")
    await hands.send("Block")
    await page.goto(f"{network.base}/blocks")
    await expect(page.locator("main")).to_contain_text("@bob")
    await hands.send("Unblock @bob")
    await page.get_by_text("Nobody is blocked").wait_for()


async def test_member_keeps_house_and_leaves(network: Network, open_page: OpenPage) -> None:
    await network.person("alice")
    other = await open_page()
    page = await open_page()
    for one in (other, page):
        await one.goto(f"{network.base}/auth/log-in?next=/settings/sessions")
        await Hands(one).write("Username…", "alice")
        await Hands(one).write("Password…", PASSWORD)
        await Hands(one).send()
    hands = Hands(page)
    await hands.send("Log out everywhere else")
    await other.reload()
    await other.get_by_text("Your session has ended").wait_for()
    await page.goto(f"{network.base}/settings/profile")
    await hands.write("Name…", "Alice of the harbour")
    await hands.send("Save your page")
    await page.get_by_text("Your page is changed.").wait_for()
    await page.goto(f"{network.base}/settings/preferences")
    await hands.send("Keep these choices")
    await page.goto(f"{network.base}/settings/export")
    await hands.send("Ask for an archive")
    await page.get_by_text("We write to you when it is ready").first.wait_for()
    await page.goto(f"{network.base}/settings/delete")
    await hands.write("Current password…", PASSWORD)
    await hands.send()
    await network.settle()
    assert (await network.anyone.get("/api/v1/accounts/lookup?acct=alice")).status == 404


async def test_owner_looks_after_the_network(network: Network, open_page: OpenPage) -> None:
    _, bob, carol = await network.people("alice", "bob", "carol")
    await network.person("anouk", role="owner")
    await network.person("nina", is_approved=False, reason="I live there")
    rude = await carol.publish("rude words")
    told = {"account_id": carol.id, "status_ids": [rude["id"]], "comment": "This is rude"}
    (await bob.post("/api/v1/reports", told)).ok()
    page = await open_page()
    hands = Hands(page)
    await page.goto(f"{network.base}/auth/log-in?next=/admin")
    await hands.write("Username…", "anouk")
    await hands.write("Password…", PASSWORD)
    await hands.send()
    await hands.go("Requests to join", "Requests to join")
    await hands.press("Choose @nina…", "Space")
    await hands.send("Approve")
    await expect(page.locator("main")).to_contain_text("Nobody is waiting for you")
    await hands.go("Reports", "Reports")
    await hands.send("Something else")
    await hands.write("Reason…", "Rude to everyone.")
    await hands.send("Limit")
    await expect(page.locator("main")).to_contain_text("Account limited")
    await page.goto(f"{network.base}/admin/rules")
    await hands.write("Rule", "Bring your own basket")
    await hands.send("Add")
    await expect(page.locator("main")).to_contain_text("Added.")
    await page.goto(f"{network.base}/admin/announcements")
    await hands.write("Text", "The market opens on Saturday.")
    await hands.send("Publish")
    await page.goto(f"{network.base}/admin/invitations")
    await hands.send("Make a link")
    await hands.send("Revoke")
    await page.goto(f"{network.base}/admin/settings")
    await hands.write("Name of the network", "Place du Marché")
    await hands.send()
    for path, said in (
        ("/about", "Bring your own basket"),
        ("/home", "The market opens on Saturday."),
        ("/home", "Place du Marché"),
    ):
        await page.goto(network.base + path)
        await expect(page.locator("body")).to_contain_text(said)
