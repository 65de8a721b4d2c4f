"""A real browser for the stories, in the tests' own event loop."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, async_playwright

CHROMIUM = os.environ.get("PARVIS_TEST_CHROMIUM", "/usr/bin/chromium")  # Debian's
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

OpenPage = Callable[..., Awaitable[Page]]
Scheme = Literal["light", "dark"]


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def open_page(chromium: Browser) -> AsyncIterator[OpenPage]:
    """Opens a new browser at each call; scripts are off unless a tool needs one, and no page misses them."""
    contexts = []

    async def one(
        *,
        language: str = "en",
        width: int = 1280,
        scheme: Scheme = "light",
        scripts: bool = False,
        zone: str = "UTC",
    ) -> Page:
        context = await chromium.new_context(
            locale=language,
            java_script_enabled=scripts,
            color_scheme=scheme,
            timezone_id=zone,
            viewport={"width": width, "height": 800},
        )
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield one
    for context in contexts:
        await context.close()
