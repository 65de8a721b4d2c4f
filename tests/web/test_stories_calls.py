"""Two people call each other from two browsers with microphones, and hear each other."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright, expect
from tests.domain.test_calls import befriend
from tests.rig.network import Network, Person, serve
from tests.rig.turning import turning
from tests.rig.voices import hears, with_voice
from tests.web.browsing import eventually, log_in

from parvis.domain.access.credentials import Defaults, change_defaults
from parvis.domain.access.reading import write_answering
from parvis.domain.access.types import Answering

pytestmark = pytest.mark.slow

# The ways that a page makes, so that a test can ask them where they lead.
KEPT = """
window.ways = []
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(told) { super(told); window.ways.push(this) }
}
"""
LEADS = """async () => {
  const found = [...(await window.ways.at(-1).getStats()).values()]
  const isTaken = (one) => one.type === "candidate-pair" && one.nominated && one.state === "succeeded"
  const pair = found.find(isTaken)
  const ends = [pair?.localCandidateId, pair?.remoteCandidateId]
  return ends.map((id) => found.find((one) => one.id === id)?.candidateType)
}"""


@asynccontextmanager
async def working(network: Network) -> AsyncGenerator[None]:
    """A worker beside the test."""

    async def work() -> None:
        while True:
            await network.settle()
            network.app.streams.woken.set()
            await asyncio.sleep(0.03)

    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()


@asynccontextmanager
async def two_browsers(folder: Path) -> AsyncGenerator[tuple[Page, Page]]:
    """Of alice, whose voice is 600 Hz, and of bob, whose is 1500."""
    async with async_playwright() as playwright:
        browsers = [await with_voice(playwright, folder, hertz) for hertz in (600, 1500)]
        pages: list[Page] = []
        for browser in browsers:
            context = await browser.new_context(locale="en")
            context.set_default_timeout(60_000)
            await context.add_init_script(KEPT)
            pages.append(await context.new_page())
        yield pages[0], pages[1]
        for browser in browsers:
            await browser.close()


async def call(network: Network, alice: Page, bob: Page, callee: Person) -> None:
    """Alice calls bob, who takes it wherever he is."""
    await alice.goto(f"{network.base}/calls/new?who={callee.account_id}")
    await alice.get_by_role("button", name="Call now").click()
    await alice.get_by_text("It rings…").wait_for()
    await bob.get_by_role("button", name="Take the call").click()
    await bob.get_by_text("You hear each other.").wait_for()
    await alice.get_by_text("You hear each other.").wait_for()


async def is_heard(page: Page, hertz: int) -> None:
    async def sounds() -> Any:
        return await hears(page, "p-call audio") == hertz

    await eventually(sounds)


async def test_they_hear_each_other_and_nobody_sits_between(
    network: Network, tmp_path: Path
) -> None:
    people = await network.people("alice", "bob")
    await befriend(network, *people)
    async with working(network), two_browsers(tmp_path) as (alice, bob):
        await log_in(alice, network, "alice")
        await log_in(bob, network, "bob", "/about")
        phone = await bob.context.new_page()
        await phone.goto(f"{network.base}/home")
        await call(network, alice, bob, people[1])
        # It rang on every device, and stops everywhere.
        await expect(phone.locator("#calling")).to_be_empty()
        await is_heard(alice, 1500)
        await is_heard(bob, 600)
        figures = [await one.locator("[data-figures]").inner_text() for one in (alice, bob)]
        assert figures[0] == figures[1]
        assert len(figures[0]) == len("123 456")
        await alice.get_by_role("button", name="Mute").click()
        await is_heard(bob, 0)
        await alice.keyboard.press("m")
        await is_heard(bob, 600)
        # Loaded anew it goes on; and it goes over to another device of the same person.
        await bob.reload()
        await bob.get_by_text("You hear each other.").wait_for()
        await is_heard(bob, 600)
        await phone.goto(bob.url)
        await phone.get_by_role("button", name="Take the call on this device").click()
        await bob.get_by_text("The call is on another device of yours now.").wait_for()
        await is_heard(phone, 600)
        await is_heard(alice, 1500)
        await phone.get_by_role("button", name="Hang up").click()
        await alice.get_by_text("The call is over.").wait_for()
        assert await network.db.fetchval("select count(*) from call_signals") == 0
        # The other way round: it is declined, and nobody is left with a line.
        await bob.goto(f"{network.base}/calls/new?who={people[0].account_id}")
        await bob.get_by_role("button", name="Call now").click()
        await alice.get_by_role("button", name="Decline").click()
        await bob.get_by_text("They do not take the call now.").wait_for()
        assert await network.db.fetchval("select count(*) from call_lines") == 0


async def test_who_hides_their_address_is_reached_by_the_relay(dsn: str, tmp_path: Path) -> None:
    with turning(tmp_path) as turn:
        async with serve(dsn, tmp_path, **turn.settings) as network:
            people = await network.people("alice", "bob")
            await befriend(network, *people)
            hidden = Defaults(preferences=write_answering(Answering(is_relayed=True)))
            await network.db.run(change_defaults, people[1].user_id, hidden)
            async with working(network), two_browsers(tmp_path) as (alice, bob):
                await log_in(alice, network, "alice")
                await log_in(bob, network, "bob")
                await call(network, alice, bob, people[1])
                await is_heard(alice, 1500)
                await is_heard(bob, 600)
                assert (await bob.evaluate(LEADS))[0] == "relay"
                assert (await alice.evaluate(LEADS))[1] == "relay"
                await bob.get_by_text("by the relay of this network").wait_for()
