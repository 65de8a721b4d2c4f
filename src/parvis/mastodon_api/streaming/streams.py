"""The open streams of this process: who listens to what, and the loop that reads wakes for them.

A wake-up over the bus makes it look at once; it also looks by itself once a second, so a bus that is
late or cut costs at most that. Nothing is asked while nobody listens.
"""

import asyncio

import asyncpg
import structlog

from parvis.domain.access.logins import Logins
from parvis.domain.addresses import Addresses
from parvis.domain.errors import TooMany
from parvis.domain.wakes import wakes
from parvis.infra import shutdown
from parvis.infra.postgres import Db
from parvis.infra.waits import end, first_of
from parvis.mastodon_api.streaming.channels import Channel
from parvis.mastodon_api.streaming.deliver import Delivery
from parvis.mastodon_api.streaming.listener import Listener

log = structlog.get_logger()

LOOK_S = 1.0
MOST_OF_ONE = 100  # open connections of one account in one process
MOST_CHANNELS = 100  # subscriptions of one connection


class Streams:
    """Reached by the streaming door; `woken` is set by the bus."""

    def __init__(self, db: Db, addresses: Addresses) -> None:
        self.db = db
        self.addresses = addresses
        self.logins = db.kept(Logins)
        self.woken = asyncio.Event()
        self.by_channel: dict[tuple[str, int | str], set[Listener]] = {}
        self._listeners: set[Listener] = set()
        self._of_account: dict[int, int] = {}
        self._last: int | None = None  # None: nobody listened
        self._reading = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    @property
    def count(self) -> int:
        """How many streams are open here."""
        return len(self._listeners)

    def open(self) -> None:
        self._task = asyncio.create_task(self._read_on())

    async def close(self) -> None:
        self._end_all()
        if self._task is not None:
            await end([self._task])

    async def join(self, listener: Listener) -> None:
        """A connection opens: it gets what is told from now on."""
        account_id = listener.login.account_id
        if self._of_account.get(account_id, 0) >= MOST_OF_ONE:
            raise TooMany("Too many open streams")
        self._of_account[account_id] = self._of_account.get(account_id, 0) + 1
        self._listeners.add(listener)
        if shutdown.stopping.is_set():
            listener.end()
        async with self._reading:
            if self._last is None:
                self._last = await wakes.last(self.db)

    def leave(self, listener: Listener) -> None:
        if listener not in self._listeners:
            return
        for channel in list(listener.channels.values()):
            self.unsubscribe(listener, channel)
        self._listeners.discard(listener)
        account_id = listener.login.account_id
        self._of_account[account_id] -= 1
        if not self._of_account[account_id]:
            del self._of_account[account_id]

    def subscribe(self, listener: Listener, channel: Channel) -> None:
        if len(listener.channels) >= MOST_CHANNELS:
            raise TooMany("Too many subscriptions")
        key = channel.name, channel.argument
        listener.channels[key] = channel
        self.by_channel.setdefault(key, set()).add(listener)

    def unsubscribe(self, listener: Listener, channel: Channel) -> None:
        key = channel.name, channel.argument
        listener.channels.pop(key, None)
        there = self.by_channel.get(key)
        if there is not None:
            there.discard(listener)
            if not there:
                del self.by_channel[key]

    async def catch_up(self) -> None:
        """Tell everything that is to be told, to those whose tokens still stand."""
        async with self._reading:
            if not self._listeners:
                self._last = None
                return
            await self._end_revoked()
            while self._last is not None and self._listeners:
                told = await wakes.read(self.db, self._last)
                if told:
                    await Delivery(self).deliver(told)
                    self._last = told[-1].seq
                if len(told) < wakes.READ_AT_ONCE:
                    return

    async def _end_revoked(self) -> None:
        for listener in list(self._listeners):
            if not await listener.stands(self.logins):
                listener.end()
                self.leave(listener)

    async def _read_on(self) -> None:
        try:
            while not shutdown.stopping.is_set():
                await first_of(self.woken, shutdown.stopping, timeout_s=LOOK_S)
                self.woken.clear()
                try:
                    await self.catch_up()
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    log.exception("streams could not read; trying again")
        finally:
            self._end_all()

    def _end_all(self) -> None:
        for listener in list(self._listeners):
            listener.end()
