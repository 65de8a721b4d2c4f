"""A whole network whose web process is killed while it rings: it rings on, is taken, and they hear each other."""

import os
import signal
import tempfile
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright
from tests.process.networks import Network, wait_until
from tests.rig.network import log_in
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


@pytest.fixture
def network() -> Iterator[Network]:
    """In a folder that the database's own user can reach, which pytest's are not for root."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        made = Network(Path(folder)).start()
        yield made
        made.kill_everything()


@asynccontextmanager
async def two_who_follow_each_other(network: Network) -> AsyncGenerator[list[tuple[int, str]]]:
    """The accounts, and the secrets of their browsers' sessions."""
    db = await Db.connect(network.dsn(), Slots())
    url = f"http://localhost:{network.port}"
    hashed = register.hasher().hash(PASSWORD)
    ids: list[int] = []
    for name in ("alice", "bob"):
        said = Registration(username=name, email=f"{name}@example.org", password=PASSWORD)
        prepared = Prepared(said, name, name, hashed)
        made = await db.run(register.register, prepared, Addresses(url, url.partition("://")[2]))
        ids.append(made.account_id)
    for one, other in (ids, ids[::-1]):
        await db.run(follows.follow, one, other, FollowOptions())
    secrets = [await log_in(db, name, PASSWORD, address="127.0.0.1") for name in ("alice", "bob")]
    yield list(zip(ids, secrets, strict=True))
    await db.close()


async def test_a_call_outlives_a_kill_of_the_web_process(network: Network, tmp_path: Path) -> None:
    url = f"http://localhost:{network.port}"
    async with async_playwright() as playwright, two_who_follow_each_other(network) as people:
        browsers = [await with_voice(playwright, tmp_path, hertz) for hertz in (600, 1500)]
        pages: list[Page] = []
        for browser, (_, secret) in zip(browsers, people, strict=True):
            context = await browser.new_context(locale="en")
            context.set_default_timeout(60_000)
            await context.add_cookies([{"name": SESSION, "value": secret, "url": url}])
            pages.append(await context.new_page())
        alice, bob = pages
        await bob.goto(f"{url}/home")
        await alice.goto(f"{url}/calls/new?who={people[1][0]}")
        await alice.get_by_role("button", name="Call now").click()
        await bob.get_by_text("is calling you").wait_for()
        old = network.pids(WEB)
        for pid in old:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: network.pids(WEB) not in ([], old) and network.answers())
        await bob.reload()
        await bob.get_by_role("button", name="Take the call").click()
        for page, hertz in ((bob, 600), (alice, 1500)):

            async def sounds(page: Page = page, hertz: int = hertz) -> bool:
                return await hears(page, "p-call audio") == hertz

            await eventually(sounds)
        await alice.get_by_role("button", name="Hang up").click()
        await bob.get_by_text("The call is over.").wait_for()
        for browser in browsers:
            await browser.close()
