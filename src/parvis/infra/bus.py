"""Wake-ups between processes by PostgreSQL NOTIFY, on a connection of their own, gathered.

A wake-up says only "look": what there is to see lies in tables, and every listener also looks by
itself once a second. So a bus that is late or cut costs time and nothing else. Request transactions
never NOTIFY: it serialises commits (20,400 a second fell to 3,500).
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal

import asyncpg

from parvis.infra.logs import get_logger

log = get_logger()

Channel = Literal["parvis_outbox", "parvis_wakes", "parvis_jobs"]
GATHER_S = 0.005
RECONNECT_S = 1.0
ANSWER_S = 10.0  # a connection that says nothing for so long is dropped
RING = "select pg_notify(c, '') from unnest($1::text[]) c"


class Bus:
    """Rings and hears channels. `delay_s`, `is_cut`: tests of late and missing wake-ups."""

    def __init__(self, dsn: str, *, delay_s: float = 0, is_cut: bool = False) -> None:
        self.delay_s = delay_s
        self.is_cut = is_cut
        self._dsn = dsn
        self._ringing: set[Channel] = set()
        self._to_ring = asyncio.Event()
        self._heard: dict[Channel, Callable[[], None]] = {}
        self._task: asyncio.Task[None] | None = None
        self.is_heard = False  # whether this process is listening now

    @classmethod
    def failing(cls, dsn: str, how: str | None) -> "Bus":
        """`how`: None, or for tests "cut" or "delay:<seconds>" (PARVIS_TEST_BUS)."""
        delay = (how or "").removeprefix("delay:")
        return cls(dsn, delay_s=float(delay) if delay.isdigit() else 0, is_cut=how == "cut")

    def ring(self, channel: Channel) -> None:
        """Wake the listeners of a channel soon; costs nothing here."""
        self._ringing.add(channel)
        self._to_ring.set()

    def hear(self, channel: Channel, wake: Callable[[], None]) -> None:
        """Call `wake` whenever the channel is rung. Before `open` only."""
        self._heard[channel] = wake

    def open(self) -> None:
        self._task = asyncio.create_task(self._keep())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _keep(self) -> None:
        while True:
            try:
                await self._serve()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as lost:
                log.warning("bus lost; listeners look by themselves", reason=str(lost))
            await asyncio.sleep(RECONNECT_S)

    async def _serve(self) -> None:
        connection: Any = await asyncpg.connect(
            self._dsn, timeout=ANSWER_S, command_timeout=ANSWER_S
        )
        try:
            for channel in self._heard:
                await connection.add_listener(channel, self._notified)
            self.is_heard = not self.is_cut
            while True:
                await self._to_ring.wait()
                await asyncio.sleep(GATHER_S)
                self._to_ring.clear()
                channels, self._ringing = sorted(self._ringing), set()
                if not self.is_cut:
                    await connection.fetch(RING, channels)
        finally:
            self.is_heard = False
            connection.terminate()

    def _notified(self, _connection: Any, _pid: int, channel: Any, _payload: object) -> None:
        if self.is_cut:
            return
        if self.delay_s:
            asyncio.get_running_loop().call_later(self.delay_s, self._heard[channel])
        else:
            self._heard[channel]()
