"""The keeper of rooms: starts a process for each room that is to sound, watches it, and says what is wanted.

It alone of the two has the database. A room's process that ends is started again at once; it goes on with
the right number by the clock. What is wanted is told whenever it changes and every two seconds anyway, so
that a new process, or one that missed something, is put right.
"""

import asyncio
import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import uvloop

from parvis import worker
from parvis.domain.rooms import keeping
from parvis.domain.rooms.keeping import Control, Wanted
from parvis.infra import local_http, logs, shutdown, system_user
from parvis.infra.bus import Bus
from parvis.infra.local_http import Away
from parvis.infra.logs import get_logger
from parvis.infra.postgres import OF_WORK, Db
from parvis.infra.waits import end, first_of
from parvis.settings import Settings, load

log = get_logger()

LOOK_S = 2.0
ASK_S = 1.5  # a room's process answers within milliseconds; what hangs is told again
PAUSE_S = 0.05  # before a process that ended is started again
LONGEST_PAUSE_S = 5.0  # for one that ends again and again as soon as it is started
WELL_S = 1.0
SOON_S = 0.02  # how often a process that was just started is looked for
CLOSING_S = 2.0
QUIET_S = 0.1  # wake-ups come in showers
OK = 200
REFUSED = 400
RECORDING = "recording.m4a"


class Kept:
    """One room: its process, and what it is told."""

    def __init__(self, room_id: int, arguments: list[str], socket: Path, folder: Path) -> None:
        self.room_id = room_id
        self.socket = socket
        self.folder = folder
        self.control: Control | None = None
        self.is_over = asyncio.Event()  # it was told to end, and did
        self.listeners: int | None = None  # as it said last
        self.process: subprocess.Popen[bytes] | None = None
        self._arguments = arguments
        self._to_tell = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self, wake: Callable[[], None]) -> None:
        """`wake` is called when it is over."""
        self._tasks = [
            asyncio.create_task(self._run(wake)),
            asyncio.create_task(self._tell_on()),
        ]

    def want(self, control: Control) -> None:
        """At once when it is something else; what did not change is told again by itself."""
        if control != self.control:
            self.control = control
            self._to_tell.set()

    async def _run(self, wake: Callable[[], None]) -> None:
        """Start its process, and again whenever it ends before it was told to."""
        pause_s = PAUSE_S
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            self.socket.unlink(missing_ok=True)
            self.process = system_user.spawn(
                self._arguments,
                user=system_user.get_current(),
                death=signal.SIGKILL,  # with us; another keeper starts it again
                env=dict(os.environ),
            )
            self._to_tell.set()
            status = await system_user.ended(self.process)
            if status == 0 and self.control is not None and self.control.ends:
                self.is_over.set()
                wake()
                return
            log.warning("a room's process ended", room_id=self.room_id, status=status)
            # Speakers wait: only one that cannot even start is given time.
            pause_s = PAUSE_S if loop.time() - started > WELL_S else pause_s
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _tell_on(self) -> None:
        """Put the whole wanted state whenever it changes and every two seconds, and hear how many listen."""
        while True:
            await first_of(self._to_tell, timeout_s=LOOK_S)
            self._to_tell.clear()
            try:
                await self._tell()
            except Away:  # it starts, or hangs
                await asyncio.sleep(SOON_S)
                self._to_tell.set()

    async def _tell(self) -> None:
        control = self.control
        if control is None or self.is_over.is_set():
            return
        body, kind = msgspec.json.encode(control), {"content-type": "application/json"}
        put = await local_http.ask(self.socket, "PUT", "/control", body, kind, within_s=ASK_S)
        if put.status >= REFUSED:
            log.error("a room's process refuses what it is told", status=put.status)
        if not control.ends:
            path = "/measures" if control.is_call else f"/listen/{self.room_id}/state"
            said = await local_http.ask(self.socket, "GET", path, within_s=ASK_S)
            name = "inside" if control.is_call else "listeners"
            self.listeners = _number(said.body, name) if said.status == OK else None

    async def stop(self) -> None:
        """End its process without a word, and start none again."""
        await end(self._tasks)
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            await asyncio.to_thread(self.process.wait)
        self.socket.unlink(missing_ok=True)


