"""`owner-link` beside a running network and without one."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.rig.network import PASSWORD

from parvis.cli.database import open_database
from parvis.domain.access import links, owner
from parvis.domain.addresses import Addresses
from parvis.infra.postgres import Db
from parvis.infra.slots import Slots
from parvis.settings import load

pytestmark = pytest.mark.slow


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that the database's own user can reach, which pytest's are not for root."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "network"


def owner_link(data: Path) -> str:
    """What the command prints."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("PARVIS_")}
    known.pop("DATABASE_URL", None)
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "parvis", "owner-link", "--data", str(data)],
        env={**known, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


async def test_link_works_whether_the_database_runs_or_not(data: Path) -> None:
    before = owner_link(data)  # starts the engine, makes the schema, stops it
    root, path, old = before.partition(links.PATHS["owner"])
    assert root == "http://localhost:8000"
    assert path
    async with open_database(load({}, {"data": str(data)})) as settings:
        secret = owner_link(data).partition(links.PATHS["owner"])[2]  # by the running engine
        assert settings.database_url is not None
        db = await Db.connect(settings.database_url, Slots(), size=1)
        try:
            assert not await links.is_open(db, "owner", old)
            prepared = await owner.prepare_owner(db, "me", "me@example.org", PASSWORD)
            await db.run(owner.set_up_owner, secret, prepared, Addresses(root, "localhost:8000"))
            assert await owner.has_owner(db)
        finally:
            await db.close()
