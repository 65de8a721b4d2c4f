"""A network's database for a command: the running network's, DATABASE_URL's, or started for it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import msgspec

from parvis.cli import data_folder
from parvis.cli.data_folder import DataFolder, DataFolderBusy
from parvis.infra import system_user
from parvis.infra.embedded_postgres import Cluster
from parvis.infra.limits import KEYS
from parvis.infra.migrate import migrate
from parvis.infra.refused import StartRefused
from parvis.infra.slots import SLOTS
from parvis.settings import Settings, load, to_environment


class DatabaseRefused(StartRefused):
    """The database does not answer."""


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncGenerator[Settings]:
    """Settings with a migrated, reachable database, for commands other than `serve`."""
    if settings.database_url is not None:
        await bring_up_to_date(settings)
        yield settings
        return
    try:
        with data_folder.hold(settings.data) as folder:
            cluster, complete = prepare_embedded(settings, folder)
            try:
                await cluster.start()
                await bring_up_to_date(complete)
                folder.announce(to_environment(complete))
                yield complete
            finally:
                await cluster.stop()
                data_folder.remove_run_folder(cluster.run)
    except DataFolderBusy:
        holder = data_folder.get_holder(settings.data)
        if holder is None or not holder.environment:
            raise
        yield load(holder.environment)


def prepare_embedded(settings: Settings, folder: DataFolder) -> tuple[Cluster, Settings]:
    """The folder's cluster, not started, and settings that point to it."""
    run = data_folder.make_run_folder(folder)
    make_shared_memory(run, folder)
    cluster = Cluster(folder.path, run, folder.user, binaries=settings.pg_bin)
    return cluster, msgspec.structs.replace(settings, database_url=cluster.dsn, run=run)


def make_shared_memory(run: Path, folder: DataFolder) -> None:
    """Fresh files for what the processes of a machine share in memory.

    Made before any of them maps one (truncating a mapped file kills its readers), and unlinked
    first, since an orphan may still map the old one.
    """
    for name, size in (("slots", SLOTS * 8), ("limits", KEYS * 8)):
        path = run / name
        path.unlink(missing_ok=True)
        with path.open("wb") as file:
            file.truncate(size)
        system_user.give(folder.user, path)


async def bring_up_to_date(settings: Settings) -> None:
    """Migrate; refused when the server does not answer or the schema is another version's."""
    assert settings.database_url is not None  # noqa: S101 - filled in by whoever calls
    try:
        await migrate(settings.database_url)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DatabaseRefused(f"The database does not answer: {error}") from error
