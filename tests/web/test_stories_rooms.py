"""A room in two browsers: what one does the other sees, without loading anything, and what sounds goes on."""

import pytest
from playwright.async_api import Locator
from tests.rig.network import Network
from tests.rig.rooms import scheduled
from tests.web.browsing import listens, log_in
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.slow


async def card_of(network: Network, open_page: OpenPage) -> Locator:
    """The room's in a timeline, while its doors are open."""
    timeline = await open_page(scripts=True)
    await timeline.goto(f"{network.base}/public/local")
    await timeline.locator(".called").get_by_text("Doors open").wait_for()
    return timeline.locator(".called")


async def test_a_hand_is_raised_let_in_and_muted_while_both_look(
    network: Network, open_page: OpenPage
) -> None:
    alice, _ = await network.people("alice", "bob")
    path = f"/rooms/{await scheduled(network, alice)}"
    host = await log_in(await open_page(scripts=False), network, "alice", path)
    await host.get_by_role("button", name="Open the doors now").click()
    await host.get_by_text("Listeners hear hold music").wait_for()
    bob = await log_in(await open_page(scripts=True, width=390), network, "bob", path)
    desk = await log_in(await open_page(scripts=True), network, "alice", path)
    card = await card_of(network, open_page)
    await listens(network, 3)
    # What is being written stays, whatever happens meanwhile, and so does what sounds.
    await bob.get_by_label("Ask something").fill("Half a ques")
    await bob.evaluate("document.querySelector('#room-sound').dataset.kept = 'yes'")
    await desk.get_by_role("button", name="Start").click()
    await desk.get_by_text("You are live.").wait_for()
    await network.settle()
    await bob.get_by_text("Live since").wait_for()
    # Its message is up to date wherever it is read, and leads there.
    await card.filter(has_text="Live now").get_by_role("link", name="Listen").wait_for()
    await card.page.close()
    assert await bob.get_by_label("Ask something").input_value() == "Half a ques"
    assert await bob.locator("#room-sound[data-kept]").count() == 1
    # Without loading the page anew: the keyboard stays where it was.
    await bob.get_by_role("button", name="Raise my hand to speak").click()
    await bob.get_by_text("Your hand is raised.").wait_for()
    await listens(network, 2)
    await network.settle()
    await desk.get_by_role("heading", name="Raised hands").wait_for()
    await desk.get_by_role("button", name="Let them speak").click()
    await desk.get_by_label("What to do with @bob").wait_for()  # done, so it can be told
    await network.settle()
    await bob.locator("p-room").wait_for(state="attached")
    assert await bob.locator("#room-sound[data-kept]").count() == 0
    await desk.get_by_label("What to do with @bob").click()
    await desk.get_by_role("button", name="Mute").click()
    await desk.get_by_text("Muted by a host").wait_for()
    await network.settle()
    await bob.get_by_text("A host muted you").wait_for()
    await bob.get_by_label("Ask something").fill("Half a question")
    await bob.get_by_role("button", name="Ask", exact=True).click()
    await bob.get_by_text("1 wants an answer").wait_for()
    await network.settle()
    await desk.get_by_text("Half a question").wait_for()
    await desk.get_by_role("button", name="I want this too").click()
    await desk.get_by_text("2 want an answer").wait_for()
    # Two desks of one host: what one ended the other does not start.
    await host.goto(network.base + path)
    await host.get_by_text("End the room").click()
    await host.get_by_role("button", name="End it for everybody").click()
    await host.get_by_text("The room is over.").wait_for()
    await network.settle()
    await bob.get_by_text("It ended on").wait_for()
    assert await bob.locator("#room-sound").count() == 1
    assert await bob.locator("p-room").count() == 0
    assert await bob.get_by_role("button", name="Stop speaking here").count() == 0
