"""The world of secrets, built once for each file of tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.api.sweep.world import World
from tests.rig.network import fresh_database, serve


@pytest.fixture(scope="module")
async def world(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    folder: Path = tmp_path_factory.mktemp("sweep")
    async with serve(await fresh_database(cluster), folder) as network:
        made = World(network)
        await made.build()
        yield made
