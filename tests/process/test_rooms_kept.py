"""Who keeps rooms: a process for each that is open, told what is wanted, started again when it is killed."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.rig.network import Network
from tests.rig.rooms import opened
from tests.web.browsing import eventually

from parvis.cli.rooms_child import Keeper
from parvis.domain.rooms import hands, running, showing
from parvis.infra import local_http
from parvis.infra.local_http import Away

SOUNDING = Path(__file__).parents[1] / "rig" / "sounding.py"


def spawn(room_id: int, socket: Path, folder: Path) -> list[str]:
    return [sys.executable, str(SOUNDING), str(room_id), str(socket), str(folder)]


@pytest.fixture
async def keeper(network: Network, tmp_path: Path) -> AsyncIterator[Keeper]:
    run = tmp_path / "run"
    run.mkdir()
    settings = msgspec.structs.replace(network.app.settings, run=run, data=tmp_path)
    made = Keeper(network.db, settings, spawn)
    stopping = asyncio.Event()
    keeping = asyncio.create_task(made.keep(stopping))
    yield made
    stopping.set()
    await keeping


async def seen(holds: Callable[[], object]) -> None:
    async def comes_true() -> object:
        return holds()

    await eventually(comes_true)


def told(folder: Path) -> dict[str, Any]:
    """What its process was told last."""
    lines = (folder / "told").read_bytes().splitlines()
    return msgspec.json.decode(lines[-1])


async def test_a_room_is_kept_killed_told_and_finished(
    network: Network, keeper: Keeper, tmp_path: Path
) -> None:
    alice, bob = await network.people("alice", "bob")
    run = network.db.run
    room_id = await opened(network, alice)
    keeper.woken.set()
    folder, socket = tmp_path / "live" / str(room_id), tmp_path / "run" / "rooms" / str(room_id)
    await seen((folder / "told").exists)
    first = told(folder)
    assert (first["mix"], first["record"], first["ends"]) == ("hold", True, False)
    assert first["speakers"] == {alice.id: {"name": "alice", "gain": 1.0, "muted": False}}
    assert first["flags"] == {"lanes": "open"}
    room = await showing.find(network.db, 0, room_id)
    assert first["epoch_ms"] == room.epoch_ms
    # Changes are told; the number of listeners comes back.
    await run(running.move, alice.account_id, room_id, "start")
    await run(hands.give_place, alice.account_id, room_id, bob.account_id, "invite")
    await run(hands.take_place, bob.account_id, room_id, "accept")
    await run(hands.silence, alice.account_id, room_id, bob.account_id, muted=True)
    keeper.woken.set()
    await seen(lambda: told(folder)["mix"] == "live" and bob.id in told(folder)["speakers"])
    assert told(folder)["speakers"][bob.id]["muted"]

    async def counted() -> bool:
        return (await showing.find(network.db, 0, room_id)).listeners == 7

    await eventually(counted)
    # Killed, it is there again and is told all of it.
    pid = keeper.pid_of(room_id)
    (folder / "told").unlink()
    os.kill(pid, signal.SIGKILL)
    await seen(lambda: (folder / "told").exists() and keeper.pid_of(room_id) != pid)
    assert told(folder)["mix"] == "live"
    # Ended, its recording is there for everybody, and nobody answers any more.
    await run(running.move, alice.account_id, room_id, "end")
    keeper.woken.set()

    async def published() -> bool:
        return (await showing.find(network.db, 0, room_id)).state == "published"

    await eventually(published)
    with pytest.raises(Away):
        await local_http.ask(socket, "GET", "/")
    # Deleted, nothing of it stays.
    await run(running.delete, alice.account_id, room_id)
    keeper.woken.set()

    async def forgotten() -> bool:
        return await network.db.fetchval("select count(*) from rooms") == 0

    await eventually(forgotten)
    assert not folder.exists()


async def test_a_room_that_is_deleted_while_live_is_silent_at_once(
    network: Network, keeper: Keeper, tmp_path: Path
) -> None:
    (alice,) = await network.people("alice")
    room_id = await opened(network, alice)
    keeper.woken.set()
    folder = tmp_path / "live" / str(room_id)
    await seen((folder / "told").exists)
    pid = keeper.pid_of(room_id)
    assert pid
    await alice.delete(f"/api/v1/statuses/{await status_of(network, room_id)}")
    await network.settle()
    keeper.woken.set()
    await seen(lambda: not folder.exists())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def status_of(network: Network, room_id: int) -> int:
    return await network.db.fetchval("select status_id from rooms where id = $1", room_id)
