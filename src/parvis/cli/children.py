"""Child processes of `serve`: how each is started, kept running, and ended."""

import asyncio
import compileall
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import asyncpg

import parvis
from parvis.infra import system_user
from parvis.infra.system_user import SystemUser
from parvis.settings import Settings, to_environment

_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 5.0
_WELL_S = 10.0  # a child that lived this long was well: the next pause is short again
_LARGE = 4  # web processes; one worker would lag behind them
_CLOSING_S = 3.0  # for streams to end; uvicorn itself cuts them after 1 s


class Child:
    """One process that is to be there as long as the network is."""

    def __init__(
        self, name: str, arguments: Sequence[str], user: SystemUser, settings: Settings
    ) -> None:
        self.name = name
        self._arguments = [sys.executable, "-P", "-m", *arguments]
        self._user = user
        self._environment = _environment(settings)
        self._pass_fds: tuple[int, ...] = ()
        self._is_ahead = False
        self._process: subprocess.Popen[bytes] | None = None

    def with_fds(self, *fds: int) -> "Child":
        """Hand these open files on, their numbers as last arguments."""
        self._arguments += [str(fd) for fd in fds]
        self._pass_fds = fds
        return self

    def ahead(self) -> "Child":
        """It and what it starts must not wait for the others."""
        self._is_ahead = True
        return self

    async def keep(self, after: asyncio.Event | None = None) -> None:
        """Start it, and start it again whenever it ends; cancel to leave it as it is.

        `after`: what has to have happened first.
        """
        if after is not None:
            await after.wait()
        pause_s = _FIRST_PAUSE_S
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            self._process = system_user.spawn(
                self._arguments,
                user=self._user,
                # At once: what was acknowledged is in the database, and the port must be free.
                death=signal.SIGKILL,
                env=self._environment,
                pass_fds=self._pass_fds,
            )
            if self._is_ahead:
                system_user.put_ahead(self._process.pid)
            status = await system_user.ended(self._process)
            pause_s = _FIRST_PAUSE_S if loop.time() - started > _WELL_S else pause_s
            print(f"{self.name} ended ({_explain(status)}); starting it again.", file=sys.stderr)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    def ask_to_end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    async def end(self, hurry: asyncio.Event) -> None:
        """Wait until it has ended; kill it when that takes long or somebody is in a hurry."""
        if self._process is None:
            return
        over = asyncio.create_task(system_user.ended(self._process))
        hurried = asyncio.create_task(hurry.wait())
        both = {over, hurried}
        await asyncio.wait(both, timeout=_CLOSING_S, return_when=asyncio.FIRST_COMPLETED)
        over.cancel()
        hurried.cancel()
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


class Gates:
    """Two pipes between us and the children.

    The first child imports its modules while the database recovers: it begins when `opened` ends,
    and a web process writes to `answers` once it serves, which `answering` says to the others.
    """

    def __init__(self) -> None:
        self.answering = asyncio.Event()
        self.opened, self._closed = os.pipe()
        self._answered, self.answers = os.pipe()
        self._is_open = False

    def open(self) -> None:
        """Let the children begin; those started later find the gate open."""
        os.close(self._closed)
        self._is_open = True

    async def wait_for_answer(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(self._answered, self.answering.set)
        try:
            await self.answering.wait()
        finally:
            loop.remove_reader(self._answered)

    def close(self) -> None:
        for end in (self.opened, self._answered, self.answers):
            os.close(end)
        if not self._is_open:
            os.close(self._closed)


def list_children(
    settings: Settings, user: SystemUser, listening: int | None, gates: Gates
) -> list[Child]:
    """What the role asks for: N web processes; one worker, two for a large network."""
    children: list[Child] = []
    if listening is not None:
        for number in range(1, settings.workers + 1):
            web = Child(f"Web process {number}", ["parvis.cli.web_child"], user, settings)
            children.append(web.with_fds(gates.opened, listening, gates.answers))
    if settings.role in ("all", "worker"):
        numbers = (1, 2) if settings.workers >= _LARGE else (1,)
        for number in numbers:
            worker = Child(f"Worker {number}", ["parvis.cli.worker_child"], user, settings)
            children.append(worker.with_fds(gates.opened))
    if settings.role != "web":
        rooms = Child("The keeper of rooms", ["parvis.cli.rooms_child"], user, settings)
        children.append(rooms.with_fds(gates.opened).ahead())
    return children


def choose_user(user: SystemUser) -> SystemUser:
    """The unprivileged user, if our Python and our files are readable to it; else ourselves."""
    if user.is_current:
        return user
    if can_run(user):
        # They may not write beside our files: without this they would compile them at each start.
        compileall.compile_dir(Path(parvis.__file__).parent, quiet=2)
        return user
    print(
        f"The user {user.name} cannot read this Python or these files: the web processes stay"
        " root's (the database does not).",
        file=sys.stderr,
    )
    return system_user.get_current()


def can_run(user: SystemUser) -> bool:
    """Whether that user can read this Python and our files."""
    needed = (sys.executable, os.__file__, parvis.__file__, asyncpg.__file__)
    return system_user.can_use(user, *map(Path, needed))


def _environment(settings: Settings) -> dict[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PARVIS_") and name != "DATABASE_URL"
    }
    paths = [str(Path(parvis.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    own = {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "HOME": str(settings.data)}
    return inherited | to_environment(settings) | own


def _explain(status: int) -> str:
    if status < 0:
        return f"signal {signal.Signals(-status).name}"
    return f"exit code {status}"
