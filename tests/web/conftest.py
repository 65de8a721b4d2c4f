"""A real browser for the stories, in the tests' own event loop."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any, Literal

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    async_playwright,
    expect,
)

CHROMIUM = os.environ.get("PARVIS_TEST_CHROMIUM", "/usr/bin/chromium")  # Debian's
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

CLOSING_S = 20
# Nothing here is about how fast a machine is: what does not come has not come after this.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)
OpenPage = Callable[..., Awaitable[Page]]
Scheme = Literal["light", "dark"]


class Browsers:
    """One browser for many tests; another when it hangs: an authenticator may keep it from closing."""

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._browser: Browser | None = None

    async def open(self, **how: Any) -> BrowserContext:
        if self._browser is None:
            self._browser = await self._playwright.chromium.launch(
                executable_path=CHROMIUM, args=ARGUMENTS
            )
        return await self._browser.new_context(**how)

    async def close(self, *contexts: BrowserContext) -> None:
        """These contexts; the browser as well if one does not close."""
        try:
            async with asyncio.timeout(CLOSING_S):
                for context in contexts:
                    await context.close()
        except TimeoutError:
            await self.end()

    async def end(self) -> None:
        browser, self._browser = self._browser, None
        if browser is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSING_S):
                    await browser.close()


@pytest.fixture(scope="session")
async def browsers() -> AsyncIterator[Browsers]:
    async with async_playwright() as playwright:
        made = Browsers(playwright)
        yield made
        await made.end()


@pytest.fixture
async def open_page(browsers: Browsers) -> AsyncIterator[OpenPage]:
    """Opens a new browser at each call; scripts are off unless a tool needs one, and no page misses them."""
    contexts: list[BrowserContext] = []

    async def one(
        *,
        language: str = "en",
        width: int = 1280,
        scheme: Scheme = "light",
        scripts: bool = False,
        zone: str = "UTC",
    ) -> Page:
        context = await browsers.open(
            locale=language,
            java_script_enabled=scripts,
            color_scheme=scheme,
            timezone_id=zone,
            viewport={"width": width, "height": 800},
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        return await context.new_page()

    yield one
    await browsers.close(*contexts)
