"""What people do in a browser at the beginning of many stories."""

import asyncio
import time
from collections.abc import Awaitable, Callable

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


async def eventually(holds: Callable[[], Awaitable[object]], patience_s: float = 60) -> None:
    """Wait for what a browser did on its way out, or what nothing on the page tells of."""
    ends = time.monotonic() + patience_s
    while not await holds():
        assert time.monotonic() < ends, f"{holds} did not come true in {patience_s} s"
        await asyncio.sleep(0.05)


async def listens(network: Network, count: int = 1) -> None:
    """Wait until so many pages hear what happens: the scripts of their lists came before that."""

    async def are_open() -> bool:
        return network.app.streams.count == count

    await eventually(are_open)


# What has the keyboard: its name as it is read aloud, and whether it can be seen to have it.
FOCUSED = """() => {
  const one = document.activeElement
  const label = one.labels?.[0]?.textContent
  const name = one.getAttribute("aria-label") ?? label ?? (one.textContent || one.value || "")
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one)
  const isSeen = (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none" ||
    one.matches(".compose textarea")
  return [one.tagName, name.trim().replace(/\\s+/g, " "), isSeen]
}"""


class Hands:
    """Somebody who has a keyboard alone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def to(self, name: str, most: int = 90) -> None:
        """Go on with Tab to what is called so, or begins so if the name ends in "…"; everything on the
        way shows that it has the keyboard.
        """
        begins = name.removesuffix("…")
        passed: list[str] = []
        for _ in range(most):
            await self.page.keyboard.press("Tab")
            tag, called, is_seen = await self.page.evaluate(FOCUSED)
            if tag == "BODY":
                continue
            assert is_seen, f"nothing shows that {tag} {called!r} has the keyboard"
            if called == name or (begins != name and called.startswith(begins)):
                return
            passed.append(called[:40])
        raise AssertionError(f"{name!r} is not reached; passed {passed}")

    async def press(self, name: str, key: str = "Enter") -> None:
        await self.to(name)
        await self.page.keyboard.press(key)

    async def send(self, name: str = "") -> None:
        """Press what leads to another page, and be there; without a name, from the field one is in."""
        if name:
            await self.to(name)
        async with self.page.expect_event("load"):
            await self.page.keyboard.press("Enter")

    async def go(self, name: str, heading: str) -> None:
        """Follow a link, or send a form, to the page of this heading."""
        await self.send(name)
        await self.page.get_by_role("heading", name=heading).first.wait_for()

    async def write(self, name: str, text: str) -> None:
        await self.to(name)
        await self.page.keyboard.press("Control+a")
        await self.page.keyboard.type(text)


async def is_installed(page: Page) -> None:
    await page.evaluate("() => navigator.serviceWorker.ready")
    await page.wait_for_function("() => navigator.serviceWorker.controller")
