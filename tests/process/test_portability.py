"""A power cut while somebody's things are carried or erased: nothing is lost, nothing is done twice."""

import asyncio
import io
import os
import shutil
import signal
import tempfile
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.process.networks import Network, wait_until

from parvis.domain.access import leaving, register
from parvis.domain.access.register import Prepared, Registration
from parvis.domain.addresses import Addresses
from parvis.domain.portability import archives, imports
from parvis.domain.statuses.draft import Draft
from parvis.domain.statuses.publish import publish
from parvis.infra.postgres import Db
from parvis.infra.slots import Slots
from parvis.protocols.portable_csv import Line

pytestmark = pytest.mark.slow
LINES = 2_000
STATUSES = 600  # thirty steps of the erasure
LEFT = "select count(*) from statuses where deleted_at is null"
NTH_LEFT = (
    "select id from statuses where deleted_at is null order by id offset {} limit 1 for update"
)
WAITS = """
select exists (
  select from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.query ilike '%{}%'
)
"""


async def ask(dsn: str, sql: str) -> Any:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def until(dsn: str, sql: str) -> None:
    """Wait until a question is answered with yes."""
    connection = await asyncpg.connect(dsn)
    try:
        async with asyncio.timeout(120):
            while not await connection.fetchval(sql):  # noqa: ASYNC110 - another process answers
                await asyncio.sleep(0.05)
    finally:
        await connection.close()


async def somebody(db: Db, addresses: Addresses) -> int:
    said = Registration(username="alice", email="alice@example.org", password="x" * 12)
    prepared = Prepared(said, "alice", "alice", register.hasher().hash("x" * 12))
    ids = await db.run(register.register, prepared, addresses)
    return ids.account_id


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the database's user may enter too."""
    folder = Path(tempfile.mkdtemp(prefix="parvis-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


async def test_killed_in_the_middle(home: Path) -> None:
    network = Network(home).start()
    try:
        root = f"http://localhost:{network.port}"
        addresses = Addresses(root, root.partition("://")[2])
        db = await Db.connect(network.dsn(), Slots(None))
        account_id = await somebody(db, addresses)
        lines = [Line(line=n, domain=f"server{n}.example") for n in range(1, LINES + 1)]
        made = await db.run(
            imports.begin, account_id, "domain_blocks", lines, replaces=False, addresses=addresses
        )
        async with held(network.dsn(), "select from import_rows where line = 1000 for update"):
            await db.run(imports.start, account_id, made)
            await db.run(archives.request, account_id)
            await until(network.dsn(), WAITS.format("import_rows"))
            await db.close()
            network.kill_everything()
        network.start()
        left = await ask(network.dsn(), "select count(*) from import_rows where outcome is null")
        assert LINES > left > 0
        # As half a minute later: the lease of a process that is gone ends.
        await ask(network.dsn(), "update jobs set leased_until = null")
        await until(
            network.dsn(),
            "select not exists (select from jobs where kind in ('work_import', 'make_archive'))",
        )
        assert await ask(network.dsn(), "select state from imports") == "done"
        assert await ask(network.dsn(), "select count(*) from account_domain_blocks") == LINES
        assert await ask(network.dsn(), "select state from archives") == "ready"
        (file,) = (network.data / "media" / "archives").rglob("*.zip")
        with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
            assert archive.testzip() is None
        wait_until(lambda: list((network.data / "mail").glob("*-archive-*.eml")) != [])
        await erased_under_kills(network, addresses, account_id)
    finally:
        network.end()


async def erased_under_kills(network: Network, addresses: Addresses, account_id: int) -> None:
    """She leaves, and the worker is killed whenever a part of what she wrote is gone."""
    dsn = network.dsn()
    db = await Db.connect(dsn, Slots(None))
    db.limits.is_on = False
    for number in range(STATUSES):
        draft = Draft(text=f"Number {number} #sea", visibility="public")
        await db.run(publish, account_id, draft, addresses)
    await until(dsn, "select not exists (select from outbox)")
    files = (network.data / "media" / "archives").rglob
    assert list(files("*.zip"))
    user_id = await ask(dsn, f"select id from users where account_id = {account_id}")
    await db.run(leaving.leave, account_id, user_id)
    await db.close()
    for rank in (150, 300, 450):
        await killed_at(network, rank)
        assert 0 < await ask(dsn, LEFT) <= STATUSES - rank + 20
    await ask(dsn, "update jobs set leased_until = null")
    await until(dsn, "select exists (select from accounts where erased_at is not null)")
    await until(dsn, "select not exists (select from outbox)")
    await until(dsn, "select not exists (select from jobs where run_at <= now())")
    assert await ask(dsn, LEFT) == 0
    assert await ask(dsn, "select count(*) from statuses where text || content <> ''") == 0
    assert await ask(dsn, "select count(*) from account_counters where statuses <> 0") == 0
    for table in ("status_tags", "status_search", "account_domain_blocks"):
        assert await ask(dsn, f"select count(*) from {table}") == 0, table
    assert await ask(dsn, "select count(*) from jobs where gave_up_at is not null") == 0
    wait_until(lambda: not list(files("*.zip")))
    left = (network.data / "mail").glob("*-left-*.eml")
    assert len(list(left)) == 1


async def killed_at(network: Network, rank: int) -> None:
    """The worker is killed in the middle of a step: at the status of this rank, the newest being first."""
    dsn = network.dsn()
    async with held(dsn, NTH_LEFT.format(STATUSES - rank)):
        # As half a minute after each kill: the lease of a process that is gone ends.
        await ask(dsn, "update jobs set leased_until = null")
        await until(dsn, WAITS.format("statuses"))
        (worker,) = network.pids("worker_child")
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: network.pids("worker_child") not in ([], [worker]))


@asynccontextmanager
async def held(dsn: str, sql: str) -> AsyncIterator[None]:
    """Whoever comes to this row waits before it."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            assert await connection.fetch(sql), "it was gone before it could be held"
            yield
    except asyncpg.PostgresConnectionError:
        pass  # killed with everything
    finally:
        connection.terminate()
