"""What somebody does at a poll's result: votes, says who they are, tries out how wrong it may be."""

import pytest
from playwright.async_api import expect
from tests.rig.network import Network
from tests.rig.reader import logged_in
from tests.web.browsing import log_in
from tests.web.conftest import OpenPage
from tests.web.test_results import ASKED, polled

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_voter_at_the_result(
    network: Network, open_page: OpenPage, *, scripts: bool
) -> None:
    poll = await polled(network)
    await network.people("bob")
    author = await logged_in(network)
    await author.send(f"{poll.path}/asking", ASKED)
    await poll.crowd(59, 1)
    page = await open_page(scripts=scripts, width=390)
    await log_in(page, network, "bob")
    await page.goto(network.base + poll.message)
    await page.get_by_label("Yes").check()
    await page.get_by_role("button", name="Vote").click()
    await expect(page.get_by_text("Your choice")).to_be_attached()
    await page.get_by_role("link", name="Result page").click()
    await page.wait_for_url("**/polls/*")
    await expect(page.get_by_text("Your choice")).to_be_attached()
    # They say who they are, and change their mind about saying it.
    await page.get_by_label("Age", exact=True).select_option("40 and more")
    await page.get_by_role("button", name="Say it").click()
    await expect(
        page.get_by_text("It is counted when the poll closes, and forgotten then.")
    ).to_be_visible()
    await page.get_by_role("button", name="Take it back").click()
    await expect(page.get_by_text("What you said of yourself is forgotten.")).to_be_visible()
    # 60 of 12,340 answered: f / (1 - f) = 60 / 12,280.
    told = page.locator("#supposed")
    await expect(told).to_contain_text("60 people")
    await page.get_by_label("Correlation of voting and opinion").fill("0.05")
    if not scripts:
        await page.get_by_role("button", name="Compute").click()
    await expect(told).to_contain_text("1 person")
    await expect(page.get_by_label("Correlation of voting and opinion")).to_have_value("0.05")
    await poll.close()
    await page.reload()
    await expect(page.get_by_text("No voter said anything of themselves")).to_be_visible()
    if scripts:
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
