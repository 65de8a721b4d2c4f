"""The embedded cluster: its files, its user, its restarts, and what it refuses."""

import asyncio
import os
import pwd
import shutil
import signal
import tempfile
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import asyncpg
import pytest

from parvis.infra import embedded_binaries, embedded_postgres, system_user
from parvis.infra.embedded_postgres import Cluster, EngineRefused
from parvis.infra.system_user import SystemUser

pytestmark = pytest.mark.slow  # a cluster made from nothing for each test

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture
def home() -> Generator[Path]:
    """Not pytest's own folder: as root the cluster runs as somebody who may not enter that one."""
    folder = Path(tempfile.mkdtemp(prefix="parvis-test-"))
    folder.chmod(0o755)
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.fixture
def user(home: Path) -> SystemUser:
    return system_user.choose(home)


@pytest.fixture
async def cluster(home: Path, user: SystemUser) -> AsyncGenerator[Cluster]:
    cluster = Cluster(home, home.parent / "run", user, durable=False)
    yield cluster
    await cluster.stop()


async def ask(cluster: Cluster, sql: str) -> object:
    connection = await asyncpg.connect(cluster.dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_what_a_new_cluster_is_like(cluster: Cluster) -> None:
    await cluster.start()
    assert await ask(cluster, "show data_checksums") == "on"
    assert await ask(cluster, "show listen_addresses") == ""
    assert await ask(cluster, "select datlocprovider from pg_database limit 1") == b"b"
    assert await ask(cluster, "select lower('ÉCOLE') || upper('ß')") == "écoleß"
    assert await ask(cluster, "select current_user") == "parvis"


async def test_rows_survive_stop_and_start(cluster: Cluster) -> None:
    await cluster.start()
    await ask(cluster, "create table kept as select 7 as n")
    await cluster.stop()
    assert cluster.pid is None
    await cluster.start()
    assert await ask(cluster, "select n from kept") == 7


async def test_stop_does_not_wait_for_clients(cluster: Cluster) -> None:
    await cluster.start()
    connection = await asyncpg.connect(cluster.dsn)
    async with asyncio.timeout(30):
        await cluster.stop()
    connection.terminate()


async def test_start_after_the_postmaster_was_killed(home: Path, user: SystemUser) -> None:
    cluster = Cluster(home, home.parent / "run", user)  # durable, as networks are
    await cluster.start()
    await ask(cluster, "create table kept as select 7 as n")
    connection = await asyncpg.connect(cluster.dsn)  # its backend outlives the postmaster a little
    assert cluster.pid is not None
    os.kill(cluster.pid, signal.SIGKILL)
    await cluster.wait()
    await cluster.start()
    assert await ask(cluster, "select n from kept") == 7
    connection.terminate()
    await cluster.stop()


async def test_a_pid_file_with_a_reused_number(cluster: Cluster, home: Path) -> None:
    await cluster.start()
    await cluster.stop()
    stale = f"{os.getppid()}\n{home / 'postgres'}\n1\n5432\n{home.parent / 'run'}\n\n0 0\nready\n"
    (home / "postgres" / "postmaster.pid").write_text(stale)
    (home.parent / "run" / ".s.PGSQL.5432.lock").write_text(stale)
    await cluster.start()
    assert await ask(cluster, "select 1") == 1


async def test_an_interrupted_initdb_is_done_again(cluster: Cluster, home: Path) -> None:
    (home / "postgres.new").mkdir(parents=True)
    (home / "postgres.new" / "PG_VERSION").write_text("18\n")
    await cluster.start()
    assert not (home / "postgres.new").exists()


async def test_another_major_version_is_refused(cluster: Cluster, home: Path) -> None:
    await cluster.start()
    await cluster.stop()
    (home / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(EngineRefused, match=r"written by PostgreSQL 15.*PARVIS_PG_BIN"):
        await cluster.start()


async def test_a_folder_of_something_else_is_refused(cluster: Cluster, home: Path) -> None:
    (home / "postgres").mkdir(parents=True)
    with pytest.raises(EngineRefused, match="not a PostgreSQL data folder"):
        await cluster.start()


async def test_what_postgres_says_is_repeated(cluster: Cluster, home: Path) -> None:
    await cluster.start()
    await cluster.stop()
    (home / "postgres" / "postgresql.auto.conf").write_text("shared_buffers = 'plenty'\n")
    with pytest.raises(EngineRefused, match="plenty"):
        await cluster.start()


async def test_a_machine_without_posix_shared_memory(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_postgres, "_SHARED_MEMORY", Path("/proc/none"))  # as in a chroot
    await cluster.start()
    assert await ask(cluster, "show dynamic_shared_memory_type") == "sysv"


@AS_ROOT
async def test_root_runs_it_as_somebody_else(cluster: Cluster, user: SystemUser) -> None:
    await cluster.start()
    assert cluster.pid is not None
    assert user.uid != 0
    assert os.stat(f"/proc/{cluster.pid}").st_uid == user.uid  # noqa: PTH116 - /proc does not block
    assert await ask(cluster, "select 1") == 1  # root is mapped to the role


@AS_ROOT
async def test_programs_are_copied_for_a_user_who_cannot_read_them(
    cluster: Cluster, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = embedded_binaries.find_package()
    private = Path(tempfile.mkdtemp(prefix="parvis-test-"))  # mode 0700: root's alone
    for name in (package.name, f"{package.name}.libs"):
        (private / name).symlink_to(package.with_name(name))
    monkeypatch.setattr(embedded_binaries, "find_package", lambda: private / package.name)
    await cluster.start()
    assert await ask(cluster, "select 1") == 1
    (copied,) = (home / "engine").iterdir()
    assert os.readlink(f"/proc/{cluster.pid}/exe").startswith(f"{copied}/")  # noqa: PTH115 - as the kernel says it
    shutil.rmtree(private)


@AS_ROOT
async def test_a_folder_its_user_cannot_enter_is_refused(tmp_path: Path) -> None:
    # pytest's folders are private to root
    data = tmp_path / "data"
    cluster = Cluster(data, tmp_path / "run", system_user.choose(data), durable=False)
    with pytest.raises(EngineRefused, match="may not enter"):
        await cluster.start()


@AS_ROOT
def test_the_owner_of_the_data_is_who_runs_it(tmp_path: Path) -> None:
    owner = next(entry for entry in pwd.getpwall() if entry.pw_uid)
    os.chown(tmp_path, owner.pw_uid, owner.pw_gid)
    assert system_user.choose(tmp_path).name == owner.pw_name


def test_a_system_postgresql(home: Path, user: SystemUser) -> None:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        pytest.skip("no PostgreSQL of the system here")

    async def start_and_ask() -> None:
        cluster = Cluster(home, home.parent / "run", user, binaries=programs[0], durable=False)
        try:
            await cluster.start()
            assert await ask(cluster, "select lower('É')") == "é"
        finally:
            await cluster.stop()

    asyncio.run(start_and_ask())
