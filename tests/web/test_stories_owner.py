"""Stories of those who look after a network, in a real browser."""

import re

import pytest
from playwright.async_api import FilePayload, Locator, Page, expect
from tests.rig.network import PASSWORD, Network
from tests.rig.pictures import plain
from tests.web.browsing import log_in
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.slow

LOGO: FilePayload = {
    "name": "logo.png",
    "mimeType": "image/png",
    "buffer": plain(600, 600, "PNG"),
}


@pytest.mark.parametrize("scripts", [True, False])
async def test_an_owner_makes_the_network_theirs(
    network: Network, open_page: OpenPage, *, scripts: bool
) -> None:
    """Name, colour, logo, rule and announcement; then a friend comes by invitation and sees it all."""
    await network.person("anouk", role="owner")
    page = await open_page(scripts=scripts)
    await log_in(page, network, "anouk")
    await page.goto(f"{network.base}/admin")
    await expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()
    await name_it(page)
    await give_it_a_look(page)
    await say_the_rules_and_the_news(page)
    link = await invite(page)
    friend = await open_page(scripts=scripts)
    await friend.goto(f"{network.base}/")
    await expect(friend.get_by_text("Where the market meets").first).to_be_visible()
    assert "/look.css?" in await friend.content()
    if scripts:
        accent = "getComputedStyle(document.documentElement).getPropertyValue('--accent')"
        assert (await friend.evaluate(accent)).strip() == "#1d4ed8"
    await join_by(friend, link)
    await friend.goto(f"{network.base}/home")
    announced = friend.get_by_role("region", name="Announcement")
    await expect(announced).to_contain_text("The market opens on Saturday.")
    await announced.get_by_role("button", name="Put away").click()
    await expect(announced).to_have_count(0)
    await friend.reload()
    await expect(announced).to_have_count(0)
    await network.settle()
    assert await network.db.fetchval("select count(*) from follows") == 1


def office(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Administration")


async def name_it(page: Page) -> None:
    await office(page).get_by_role("link", name="Settings").click()
    await page.get_by_label("Name of the network").fill("Place du Marché")
    await page.get_by_label("In a sentence or two").fill("Where the market meets")
    await page.get_by_role("radio", name=re.compile("Nobody")).check()
    await page.get_by_role("button", name="Keep").click()
    await expect(page.get_by_text("Kept. It is so from now on.")).to_be_visible()


async def give_it_a_look(page: Page) -> None:
    await office(page).get_by_role("link", name="Look").click()
    await page.get_by_role("button", name="Ultramarine").click()
    await expect(page.locator("#look-preview")).to_contain_text("Only a preview")
    await page.get_by_label("Your own").fill("#1d4ed8")
    await page.locator("#logo").set_input_files(LOGO)
    await page.get_by_role("button", name="Keep").click()
    await expect(page.get_by_alt_text("The logo as it is now")).to_be_visible()


async def say_the_rules_and_the_news(page: Page) -> None:
    await office(page).get_by_role("link", name="Rules").click()
    await page.get_by_label("Rule", exact=True).last.fill("Bring your own basket")
    await page.get_by_role("button", name="Add").click()
    await expect(page.get_by_text("Bring your own basket").first).to_be_visible()
    await office(page).get_by_role("link", name="Announcements").click()
    await page.get_by_label("Text").fill("The market opens on Saturday.")
    await page.locator("main").get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("Published. Members see it now.")).to_be_visible()


async def invite(page: Page) -> str:
    await office(page).get_by_role("link", name="Invitations").click()
    await page.get_by_label("Who comes by it follows me from the start").check()
    await page.get_by_role("button", name="Make a link").click()
    return await page.locator("code.secret").inner_text()


async def join_by(page: Page, link: str) -> None:
    await page.goto(link)
    await expect(page.get_by_text("You are invited by")).to_be_visible()
    await expect(page.get_by_text("Bring your own basket")).to_be_visible()
    await page.get_by_label("Username").fill("nina")
    await page.get_by_label("E-mail address").fill("nina@example.org")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_label("I agree to the rules").check()
    await page.get_by_role("button", name="Join").click()
    await page.wait_for_url(re.compile(r"^(?!.*/invite/)"))
