"""Pages that stay open: while what they show changes, and while the network gets another version."""

import pytest
from playwright.async_api import Route, expect
from tests.rig.network import Network
from tests.web.browsing import listens, log_in
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.slow


async def gone(route: Route) -> None:
    await route.fulfill(status=404)


async def test_a_page_that_lacks_its_scripts_offers_to_load_again(
    network: Network, open_page: OpenPage
) -> None:
    await network.person("bob")
    page = await open_page(scripts=True)
    # A browser without a worker, which would have the old files still.
    await page.route("**/static/install.*.js", gone)
    await log_in(page, network, "bob")
    # As after an update: the names that this page knows are of files that are no more.
    scripts = "**/static/*.js"
    await page.route(scripts, gone)
    await page.evaluate(
        """() => {
          const picture = document.createElement("a")
          picture.href = picture.dataset.full = "#picture"
          document.querySelector("main").append(picture)
          picture.click()
        }"""
    )
    await page.get_by_text("This network was updated meanwhile.").wait_for()
    await page.unroute(scripts)
    await page.evaluate("window.isOld = true")
    await page.get_by_role("button", name="Load again").click()
    await page.wait_for_function("window.isOld === undefined")


async def test_a_profile_stays_true_while_it_is_open(network: Network, open_page: OpenPage) -> None:
    alice = await network.person("alice")
    kept, gone = await alice.publish("As it was"), await alice.publish("Soon gone")
    page = await open_page(scripts=True)
    await log_in(page, network, "alice")
    await page.goto(f"{network.base}/@alice")
    await listens(network, 1)
    (await alice.delete(f"/api/v1/statuses/{gone['id']}")).ok()
    (await alice.put(f"/api/v1/statuses/{kept['id']}", {"status": "As it is"})).ok()
    await network.settle()
    await expect(page.locator("article.status")).to_have_count(1)
    await expect(page.locator("article.status")).to_contain_text("As it is")
