"""Polls with scripts: more answers in place, what was begun is found again, ranks typed on the keyboard."""

import pytest
from playwright.async_api import expect
from tests.rig.network import Network
from tests.web.browsing import Hands, eventually, log_in, writing
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.slow


async def test_ranked_poll_of_six_is_asked_and_voted_in(
    network: Network, open_page: OpenPage
) -> None:
    alice, bob = await network.people("alice", "bob")
    page = await log_in(await open_page(scripts=True), network, "alice")
    await page.locator(".unfold > summary").click()
    await page.get_by_label("Your message").fill("What shall we build?")
    await page.locator("summary", has_text="Poll").click()
    await page.get_by_label("Answer 1").fill("A ferry")
    # At home a poll is small: what is more has a page of its own, and nothing written is lost.
    await page.get_by_role("button", name="More answers and settings").click()
    await page.wait_for_url("**/publish/send")
    await page.locator("p-composer:defined").wait_for(state="attached")
    await expect(page.get_by_label("Answer 1", exact=True)).to_have_value("A ferry")
    await expect(page.locator('[name="option[]"]')).to_have_count(10)
    await page.get_by_role("button", name="More answers").click()
    await page.get_by_label("Answer 16").wait_for()
    await page.keyboard.type("The fifth")  # the first new line has the keyboard
    for number, text in enumerate(("A ferry", "A bridge", "A tunnel", "Nothing"), 1):
        await page.get_by_label(f"Answer {number}", exact=True).fill(text)
    await page.get_by_label("Answer 16").fill("The sixth")
    await page.get_by_label("Your message").fill("What shall we build?")
    await page.get_by_label("Each voter may").select_option("ranked")
    await writing(page, network)
    await eventually(page.get_by_label("Answer 16").count)
    await expect(page.get_by_label("Answer 16")).to_have_value("The sixth")
    await expect(page.get_by_label("Each voter may")).to_have_value("ranked")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await eventually(alice.home)
    made = (await alice.home())[0]
    assert [one["title"] for one in made["poll"]["options"]][4:] == ["The fifth", "The sixth"]
    page = await log_in(await open_page(), network, "bob")
    await page.goto(made["url"])
    hands = Hands(page)
    await hands.write("A ferry", "2")
    await hands.write("Nothing", "1")
    await hands.send("Vote")
    seen = (await bob.get(f"/api/v1/polls/{made['poll']['id']}")).ok()
    assert seen["own_votes"] == [3, 0]
