"""What people do in a browser at the beginning of many stories."""

from playwright.async_api import Page
from tests.rig.network import PASSWORD, Network


async def log_in(page: Page, network: Network, name: str, path: str = "/home") -> Page:
    await page.goto(f"{network.base}/auth/log-in?next={path}")
    await page.locator("input[name=name]").fill(name)
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.locator("main button[type=submit]").first.click()
    await page.wait_for_url(network.base + path)
    return page


async def writing(page: Page, network: Network, path: str = "/publish") -> Page:
    """The composer, once its scripts are there."""
    await page.goto(network.base + path)
    await page.locator("p-composer:defined").wait_for(state="attached")
    return page
