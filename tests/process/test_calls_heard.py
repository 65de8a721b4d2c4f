"""Two people call each other through a whole network, from two browsers with microphones: alice's voice is
a tone of 600 Hz, bob's one of 1500.
"""

import os
import signal
import tempfile
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect
from tests.process.networks import Network, wait_until
from tests.rig.network import log_in
from tests.rig.turning import turning
from tests.rig.voices import hears, with_voice
from tests.web.browsing import eventually

from parvis.domain.access import register
from parvis.domain.access.register import Prepared, Registration
from parvis.domain.addresses import Addresses
from parvis.domain.relationships import follows
from parvis.domain.relationships.follows import FollowOptions
from parvis.infra.postgres import Db
from parvis.infra.slots import Slots
from parvis.web.cookies import SESSION

pytestmark = pytest.mark.slow
WEB = "parvis.cli.web_child"
PASSWORD = "mountain lake 77 bridge"
NAMES = ("alice", "bob")

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


@pytest.fixture
def network() -> Iterator[Network]:
    """With a relay. In a folder that the database's own user can reach, which pytest's are not for root."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with turning(Path(folder)) as turn:
            told = {f"PARVIS_{name.upper()}": said for name, said in turn.settings.items()}
            made = Network(Path(folder), **told).start()
            yield made
            made.kill_everything()


@asynccontextmanager
async def two_who_follow_each_other(network: Network) -> AsyncGenerator[tuple[Db, list[str]]]:
    """The database, and the secrets of their browsers' sessions."""
    db = await Db.connect(network.dsn(), Slots())
    url = f"http://localhost:{network.port}"
    hashed, ids = register.hasher().hash(PASSWORD), list[int]()
    for name in NAMES:
        said = Registration(username=name, email=f"{name}@example.org", password=PASSWORD)
        prepared = Prepared(said, name, name, hashed)
        made = await db.run(register.register, prepared, Addresses(url, url.partition("://")[2]))
        ids.append(made.account_id)
    for one, other in (ids, ids[::-1]):
        await db.run(follows.follow, one, other, FollowOptions())
    yield db, [await log_in(db, name, PASSWORD, address="127.0.0.1") for name in NAMES]
    await db.close()


@asynccontextmanager
async def two_browsers(
    folder: Path, url: str, secrets: list[str]
) -> AsyncGenerator[tuple[Page, Page]]:
    async with async_playwright() as playwright:
        browsers = [await with_voice(playwright, folder, hertz) for hertz in (600, 1500)]
        pages: list[Page] = []
        for browser, secret in zip(browsers, secrets, strict=True):
            context = await browser.new_context(locale="en")
            context.set_default_timeout(60_000)
            await context.add_init_script(KEPT)
            await context.add_cookies([{"name": SESSION, "value": secret, "url": url}])
            pages.append(await context.new_page())
        yield pages[0], pages[1]
        for browser in browsers:
            await browser.close()


async def is_heard(page: Page, hertz: int) -> None:
    async def sounds() -> bool:
        return await hears(page, "p-call audio") == hertz

    await eventually(sounds)


async def test_a_call_rings_outlives_a_kill_and_is_heard(network: Network, tmp_path: Path) -> None:
    url = f"http://localhost:{network.port}"
    async with (
        two_who_follow_each_other(network) as (db, secrets),
        two_browsers(tmp_path, url, secrets) as (alice, bob),
    ):
        await bob.goto(f"{url}/home")
        phone = await bob.context.new_page()
        await phone.goto(f"{url}/about")
        await alice.goto(f"{url}/@bob")
        await alice.get_by_label("More about @bob").click()
        await alice.get_by_role("link", name="Call", exact=True).click()
        await alice.get_by_role("button", name="Call now").click()
        for one in (bob, phone):  # it rings on every device
            await one.get_by_text("is calling you").wait_for()

        # The web process is killed. It rings on; who takes the call finds the other.
        old = network.pids(WEB)
        for pid in old:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: network.pids(WEB) not in ([], old) and network.answers())
        await bob.reload()
        await bob.get_by_role("button", name="Take the call").click()
        await is_heard(alice, 1500)
        await is_heard(bob, 600)
        await expect(phone.locator("#calling")).to_be_empty()
        figures = [await one.locator("[data-figures]").inner_text() for one in (alice, bob)]
        assert figures[0] == figures[1]
        assert len(figures[0]) == len("123 456")

        await alice.get_by_role("button", name="Mute").click()
        await is_heard(bob, 0)
        await alice.keyboard.press("m")
        # Loaded anew it goes on; and it goes over to another device of the same person.
        await bob.reload()
        await is_heard(bob, 600)
        await phone.goto(bob.url)
        await phone.get_by_role("button", name="Take the call on this device").click()
        await bob.get_by_text("The call is on another device of yours now.").wait_for()
        await is_heard(phone, 600)
        await is_heard(alice, 1500)
        await phone.get_by_role("button", name="Hang up").click()
        await alice.get_by_text("The call is over.").wait_for()
        assert await db.fetchval("select count(*) from call_signals") == 0

        # Bob hides where he is: all of it goes by the relay. And he declines what he does not want to take.
        await phone.goto(f"{url}/settings/preferences")
        await phone.get_by_label("Hide my internet address in calls").check()
        await phone.get_by_role("button", name="Keep these choices").click()
        await phone.close()
        await alice.get_by_role("link", name="Call again").click()
        await alice.get_by_role("button", name="Call now").click()
        await bob.get_by_role("button", name="Decline").first.click()
        await alice.get_by_text("They do not take the call now.").wait_for()
        await alice.get_by_role("link", name="Call again").click()
        await alice.get_by_role("button", name="Call now").click()
        await bob.get_by_role("button", name="Take the call").first.click()
        await is_heard(alice, 1500)
        await is_heard(bob, 600)
        assert (await bob.evaluate(LEADS))[0] == "relay"
        assert (await alice.evaluate(LEADS))[1] == "relay"
