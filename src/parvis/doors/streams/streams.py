"""The open streams of this process, whatever door they came through: who listens to what, and the loop
that reads wakes for them.

A wake-up over the bus makes it look at once; it also looks by itself once a second, so a bus that is
late or cut costs at most that. Nothing is asked while nobody listens.
"""

import asyncio
from collections.abc import Collection

import asyncpg

from parvis.domain.errors import TooMany
from parvis.domain.wakes import wakes
from parvis.domain.wakes.wakes import Wake
from parvis.doors.streams.channels import Channel, Key
from parvis.doors.streams.deliver import Delivery
from parvis.doors.streams.listener import Listener
from parvis.infra import shutdown
from parvis.infra.logs import get_logger
from parvis.infra.postgres import Db
from parvis.infra.waits import end, first_of

log = get_logger()

LOOK_S = 1.0
COMMITS_S = 2.0  # a batch of events, from its wakes until it is seen
MOST_OF_ONE = 100  # open connections of one account in one process
MOST_OF_ADDRESS = 30  # of visitors behind one address: a household, a classroom
MOST_VISITORS = 3_000  # of all visitors: members keep their place
MOST_CHANNELS = 100  # subscriptions of one connection


class Streams:
    """Reached by the doors that have streams; `woken` is set by the bus."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self.woken = asyncio.Event()
        self.by_channel: dict[Key, set[Listener]] = {}
        self._by_card: dict[int, set[Listener]] = {}
        self._listeners: set[Listener] = set()
        self._of_origin: dict[int | str, int] = {}
        self._visitors = 0
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

    async def join(
        self,
        listener: Listener,
        channels: Collection[Channel] = (),
        since: int | None = None,
        age_s: float | None = None,
    ) -> int:
        """A connection opens: it gets what is told from now on, and what was told after `since`, or in
        the last `age_s` seconds. Answers the number after which it gets everything.
        """
        self._count(listener)
        if shutdown.stopping.is_set():
            listener.end()
        try:
            async with self._reading:
                if self._last is None:
                    self._last = await wakes.last(self.db)
                for channel in channels:
                    self.subscribe(listener, channel)
                for card in listener.cards:
                    self._by_card.setdefault(card, set()).add(listener)
                if since is None and age_s is not None:
                    return await self._tell_recent(listener, age_s, self._last)
                if since is None or not await self._tell_missed(listener, since, self._last):
                    since = self._last
                return since
        except BaseException:
            self.leave(listener)
            raise

    def _count(self, listener: Listener) -> None:
        origin, is_visitor = listener.origin, listener.login is None
        most = MOST_OF_ADDRESS if is_visitor else MOST_OF_ONE
        if self._of_origin.get(origin, 0) >= most or (
            is_visitor and self._visitors >= MOST_VISITORS
        ):
            raise TooMany("Too many open streams")
        self._of_origin[origin] = self._of_origin.get(origin, 0) + 1
        self._visitors += is_visitor
        self._listeners.add(listener)

    async def _tell_missed(self, listener: Listener, since: int, last: int) -> bool:
        """What a connection that broke off did not get; False: it is too much, and is told so. Batches
        go on where this ends.
        """
        if since == last:
            return True
        missed: list[Wake] = []
        if since < last and await wakes.is_kept(self.db, since):
            missed = await wakes.read(self.db, since)
        if not missed:
            listener.offer("", listener.voice.behind(last))
            return False
        return await self._tell_alone(listener, missed, last)

    async def _tell_recent(self, listener: Listener, age_s: float, last: int) -> int:
        """What came since a page was asked for, which is on it or is not."""
        missed = await wakes.read_recent(self.db, age_s + COMMITS_S)
        if not missed or not await self._tell_alone(listener, missed, last):
            return last
        return min(missed[0].seq - 1, last)

    async def _tell_alone(self, listener: Listener, missed: list[Wake], last: int) -> bool:
        if len(missed) == wakes.READ_AT_ONCE and missed[-1].seq < last:
            listener.offer("", listener.voice.behind(last))
            return False
        alone = {key: {listener} for key in listener.channels}
        cards = {card: {listener} for card in listener.cards}
        await Delivery(self.db, alone, cards).deliver([wake for wake in missed if wake.seq <= last])
        return True

    def leave(self, listener: Listener) -> None:
        if listener not in self._listeners:
            return
        for channel in list(listener.channels.values()):
            self.unsubscribe(listener, channel)
        for card in listener.cards:
            there = self._by_card.get(card, set())
            there.discard(listener)
            if not there:
                self._by_card.pop(card, None)
        self._listeners.discard(listener)
        self._visitors -= listener.login is None
        origin = listener.origin
        self._of_origin[origin] -= 1
        if not self._of_origin[origin]:
            del self._of_origin[origin]

    def subscribe(self, listener: Listener, channel: Channel) -> None:
        if len(listener.channels) >= MOST_CHANNELS:
            raise TooMany("Too many subscriptions")
        if listener not in self._listeners:  # its login ended meanwhile
            return
        listener.channels[channel.key] = channel
        self.by_channel.setdefault(channel.key, set()).add(listener)

    def unsubscribe(self, listener: Listener, channel: Channel) -> None:
        key = channel.key
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
                    await Delivery(self.db, self.by_channel, self._by_card).deliver(told)
                    self._last = told[-1].seq
                if len(told) < wakes.READ_AT_ONCE:
                    return

    async def _end_revoked(self) -> None:
        for listener in list(self._listeners):
            if not await listener.stands():
                listener.end(is_revoked=True)
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
