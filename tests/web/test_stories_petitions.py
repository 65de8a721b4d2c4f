"""Petitions in a browser: started without scripts, signed with them on a phone, hurriedly."""

import re

import pytest
from playwright.async_api import expect
from tests.rig.logs import Logs
from tests.rig.network import Network
from tests.web.browsing import log_in
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.slow


async def test_a_petition_is_started_signed_and_proved(
    network: Network, open_page: OpenPage
) -> None:
    logs = Logs(network)
    await logs.start()
    await network.people("alice", "bob")
    author = await log_in(await open_page(), network, "alice", "/petitions")
    await author.get_by_role("link", name="Start one").first.click()
    await author.get_by_label("Title").fill("Benches on the square")
    await author.get_by_label("Text", exact=True).fill("There is nowhere to sit.")
    await author.get_by_label("To", exact=True).fill("The council")
    await author.get_by_label("Places, one a line").fill("North\nSouth")
    await author.get_by_role("button", name="Start and announce it").click()
    await expect(author.get_by_role("heading", name="Benches on the square")).to_be_visible()
    path = re.sub(r"^https?://[^/]+", "", author.url)

    phone = await log_in(await open_page(scripts=True, width=390), network, "bob", path)
    await phone.get_by_label("As initials").check()
    await phone.get_by_label("Your name").fill("Bob Kahn")
    await phone.get_by_label("Where you are").select_option("South")
    await phone.get_by_role("button", name="Sign", exact=True).dblclick()
    shown = phone.get_by_text("Your signature is promised.").filter(visible=True)
    await expect(shown).to_be_visible()
    await network.settle()
    await logs.settle()
    await phone.get_by_role("link", name="Load again").click()
    checked = phone.locator("[data-checked]")
    await expect(checked.get_by_text("Your signature is in the count.")).to_be_visible()
    await expect(checked).to_have_attribute("data-checked", "holds")  # by the browser itself
    await phone.goto(network.base + path)
    await expect(phone.get_by_text("B. K.")).to_be_visible()
    await expect(phone.get_by_text("signature of 1,000")).to_be_visible()
    assert await network.db.fetchval("select count(*) from petition_signatures") == 1
    assert await phone.evaluate("document.documentElement.scrollWidth") <= 390
