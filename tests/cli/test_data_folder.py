"""Who works in a data folder, and what becomes of its sockets' folder."""

from pathlib import Path

import pytest

from parvis.cli import data_folder
from parvis.cli.data_folder import DataFolderBusy


def test_one_network_at_a_time(tmp_path: Path) -> None:
    with data_folder.hold(tmp_path / "data"), pytest.raises(DataFolderBusy, match="already works"):
        data_folder.hold(tmp_path / "data").__enter__()
    with data_folder.hold(tmp_path / "data"):
        pass


def test_roles_share_a_folder(tmp_path: Path) -> None:
    with data_folder.hold(tmp_path / "data", "web") as web:
        assert not web.is_shared()
        with data_folder.hold(tmp_path / "data", "worker") as worker:
            assert web.is_shared()
            assert worker.is_shared()
        assert not web.is_shared()


def test_run_folders_of_killed_networks_are_removed(tmp_path: Path) -> None:
    with data_folder.hold(tmp_path / "killed") as folder:
        killed = data_folder.make_run_folder(folder)
    with data_folder.hold(tmp_path / "alive") as folder:
        alive = data_folder.make_run_folder(folder)
        (alive / "slots").touch()
        assert not killed.exists()
        with data_folder.hold(tmp_path / "other") as another:
            other = data_folder.make_run_folder(another)
            assert (alive / "slots").exists()
            data_folder.remove_run_folder(other)
        data_folder.remove_run_folder(alive)


def test_a_network_comes_back_to_its_run_folder(tmp_path: Path) -> None:
    paths: set[Path] = set()
    for _ in range(2):
        with data_folder.hold(tmp_path / "data") as folder:
            paths.add(data_folder.make_run_folder(folder))
    assert len(paths) == 1
    data_folder.remove_run_folder(paths.pop())
