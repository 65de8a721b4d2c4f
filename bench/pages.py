#!/usr/bin/env python3
"""What pages weigh and how soon they are read, in a real Chromium on a slow line; and what they cost.

    python3 bench/pages.py             # a table of figures
    python3 bench/pages.py --json FILE # and the figures as JSON

Slow 3G is 400 ms of round trip and 400 kbit/s each way on a processor slowed down four times, as
Chromium's own tools emulate them; each page is opened in a fresh browser with nothing kept. Server CPU
is that of every process of the network, its PostgreSQL included, over many requests of one connection.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from demonstration import CHROMIUM, CHROMIUM_ARGUMENTS, Demonstration
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

PORT = 8147
BYTES_A_SECOND = 400_000 / 8
LATENCY_MS = 400
SLOWER = 4
ROUNDS = 3
REQUESTS = 400
KINDS = {
    "Document": "html",
    "Stylesheet": "css",
    "Script": "js",
    "Image": "images",
    "Font": "fonts",
}
TICKS = os.sysconf("SC_CLK_TCK")
# Shifts are counted as browsers do for people: without those that a hand caused.
WATCH = """() => {
  window.seen = {shift: 0, shifted: []}
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) {
      if (one.hadRecentInput) continue
      window.seen.shift += one.value
      for (const it of one.sources) window.seen.shifted.push(String(it.node?.className || it.node?.nodeName))
    }
  }).observe({type: "layout-shift", buffered: true})
  const look = () => {
    const main = document.querySelector("main article .body, main .identity, main h1")
    if (main && main.getBoundingClientRect().height > 0 && window.seen.content === undefined)
      requestAnimationFrame(() => { window.seen.content ??= performance.now() })
    else if (window.seen.content === undefined) requestAnimationFrame(look)
  }
  look()
}"""
TOLD = """() => ({
  paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null,
  ...window.seen,
})"""


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    said = parser.parse_args()
    with Demonstration(PORT) as network:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS)
            )
            session = await log_in(browser, network)
            paths = await find_pages(network)
            figures: dict[str, Any] = {}
            for name, path in paths.items():
                cookies = session if name in MEMBERS else []
                await warm(network, path, cookies)
                loads = [await load(browser, network.base + path, cookies) for _ in range(ROUNDS)]
                figures[name] = summed(loads) | {
                    "cpu_ms": await cost(network, path, cookies),
                }
            await browser.close()
    tell(figures)
    if said.json:
        said.json.write_text(json.dumps(figures, indent=2) + "\n")


MEMBERS = ("home",)


async def log_in(browser: Browser, network: Demonstration) -> list[Any]:
    context = await browser.new_context(locale="fr")
    page = await context.new_page()
    await page.goto(f"{network.base}/auth/log-in")
    await page.locator("input[name=name]").fill(network.name)
    await page.locator("input[name=password]").fill(network.password)
    await page.locator("main form button[type=submit]").first.click()
    await page.wait_for_url(lambda url: "/auth/" not in url)
    cookies = await context.cookies()
    await context.close()
    return list(cookies)


async def find_pages(network: Demonstration) -> dict[str, str]:
    """The pages by name; the status is the one with the most answers."""
    async with aiohttp.ClientSession(network.base) as http:
        found: list[Any] = []
        for page in ("", "&offset=40"):
            async with http.get(f"/api/v1/trends/statuses?limit=40{page}") as answer:
                found += await answer.json()
        if not found:
            async with http.get("/api/v1/timelines/public?limit=40") as answer:
                found = await answer.json()
        async with http.get("/home") as answer:
            has_home = answer.status != 404
    most = max(found, key=lambda one: one["replies_count"])
    author = max(found, key=lambda one: one["account"]["statuses_count"])["account"]["acct"]
    return {
        "front": "/",
        **({"home": "/home"} if has_home else {}),
        "profile": f"/@{author}",
        "status": most["url"].removeprefix(network.base),
    }


async def load(browser: Browser, url: str, cookies: list[Any]) -> dict[str, Any]:
    """One visit with nothing kept, on a slow line."""
    context = await browser.new_context(locale="fr", viewport={"width": 390, "height": 844})
    await context.add_cookies(cookies)
    try:
        return await _load(context, url)
    finally:
        await context.close()


async def _load(context: BrowserContext, url: str) -> dict[str, Any]:
    page = await context.new_page()
    line = await context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    weights: dict[str, float] = {}
    line.on(
        "Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]})
    )
    line.on(
        "Network.loadingFinished",
        lambda told: weights.update({told["requestId"]: told["encodedDataLength"]}),
    )
    await line.send("Network.enable")
    await line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )
    await line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    await page.add_init_script(f"({WATCH})()")
    await page.goto(url, wait_until="load", timeout=60_000)
    await _be_still(page)
    told = await page.evaluate(TOLD)
    sums: dict[str, float] = {}
    for request, weight in weights.items():
        kind = KINDS.get(kinds.get(request, ""), "other")
        sums[kind] = sums.get(kind, 0) + weight
    return {"bytes": sums, **told}


async def _be_still(page: Page) -> None:
    """Until pictures near the view have come: what they push would shift."""
    try:
        await page.wait_for_load_state("networkidle", timeout=20_000)
    except Exception as late:  # noqa: BLE001 - a stream of the page never ends
        print(f"  {page.url}: {type(late).__name__} while waiting for the line to be still")
    await page.wait_for_timeout(300)


def headers(cookies: list[Any]) -> dict[str, str]:
    """What a browser of this reader sends."""
    told = "; ".join(f"{one['name']}={one['value']}" for one in cookies)
    return {"cookie": told, "accept-encoding": "gzip", "accept-language": "fr"}


async def warm(network: Demonstration, path: str, cookies: list[Any]) -> None:
    """Each process compiles a template for the first who asks: a visit is not that one. Every request
    takes a connection of its own, so that all processes have answered.
    """
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(network.base, connector=connector) as http:
        for _ in range(24):
            async with http.get(path, headers=headers(cookies)) as answer:
                await answer.read()


async def cost(network: Demonstration, path: str, cookies: list[Any]) -> float:
    """CPU milliseconds of the whole network for one request, things being in its memory."""
    told = headers(cookies)
    async with aiohttp.ClientSession(network.base, auto_decompress=False) as http:

        async def ask(times: int) -> None:
            for _ in range(times):
                async with http.get(path, headers=told) as answer:
                    assert answer.status == 200, (path, answer.status)
                    await answer.read()

        await ask(40)
        rounds: list[float] = []
        for _ in range(ROUNDS):
            began = spent(network)
            await ask(REQUESTS)
            rounds.append((spent(network) - began) / REQUESTS * 1_000)
    return min(rounds)


def spent(network: Demonstration) -> float:
    """CPU seconds that all processes of the network have used."""
    total = 0
    for pid in network.below():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def summed(loads: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians of times, the largest of what must stay small."""
    kinds = {kind for one in loads for kind in one["bytes"]}
    weights = {kind: max(one["bytes"].get(kind, 0) for one in loads) for kind in sorted(kinds)}
    return {
        "bytes": weights,
        "without_images": sum(weight for kind, weight in weights.items() if kind != "images"),
        "paint_ms": statistics.median(one["paint"] or 0 for one in loads),
        "content_ms": statistics.median(one.get("content") or 0 for one in loads),
        "shift": max(one["shift"] for one in loads),
        "shifted": sorted({name for one in loads for name in one["shifted"]}),
    }


def tell(figures: dict[str, Any]) -> None:
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, load {os.getloadavg()[0]:.1f}\n"
    )
    print(
        "| page | KB in all without images | html | css | js | first paint, s | content, s "
        "| layout shift | server CPU, ms |\n|---|---|---|---|---|---|---|---|---|"
    )
    for name, one in figures.items():
        weights = one["bytes"]
        cells = [one["without_images"], *(weights.get(kind, 0) for kind in ("html", "css", "js"))]
        print(
            f"| {name} | "
            + " | ".join(f"{cell / 1024:.1f}" for cell in cells)
            + f" | {one['paint_ms'] / 1000:.2f} | {one['content_ms'] / 1000:.2f}"
            f" | {one['shift']:.3f} | {one['cpu_ms']:.2f} |"
        )
        if one["shifted"]:
            print(f"  shifted: {', '.join(one['shifted'][:8])}")


if __name__ == "__main__":
    began = time.monotonic()
    asyncio.run(main())
    print(f"\nmeasured in {time.monotonic() - began:.0f} s")
