"""The command `network`, on a database where a network runs."""

from pathlib import Path
from typing import Any

import pytest
from tests.cli.test_moderation import parvis
from tests.rig.network import serve


@pytest.fixture
async def running(dsn: str, tmp_path: Path) -> Any:
    async with serve(dsn, tmp_path) as network:
        yield network, tmp_path


@pytest.mark.slow
async def test_what_the_network_says_of_itself(running: Any) -> None:
    network, data = running
    assert "Registrations" in await parvis(network, data, "network")
    words = ["--title", "Place du Marché", "--summary", "Ours", "--registrations", "open"]
    rules = ["--add-rule", "Be kind", "--add-rule", "[b]No spam"]
    said = await parvis(network, data, "network", *words, *rules)
    assert all(word in said for word in ("Place du Marché", "Ours", "open", "Rule 2", "[b]No spam"))
    said = await parvis(network, data, "network", "--remove-rule", "1")
    assert "Be kind" not in said
    assert "No spam" in said
    for wrong in (("--title", " "), ("--remove-rule", "2"), ("--add-rule", "x" * 301)):
        refused = await parvis(network, data, "network", "--summary", "Lost", *wrong, code=1)
        assert "Refused: " in refused
    assert "Ours" in await parvis(network, data, "network")
