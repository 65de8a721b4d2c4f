"""Lists of who may sign, from the terminal."""

from pathlib import Path

import pytest
from tests.rig.network import Network

from parvis.cli import roll_desk
from parvis.domain.petitions import rolls


async def test_lists_are_loaded_told_and_removed(
    network: Network, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "roll.txt"
    file.write_bytes(b"A 1\nA 2\n")
    await roll_desk.load(network.db, file, "Voters", "Your number")
    assert "2 people are on the list Voters" in capsys.readouterr().out
    await roll_desk.show(network.db)
    assert "Voters: 2 people, 0 petitions" in capsys.readouterr().out
    file.write_bytes(b"A 1\n\n")
    with pytest.raises(rolls.RollRefused):
        await roll_desk.load(network.db, file, "Others", "Your number")
    with pytest.raises(SystemExit):
        await roll_desk.load(network.db, tmp_path / "none", "Others", "Your number")
    await roll_desk.remove(network.db, "Voters")
    await roll_desk.show(network.db)
    assert "There is no list" in capsys.readouterr().out
