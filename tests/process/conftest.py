"""A throwaway cluster for the tests of the process side; each test takes a database of its own."""

import secrets
from collections.abc import AsyncGenerator

import asyncpg
import pytest

from parvis.infra import embedded_postgres
from parvis.infra.embedded_postgres import Cluster


@pytest.fixture(scope="session")
async def cluster() -> AsyncGenerator[Cluster]:
    async with embedded_postgres.throwaway() as cluster:
        yield cluster


@pytest.fixture
async def database(cluster: Cluster) -> str:
    """The address of an empty database."""
    name = f"t{secrets.token_hex(6)}"
    connection = await asyncpg.connect(cluster.dsn)
    await connection.execute(f"create database {name}")
    await connection.close()
    return cluster.dsn.replace("/parvis?", f"/{name}?")
