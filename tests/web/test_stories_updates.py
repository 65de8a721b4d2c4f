"""Pages that were open while the network got another version."""

import pytest
from playwright.async_api import Route
from tests.rig.network import Network
from tests.web.browsing import log_in
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
