"""Stories of carrying things: one's own page, what comes along from elsewhere, what is taken away."""

import io
import zipfile

import pytest
from tests.rig import pictures
from tests.rig.network import Network
from tests.web.browsing import log_in
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.slow

FOLLOWS = "Account address,Show boosts\nbob,true\nghost,true\nfar@away.example,true\n"


@pytest.mark.parametrize("scripts", [True, False])
async def test_newcomer_makes_a_page_and_brings_friends(
    network: Network, open_page: OpenPage, *, scripts: bool
) -> None:
    alice, _ = await network.people("alice", "bob")
    await alice.publish("I love #lighthouses")
    page = await open_page(scripts=scripts)
    await log_in(page, network, "alice")
    await page.goto(f"{network.base}/settings/profile")
    await page.get_by_label("Name", exact=False).first.fill("Alice of the harbour")
    if scripts:
        await page.locator(".shown-name", has_text="Alice of the harbour").wait_for()
    await page.get_by_label("About you").fill("Lamps, mostly.")
    await page.locator("#avatar").set_input_files(
        {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": pictures.plain()}
    )
    if scripts:
        shown = page.locator("[data-shown=avatar]")
        await shown.wait_for()
        assert (await shown.get_attribute("src") or "").startswith("blob:")
    await page.get_by_label("What it shows").first.fill("A green square")
    await page.get_by_label("Approve followers").check()
    await page.get_by_role("button", name="Save your page").click()
    await page.get_by_text("Your page is changed.").wait_for()
    await page.get_by_role("button", name="#lighthouses").click()
    await page.get_by_text("It is on your page now.").wait_for()
    await page.get_by_role("link", name="See your page").click()
    await page.get_by_role("heading", name="Alice of the harbour").wait_for()

    await page.goto(f"{network.base}/settings/import")
    file = {"name": "f.csv", "mimeType": "text/csv", "buffer": b"bob smith\n"}
    await page.locator("#file").set_input_files(file)
    await page.get_by_role("button", name="Read the file").click()
    await page.get_by_text("Line 1: This is not an address").wait_for()
    await page.locator("#file").set_input_files(file | {"buffer": FOLLOWS.encode()})
    await page.get_by_role("button", name="Read the file").click()
    await page.get_by_role("heading", name="What would happen").wait_for()
    await page.get_by_role("button", name="Import", exact=True).click()
    await page.get_by_role("heading", name="Under way").wait_for()
    await network.settle()
    if not scripts:
        await page.get_by_role("link", name="Look again").click()
    await page.get_by_role("heading", name="Done", exact=True).wait_for()
    await page.get_by_text("On servers that this network does not reach yet").wait_for()
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="Download what was not done").click()
    saved = await (await coming.value).path()
    assert "far@away.example" in saved.read_text()
    followed = (await alice.get(f"/api/v1/accounts/{alice.id}/following")).ok()
    assert [one["acct"] for one in followed] == ["bob"]


async def test_member_takes_everything_along(network: Network, open_page: OpenPage) -> None:
    alice = await network.person("alice")
    await alice.publish("the words I wrote")
    page = await open_page()
    await log_in(page, network, "alice")
    await page.goto(f"{network.base}/settings/export")
    await page.get_by_role("button", name="Ask for an archive").click()
    await page.get_by_text("We write to you when it is ready").first.wait_for()
    await page.get_by_text("Being made", exact=True).wait_for()
    await network.settle()
    await page.get_by_role("link", name="Look again").click()
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="Download", exact=True).click()
    saved = await (await coming.value).path()
    with zipfile.ZipFile(io.BytesIO(saved.read_bytes())) as archive:
        assert b"the words I wrote" in archive.read("outbox.json")
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="Download People you follow").click()
    saved = await (await coming.value).path()
    assert saved.read_text().startswith("Account address,")


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_nothing_is_wider_than_the_screen(
    network: Network, open_page: OpenPage, width: int
) -> None:
    await network.person("alice")
    page = await open_page(width=width)
    await log_in(page, network, "alice")
    for path in ("profile", "export", "import"):
        await page.goto(f"{network.base}/settings/{path}")
        shot = await page.screenshot(full_page=True)
        assert int.from_bytes(shot[16:20], "big") <= width, path  # a PNG's width
