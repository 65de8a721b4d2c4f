"""The worker dies while it freezes, fetches and draws: there is one draw, and anybody draws it again."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.process.networks import Network, wait_until
from tests.process.test_portability import WAITS, ask, held, until
from tests.rig import beacons
from tests.rig.https_server import HttpsServer, respond

from parvis.domain.access import register
from parvis.domain.access.register import Prepared, Registration
from parvis.domain.addresses import Addresses
from parvis.domain.draws import announce, chains, entering
from parvis.domain.draws.plan import Plan
from parvis.domain.network import settings
from parvis.infra.clock import now
from parvis.infra.postgres import Db
from parvis.infra.slots import Slots
from parvis.protocols import draws as formats

pytestmark = pytest.mark.slow
PEOPLE = 6
# The worker, and who brings a round, know the tests' own chains of beacons, which sign any round at once.
SITE = """
import sys
if any(one in ("parvis.cli.worker_child", "beacon") for one in sys.orig_argv):
    from parvis.domain.draws import chains
    from parvis.protocols.drand import Chain
    chains.FIRST = [{chains}]
"""
PLACED = """
select count(*) = 0 from log_pending
union all select published_size = size from logs where path like 'log/draws/%' order by 1 limit 1
"""


class Relay:
    """Keeps who asks waiting until it is told what to answer."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self._answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def __call__(self, writer: asyncio.StreamWriter) -> None:
        self.asked.set()
        writer.write(await asyncio.shield(self._answer))
        await writer.drain()

    def answer(self, status: int, content: bytes = b"") -> None:
        """From now on."""
        said = respond(status, content, "application/json")
        if self._answer.done():
            self._answer = asyncio.get_running_loop().create_future()
        self._answer.set_result(said)

    def wait(self) -> None:
        """Whoever asks from now on waits again."""
        self.asked.clear()
        self._answer = asyncio.get_running_loop().create_future()


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the database's user may enter too."""
    folder = Path(tempfile.mkdtemp(prefix="parvis-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def network(
    home: Path, site: HttpsServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Network]:
    """One whose only relay is a web site of ours."""
    beacons.use(monkeypatch)
    known = ", ".join(map(repr, chains.FIRST))
    (home / "sitecustomize.py").write_text(SITE.format(chains=known))
    certificate = home / "certificate.pem"
    shutil.copy(site.certificate, certificate)
    certificate.chmod(0o644)
    own = {"PARVIS_BEACONS": site.base, "PARVIS_TEST_REACHABLE": "127.0.0.0/8"}
    made = Network(home, SSL_CERT_FILE=str(certificate), **own)
    made.paths.append(str(home))
    made.start()
    yield made
    made.end()


async def announced(network: Network) -> tuple[int, formats.Source]:
    """A draw whose list is full and open, and its round."""
    await until(network.dsn(), "select exists (select from logs where kind = 'server')")
    root = f"http://localhost:{network.port}"
    addresses = Addresses(root, root.partition("://")[2])
    db = await Db.connect(network.dsn(), Slots(None))
    people: list[int] = []
    for number in range(PEOPLE + 1):
        name = f"member{number}"
        said = Registration(username=name, email=f"{name}@example.org", password="x" * 12)
        prepared = Prepared(said, name, name, register.hasher().hash("x" * 12))
        people.append((await db.run(register.register, prepared, addresses)).account_id)
    plan = Plan(
        title="Two tickets", prizes="One each.", places="FR", winners=2, wait_s=3_600,
        frozen_at=now() + timedelta(hours=1),
    )  # fmt: skip
    seen = await settings.read(db)
    id_ = await db.run(announce.announce, people[0], plan, seen, addresses)
    for account_id in people[1:]:
        await db.run(entering.enter, account_id, id_, "FR")
    manifest = await db.fetchval("select manifest from drawings")
    await db.close()
    return id_, formats.parse_terms(manifest).sources[0]


async def killed(network: Network) -> None:
    """The worker is gone, another has come, and what the one had taken is free: as half a minute later."""
    (worker,) = network.pids("worker_child")
    os.kill(worker, signal.SIGKILL)
    await asyncio.to_thread(wait_until, lambda: network.pids("worker_child") not in ([], [worker]))
    await ask(network.dsn(), "update jobs set leased_until = null")


async def killed_writing(
    network: Network,
    begin: Callable[[], Coroutine[Any, Any, object]],
    after: Callable[[], None] = lambda: None,
) -> None:
    """The worker is killed in the middle of what it writes of the drawing: it holds the draw and waits for
    the drawing's own row.
    """
    dsn = network.dsn()
    async with AsyncExitStack() as held_back:
        async with held(dsn, "select from draws for update"):
            await begin()
            await until(dsn, WAITS.format("select id from draws"))
            drawing = held(dsn, "select from drawings for no key update")
            await held_back.enter_async_context(drawing)
        await until(dsn, WAITS.format("update drawings"))
        after()
        await killed(network)


async def shown(dsn: str) -> None:
    """The frozen list is published, which the worker looks for every half minute."""
    async with asyncio.timeout(120):
        while (state := await ask(dsn, "select state from drawings")) != "shown":
            assert state != "void", await ask(dsn, "select why from drawings")
            await ask(dsn, "update drawings set next_at = now() where state = 'frozen'")
            await asyncio.sleep(0.2)


async def test_killed_while_it_freezes_fetches_and_draws(
    network: Network, site: HttpsServer
) -> None:
    dsn, relay = network.dsn(), Relay()
    id_, source = await announced(network)
    site.answers[f"/{source.chain}/public/{source.round}"] = relay

    async def due() -> None:
        await ask(dsn, "update drawings set frozen_at = now(), next_at = now()")

    async def no_round() -> None:
        relay.answer(404)

    async def round_() -> None:
        relay.answer(200, beacons.sign(source.round))

    await killed_writing(network, due)
    assert await ask(dsn, "select state from drawings") == "open"
    async with asyncio.timeout(120):
        await relay.asked.wait()  # is the round there already?
    assert await ask(dsn, "select state from drawings") == "freezing"
    await killed_writing(network, no_round)
    assert await ask(dsn, "select state from drawings") == "freezing"
    await shown(dsn)
    relay.wait()
    await ask(dsn, "update drawings set due_at = now(), next_at = now()")
    async with asyncio.timeout(120):
        await relay.asked.wait()
    await killed(network)  # while it fetches
    relay.asked.clear()
    async with asyncio.timeout(120):
        await relay.asked.wait()
    await killed_writing(network, round_, after=lambda: relay.answer(404))
    assert await ask(dsn, "select count(*) from draw_winners") == 0
    # No relay has it any more: somebody brings it as a file.
    file = network.data.parent / "round.json"
    for content, code, words in (
        (beacons.sign(source.round, beacons.OTHER), 1, "chain older, not of test"),
        (beacons.sign(source.round + 1), 1, f"not {source.round}"),
        (b"heads", 1, "not what drand writes"),
        (beacons.sign(source.round), 0, "takes this round"),
    ):
        file.write_bytes(content)
        assert words in await say(network, code, "beacon", str(file), "--data", str(network.data))
    await until(dsn, "select state = 'drawn' from drawings")
    await until(dsn, PLACED)
    for kind in ("freeze", "frozen", "drawn"):
        said = f"convert_from(entry, 'utf8') like '%\"type\":\"{kind}\"%'"
        assert await ask(dsn, f"select count(*) from log_entries where {said}") == 1, kind
    drawn = "select count(*) from draw_winners where state = '{}'"
    assert [await ask(dsn, drawn.format(one)) for one in ("asked", "waiting")] == [2, 3]
    await until(dsn, "select not exists (select from outbox)")
    told = "select count(*) from notifications where kind like 'draw%'"
    assert await ask(dsn, told) == await ask(
        dsn, "select count(distinct account_id) from draw_winners"
    )
    page = f"http://localhost:{network.port}/draws/{id_}"
    await say(network, 0, "verify", page)
    gone = await say(network, 1, "beacon", str(file), "--data", str(network.data))
    assert "No draw waits" in gone


async def say(network: Network, code: int, *arguments: str) -> str:
    """What `parvis draw …` answers, ending with this code."""
    paths = os.pathsep.join(network.paths)
    said = await asyncio.create_subprocess_exec(
        *(*network.python, "-P", "-m", "parvis", "draw", *arguments),
        env={"PATH": os.defpath, "PYTHONPATH": paths},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await said.communicate()
    assert said.returncode == code, out.decode()
    return out.decode()
