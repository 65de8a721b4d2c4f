"""A network's domain for a command: its database, and the slots of the network if one runs here."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from parvis.cli import data_folder
from parvis.cli.database import open_database
from parvis.infra import logs
from parvis.infra.postgres import Db
from parvis.infra.refused import StartRefused
from parvis.infra.sealing import Sealing
from parvis.infra.slots import Slots
from parvis.settings import Settings


class NetworkMissing(StartRefused):
    """Nobody founded a network there: a name that was mistyped, most of the time."""


@asynccontextmanager
async def open_network(settings: Settings) -> AsyncGenerator[Db]:
    """The network's `Db`. What a command changes is true at once in every process of this machine.

    Processes on other machines, and a network started over DATABASE_URL from another data folder,
    know it as soon as the worker has handled the event, a second later at most.
    """
    if settings.database_url is None and not (settings.data / "postgres").exists():
        raise NetworkMissing(
            f"There is no network in {settings.data}. Name the folder of yours with --data or"
            " PARVIS_DATA; ./parvis serve founds one."
        )
    async with open_whole(settings, size=1) as (db, _):
        yield db


@asynccontextmanager
async def open_whole(settings: Settings, *, size: int) -> AsyncGenerator[tuple[Db, Settings]]:
    """The same with room for several statements at once, and the settings the network runs with."""
    logs.configure("warning")  # a command says itself what it did
    async with open_database(settings) as complete:
        assert complete.database_url is not None  # noqa: S101 - `open_database` fills it in
        db = await Db.connect(complete.database_url, _slots(complete), size=size)
        db.kept(Sealing).folder = complete.data
        try:
            yield db, complete
        finally:
            await db.close()


def _slots(settings: Settings) -> Slots:
    run = settings.run
    if run is None:  # DATABASE_URL: a network that runs here has announced where its slots are
        holder = data_folder.get_holder(settings.data)
        told = holder.environment.get("PARVIS_RUN") if holder else None
        run = Path(told) if told else None
    path = run and run / "slots"
    return Slots(path if path is not None and path.exists() else None)
