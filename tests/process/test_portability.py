"""A power cut while somebody's things are carried: nothing is lost, nothing is done twice."""

import asyncio
import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.process.networks import Network, wait_until

from parvis.domain.access import register
from parvis.domain.access.register import Prepared, Registration
from parvis.domain.addresses import Addresses
from parvis.domain.portability import archives, imports
from parvis.infra.postgres import Db
from parvis.infra.slots import Slots
from parvis.protocols.portable_csv import Line

pytestmark = pytest.mark.slow
LINES = 2_000


async def ask(dsn: str, sql: str) -> Any:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def until(dsn: str, sql: str) -> None:
    """Wait until a question is answered with yes."""
    for _ in range(1_000):
        if await ask(dsn, sql):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(sql)


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
        await db.run(imports.start, account_id, made)
        await until(
            network.dsn(), "select exists (select from import_rows where outcome is not null)"
        )
        await db.run(archives.request, account_id)
        await db.close()
        network.kill_everything()
        network.start()
        left = await ask(network.dsn(), "select count(*) from import_rows where outcome is null")
        assert left > 0, "it was done before it could be killed"
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
    finally:
        network.end()
