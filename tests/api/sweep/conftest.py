"""The world of secrets, built once for each file of tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.api.sweep.world import World
from tests.rig.databases import Databases
from tests.rig.network import serve


@pytest.fixture(scope="module")
async def world(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    folder: Path = tmp_path_factory.mktemp("sweep")
    async with serve(await databases.take(), folder) as network:
        made = World(network)
        await made.build()
        yield made
