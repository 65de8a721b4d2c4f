"""`serve`: starts a network's processes in order, keeps them running, and ends them in order."""

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing, suppress

import msgspec

from parvis.cli import children, data_folder, database, public_url
from parvis.cli.children import Child, Gates
from parvis.cli.data_folder import DataFolder
from parvis.cli.listening import listen
from parvis.cli.owner import find_owner_link
from parvis.infra.embedded_postgres import Cluster
from parvis.settings import Settings, to_environment

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop:
    """Set by a first signal (end cleanly) and a second one (end at once)."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.hurried = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._ask)

    def _ask(self) -> None:
        (self.hurried if self.asked.is_set() else self.asked).set()


async def serve(settings: Settings) -> None:
    """Run until a signal. Whatever makes a start impossible is refused before anything listens."""
    stop = Stop()
    with data_folder.hold(settings.data, settings.role) as folder:
        if settings.role in ("worker", "live"):
            await _serve_from(settings, folder, None, stop)
            return
        with closing(listen(settings.host, settings.port)) as listening:
            await _serve_from(settings, folder, listening.fileno(), stop)


async def _serve_from(
    settings: Settings, folder: DataFolder, listening: int | None, stop: Stop
) -> None:
    async with _database(settings, folder) as (complete, cluster):
        work = asyncio.create_task(_work(complete, folder, cluster, listening, stop))
        asked = asyncio.create_task(stop.asked.wait())
        await asyncio.wait({work, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if not work.done():
            work.cancel()
        with suppress(asyncio.CancelledError):
            await work


@asynccontextmanager
async def _database(
    settings: Settings, folder: DataFolder
) -> AsyncGenerator[tuple[Settings, Cluster | None]]:
    if settings.database_url is not None:
        run = data_folder.make_run_folder(folder)
        # Roles of one machine share the slots: the first to come makes them.
        if settings.role == "all" or not (run / "slots").exists():
            database.make_shared_memory(run, folder)
        try:
            yield msgspec.structs.replace(settings, run=run), None
        finally:
            if not folder.is_shared():
                data_folder.remove_run_folder(run)
        return
    cluster, complete = database.prepare_embedded(settings, folder)
    try:
        yield complete, cluster
    finally:
        await cluster.stop()
        data_folder.remove_run_folder(cluster.run)


async def _work(
    settings: Settings,
    folder: DataFolder,
    cluster: Cluster | None,
    listening: int | None,
    stop: Stop,
) -> None:
    """Everything between "the folder is ours" and "the database may stop"."""
    user = children.choose_user(folder.user)
    gates = Gates()
    started = children.list_children(settings, user, listening, gates)
    # The first alone, until it answers: while they all import, each of them comes late.
    first, *others = started
    keepers = [asyncio.create_task(first.keep())]
    keepers += [asyncio.create_task(other.keep(after=gates.answering)) for other in others]
    keepers.append(asyncio.create_task(_open(settings, folder, cluster, gates)))
    try:
        await asyncio.gather(*keepers)
    finally:
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
        await _end(started, stop)
        gates.close()


async def _open(
    settings: Settings, folder: DataFolder, cluster: Cluster | None, gates: Gates
) -> None:
    """Bring the database up while the children import, let them begin, then keep it running."""
    if cluster is not None:
        await cluster.start()
    await database.bring_up_to_date(settings)
    await public_url.settle(settings)
    folder.announce(to_environment(settings))
    gates.open()
    if settings.role in ("all", "web"):
        await gates.wait_for_answer()
    gates.answering.set()
    await _welcome(settings, folder)
    while cluster is not None:
        await cluster.wait()
        print("PostgreSQL ended unexpectedly; starting it again.", file=sys.stderr)
        await cluster.start()


async def _end(started: list[Child], stop: Stop) -> None:
    for child in started:
        child.ask_to_end()
    await asyncio.gather(*(child.end(stop.hurried) for child in started))


async def _welcome(settings: Settings, folder: DataFolder) -> None:
    # A worker's fresh link would end the one that the web role printed.
    link = None if settings.role in ("worker", "live") else await find_owner_link(settings)
    heads = {
        "all": "open",
        "web": "open (web processes)",
        "worker": "at work (worker)",
        "live": "at work (rooms)",
    }
    print(f"\n  Parvis is {heads[settings.role]}:  {settings.public_url}")
    print(f"  Everything it keeps:  {folder.path}  (user {folder.user.name})")
    if link is not None:
        print(f"  Become its owner:  {link}  (works once)")
    print("  Ctrl-C stops it.\n", flush=True)