class Keeper:
    """All rooms of this process. `spawn`: how the process of a room is called (tests have another)."""

    def __init__(
        self, db: Db, settings: Settings, spawn: Callable[[int, Path, Path], list[str]]
    ) -> None:
        if settings.run is None:
            raise RuntimeError("the keeper needs the run folder")
        self.db = db
        self.name = f"{platform.node()}:{settings.data}:{settings.role}"
        self.woken = asyncio.Event()
        self._sockets = settings.run / "rooms"
        self._folders = settings.data / "live"
        self._spawn = spawn
        self._rooms: dict[int, Kept] = {}
        self._counted: dict[int, int] = {}

    async def keep(self, stopping: asyncio.Event) -> None:
        """Until told to stop; a database that is away changes nothing about rooms that sound."""
        self._sockets.mkdir(mode=0o700, exist_ok=True)
        self._folders.mkdir(mode=0o700, exist_ok=True)
        try:
            while not stopping.is_set():
                await first_of(self.woken, stopping, timeout_s=LOOK_S)
                self.woken.clear()
                try:
                    await self.turn()
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    log.exception("the keeper of rooms could not read; trying again")
                await asyncio.sleep(QUIET_S)
        finally:
            await asyncio.gather(*(one.stop() for one in self._rooms.values()))

    async def turn(self) -> None:
        """Take what is to be kept, start and tell it, and put down what ended."""
        await keeping.take(self.db, self.name)
        wanted = await keeping.list_wanted(self.db, self.name)
        ids = {one.room_id for one in wanted}
        for room_id in [one for one in self._rooms if one not in ids]:  # another keeper took it
            await self._rooms.pop(room_id).stop()
        await asyncio.gather(*(self._settle(one) for one in wanted))
        await self._count()

    def pid_of(self, room_id: int) -> int | None:
        """The number of a room's process, for tests and for who looks after the machine."""
        kept = self._rooms.get(room_id)
        return kept.process.pid if kept is not None and kept.process is not None else None

    async def _settle(self, wanted: Wanted) -> None:
        if wanted.control is None:
            await self._remove(wanted.room_id)
            return
        kept = self._rooms.get(wanted.room_id)
        if kept is None:
            kept = self._rooms[wanted.room_id] = self._begin(wanted.room_id)
        kept.want(wanted.control)
        if kept.is_over.is_set():
            size = await asyncio.to_thread(_size, kept.folder / RECORDING)
            await self.db.run(keeping.finish, self.name, wanted.room_id, size)
            if wanted.control.is_call:  # what is there of it is empty
                await asyncio.to_thread(shutil.rmtree, kept.folder, ignore_errors=True)
            await self._rooms.pop(wanted.room_id).stop()

    def _begin(self, room_id: int) -> Kept:
        socket, folder = self._sockets / str(room_id), self._folders / str(room_id)
        folder.mkdir(mode=0o700, exist_ok=True)
        kept = Kept(room_id, self._spawn(room_id, socket, folder), socket, folder)
        kept.begin(self.woken.set)
        return kept

    async def _remove(self, room_id: int) -> None:
        kept = self._rooms.pop(room_id, None)
        if kept is not None:
            await kept.stop()
        await asyncio.to_thread(shutil.rmtree, self._folders / str(room_id), ignore_errors=True)
        await self.db.run(keeping.forget, self.name, room_id)

    async def _count(self) -> None:
        """Keep how many listen."""
        counts = {
            room_id: kept.listeners
            for room_id, kept in self._rooms.items()
            if kept.listeners is not None
        }
        if counts != self._counted:
            await self.db.run(keeping.count, counts)
            self._counted = counts


def _number(body: bytes, name: str) -> int | None:
    try:
        said: Any = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None
    number = said.get(name) if isinstance(said, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return number if isinstance(number, int) else None


def _size(recording: Path) -> int | None:
    try:
        return recording.stat().st_size
    except OSError:
        return None


def call_room(room_id: int, socket: Path, folder: Path) -> list[str]:
    """How the process of a room is called."""
    named = ["--room", str(room_id), "--socket", str(socket), "--folder", str(folder)]
    return [sys.executable, "-P", "-m", "parvis.cli.room_child", *named]


async def run(settings: Settings) -> None:
    """The process: look when something happened and every two seconds, until told to stop."""
    db = await worker.open_db(settings, size=2, bounds=OF_WORK)
    bus = Bus.failing(worker.database_url(settings), settings.test_bus)
    keeper = Keeper(db, settings, call_room)
    bus.hear("parvis_wakes", keeper.woken.set)
    db.wake = lambda: bus.ring("parvis_outbox")
    bus.open()
    try:
        await keeper.keep(shutdown.stopping)
    finally:
        await bus.close()
        await db.close()


async def main(settings: Settings) -> None:
    logs.configure(settings.log_level)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, shutdown.stopping.set)
    running = asyncio.create_task(run(settings))
    told = asyncio.create_task(shutdown.stopping.wait())
    await asyncio.wait({running, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    await asyncio.wait_for(running, CLOSING_S)


if __name__ == "__main__":
    os.read(int(sys.argv[1]), 1)  # the database may still be recovering
    uvloop.run(main(load(os.environ)))
