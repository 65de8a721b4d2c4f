"""What the browser's own worker passes on, in a real browser."""

import pytest
from playwright.async_api import Route
from tests.rig.network import Network
from tests.web.browsing import is_installed, log_in
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.slow


async def test_the_worker_makes_no_stranger_one_of_us(
    network: Network, open_page: OpenPage
) -> None:
    """A form of another site goes through the worker, and is still known as that."""
    alice = await network.person("alice")
    page = await open_page(scripts=True)
    await log_in(page, network, "alice", "/")
    await is_installed(page)
    form = f'<form method="post" action="{network.base}/auth/log-out"><button>Win</button></form>'

    async def fake(route: Route) -> None:
        await route.fulfill(body=form, content_type="text/html")

    await page.route("http://elsewhere.example/", fake)
    await page.goto("http://elsewhere.example/")
    await page.get_by_role("button", name="Win").click()
    await page.get_by_text("This form came from elsewhere").wait_for()
    page = await page.context.new_page()
    await page.goto(f"{network.base}/settings/account")
    await page.get_by_label("New password").wait_for()
    assert alice.user_id
