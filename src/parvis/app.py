"""A web process: one ASGI application made of the doors."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from functools import cache
from typing import Any

from starlette.requests import Request

from parvis.domain.access.seen import WRITTEN_S, SeenLogins
from parvis.domain.calls.ringing import Ringing
from parvis.domain.ids import NOBODY
from parvis.domain.network.processes import keep_beating
from parvis.domain.network.rules import list_rules
from parvis.domain.network.settings import read as read_network
from parvis.doors.crowd import Crowd
from parvis.doors.streams.streams import Streams
from parvis.files.door import Files
from parvis.files.log_door import LogDoor
from parvis.infra import callers
from parvis.infra.bus import Bus
from parvis.infra.jobs import LOST, Means
from parvis.infra.limits import Limits
from parvis.infra.postgres import OF_PAGES, Db
from parvis.infra.ticket_key import TicketKey
from parvis.infra.waits import end
from parvis.live.door import ListenDoor
from parvis.live.relay.admission import Admission
from parvis.live.relay.lanes import Lanes
from parvis.live.relay.origin import RoomSockets
from parvis.live.relay.rehearsals import Rehearsals
from parvis.live.relay.relay import Relay
from parvis.mastodon_api.door import Door
from parvis.mastodon_api.routes.table import all_routes
from parvis.mastodon_api.routing import Route
from parvis.mastodon_api.streaming.door import StreamingDoor, is_streaming
from parvis.protocols.path_tree import Tree
from parvis.settings import Settings
from parvis.web.ballot_box import BallotBox, is_ballot
from parvis.web.door import Door as WebDoor
from parvis.web.locales import LOCALES, locale_of
from parvis.web.pages.table import all_pages
from parvis.web.routing import PageRoute
from parvis.web.static_files import static_files
from parvis.web.turned_away import TurnedAway
from parvis.worker import addresses_of, database_url, open_db, open_means

PARTS_BYTES = 32 << 20  # of live rooms, kept in memory: an hour of one room
APPS = frozenset({"api", ".well-known", "nodeinfo", "health"})  # first parts of programs' paths
Asgi = Callable[..., Any]


class App:
    """Opens what it needs at lifespan start-up, closes it at the end, and sends each path to its
    door.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.bounds = OF_PAGES
        self.addresses = addresses_of(settings)
        self.db: Db
        self.bus: Bus
        self.means: Means
        self.api: Door
        self.streams: Streams
        self.streaming: StreamingDoor
        self.files: Files
        self.log: LogDoor
        self.web: WebDoor
        self.ballots: BallotBox
        self.listening: ListenDoor
        self.crowd = Crowd()
        self.turned_away: TurnedAway
        self._tasks: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.settings.test_bus is not None:
            send = _named(send)
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif is_streaming(scope):
            await self.streaming(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})
        elif self.crowd.level:
            await self.turned_away.serve(self._door_at(scope["path"]), scope, receive, send)
        else:
            await self._door_at(scope["path"])(scope, receive, send)

    def _door_at(self, path: str) -> Asgi:
        if path.startswith("/media/"):
            return self.files
        if path.startswith("/log/"):
            return self.log
        if path.startswith("/listen/"):
            return self.listening
        if is_ballot(path):
            return self.ballots
        return self.api if is_for_apps(path) else self.web

    async def _lifespan(self, receive: Any, send: Any) -> None:
        await receive()
        try:
            await self.open()
        except Exception as failed:
            await send({"type": "lifespan.startup.failed", "message": str(failed)})
            raise
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def open(self) -> None:
        settings = self.settings
        run = settings.run
        self.db = await open_db(settings, bounds=self.bounds)
        self.db.limits = Limits(run and run / "limits", is_on=settings.rate_limits)
        await self._read_first()
        self.bus = Bus.failing(database_url(settings), settings.test_bus)
        self.streams = Streams(self.db)
        self.streaming = StreamingDoor(self.streams, self.addresses)
        self.bus.hear("parvis_wakes", self.streams.woken.set)
        self.bus.open()
        self.streams.open()
        self.db.wake = lambda: self.bus.ring("parvis_outbox")
        self.db.wake_jobs = lambda: self.bus.ring("parvis_jobs")
        self.means = open_means(settings, self.db)
        api, pages = trees()
        self.api = Door(
            self.db,
            self.addresses,
            api,
            client_address=self._client_address,
            means=self.means,
        )
        self.files = Files(self.db, self.means.storage)
        domain = self.addresses.domain
        self.log = LogDoor(self.db, self.means.storage, domain, self._client_address)
        self.ballots = BallotBox(self.db)
        self.listening = self._listening()
        self.web = WebDoor(
            self.db,
            self.addresses,
            pages,
            client_address=self._client_address,
            means=self.means,
            streams=self.streams,
        )

        self.turned_away = TurnedAway(self.crowd, self.web, self._client_address, is_for_apps)
        self._tasks = [asyncio.create_task(one) for one in self._running()]

    def _running(self) -> Iterator[Coroutine[Any, Any, None]]:
        """What goes on beside requests."""
        yield self._write_seen()
        yield keep_beating(self.db, self.bus, "web", lambda: self.streams.count)
        if self.settings.rate_limits:
            yield self.crowd.watch(self.db.queue.stands_s)

    async def _read_first(self) -> None:
        """What every page shows: read before the first one is asked for."""
        await read_network(self.db)
        await list_rules(self.db)
        await self.db.kept(Ringing).of(NOBODY)

    def _listening(self) -> ListenDoor:
        """Asks the rooms of this machine; the folder is made by whoever keeps them."""
        sockets = (self.settings.run or self.settings.data) / "rooms"
        key = self.db.kept(TicketKey).load
        relay = Relay(Rehearsals(RoomSockets(sockets), key), keeps_bytes=PARTS_BYTES)
        admission = Admission(key)
        lanes = Lanes(has_limits=self.settings.rate_limits)
        door = ListenDoor(relay, admission, lanes, self._client_address)
        door.open()
        return door

    async def _write_seen(self) -> None:
        """Who was here is written now and then, and when the process ends."""
        while True:
            await asyncio.sleep(WRITTEN_S)
            with suppress(*LOST):
                await self.db.kept(SeenLogins).write()

    async def close(self) -> None:
        await end(self._tasks)
        with suppress(*LOST):
            await self.db.kept(SeenLogins).write()
        await self.streams.close()
        await self.listening.close()
        await self.bus.close()
        await self.db.close()

    def _client_address(self, request: Request) -> str:
        return callers.client_address(request, self.settings.trusted_proxies)


def is_for_apps(path: str) -> bool:
    """Whether programs ask for this path; everything else is a page for people."""
    first, _, rest = path.lstrip("/").partition("/")
    if first == "oauth":  # the consent is a page; its tokens are not
        return not rest.startswith("authorize")
    return first in APPS


def _named(send: Any) -> Any:
    """For tests of several processes: say which one answered."""

    async def send_named(message: Any) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [
                *message["headers"],
                (b"x-parvis-process", str(os.getpid()).encode()),
            ]
        await send(message)

    return send_named


@cache
def trees() -> tuple[Tree[Route], Tree[PageRoute]]:
    """What stands at which path: of programs, of people."""
    return Tree(all_routes()), Tree(all_pages())


def warm() -> None:
    """Read what needs no database, while it is not there yet."""
    trees()
    static_files()
    for code in LOCALES:
        locale_of(code)


def build(settings: Settings) -> App:
    """The application of one web process."""
    return App(settings)
