"""Lanes under load: who is asked to come back later, lowest lane first.

How long work waits is seen from how late a timer of the event loop comes: everything that is asked waits at
least as long. A part handed out to thousands makes it late for a moment, which is no overload; one that was
late all the time for a whole interval is (CoDel). Limits per address and per network hold for the anonymous
lane alone, and not for parts that are live: those are what a listener asks for, one after the other.
"""

import asyncio
import math
from collections.abc import Sequence
from contextlib import suppress

from parvis.infra.callers import Network
from parvis.protocols.gcra import Gcra, Rate, prefix_of
from parvis.protocols.shedding import Codel
from parvis.protocols.tickets import Lane

TICK_S = 0.05
LATE_S = 0.05  # waiting that nobody minds
RETRY_S = 2
# What one address asks for beside live parts: a page that joins takes three or four.
PER_ADDRESS = Rate(200, 10.0)
PER_PREFIX = Rate(2_000, 10.0)
# Connections that begin with a live part: a class that reloads behind one address, but no crowd that only
# ever begins.
BEGINNINGS_PER_ADDRESS = Rate(1_000, 10.0)
BEGINNINGS_PER_PREFIX = Rate(5_000, 10.0)
PER_HOLDER = Rate(200, 10.0)  # one ticket, beside live parts
_BARRED_MOST = 50_000


class Lanes:
    """One process's. `opens` with its event loop, `refuses` for each question, most of which it lets in."""

    def __init__(self, *, has_limits: bool = True) -> None:
        self._has_limits = has_limits
        self.late_s = 0.0
        self._joining = Codel(LATE_S, 1.0)  # anonymous listeners who come now
        self._anonymous = Codel(LATE_S, 4.0)  # and those who are here
        self._ticketed = Codel(1.0, 5.0)
        self._addresses = Gcra(PER_ADDRESS)
        self._prefixes = Gcra(PER_PREFIX)
        self._beginnings = Gcra(BEGINNINGS_PER_ADDRESS)
        self._beginnings_near = Gcra(BEGINNINGS_PER_PREFIX)
        self._holders = Gcra(PER_HOLDER)
        self._barred: dict[str, float] = {}  # addresses that asked too often, until when
        self.level = 0  # 1: none joins without a ticket; 2: no anonymous lane; 3: tickets wait, too
        self._ticking: asyncio.Task[None] | None = None

    def open(self) -> None:
        self._ticking = asyncio.get_running_loop().create_task(self._tick())

    async def close(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
            with suppress(asyncio.CancelledError):
                await self._ticking

    def see(self, late_s: float, now: float) -> None:
        """How late the loop is; decides what is shed until it is seen again."""
        self.late_s = late_s
        for codel in (self._joining, self._anonymous, self._ticketed):
            codel.sheds(late_s, now)
        self.level = (
            3
            if self._ticketed.is_shedding
            else 2
            if self._anonymous.is_shedding
            else 1
            if self._joining.is_shedding
            else 0
        )

    def refuses(self, lane: Lane, *, is_joining: bool) -> bool:
        """Whether it is too much for this lane now."""
        if self.level == 0 or lane <= Lane.CONTROL:
            return False
        if lane == Lane.ANONYMOUS:
            return is_joining or self.level > 1
        return is_joining and self.level > 2  # noqa: PLR2004 - see __init__

    def limits(self, address: str, now: float) -> int:
        """Count a question of the anonymous lane; 0, or the seconds to wait."""
        if not address or not self._has_limits:
            return 0
        wait = self._addresses.take(address, now) or self._prefixes.take(prefix_of(address), now)
        return self._bar(address, now, wait)

    def limits_beginning(self, address: str, now: float) -> int:
        """The same for a connection of that lane that begins with a live part."""
        if not address or not self._has_limits:
            return 0
        wait = self._beginnings.take(address, now)
        wait = wait or self._beginnings_near.take(prefix_of(address), now)
        return self._bar(address, now, wait)

    def limits_holder(self, holder: bytes, now: float) -> int:
        """The same for who has a ticket: one that is handed around is no better than none."""
        return math.ceil(self._holders.take(holder, now)) if self._has_limits else 0

    def is_barred(self, address: str, now: float) -> bool:
        """Whether it was told to wait, and does not. Nothing is counted; who has a ticket is not asked."""
        until = self._barred.get(address)
        return until is not None and now < until

    def _bar(self, address: str, now: float, wait: float) -> int:
        told_s = math.ceil(wait)
        if told_s:
            if len(self._barred) >= _BARRED_MOST:
                self._barred.clear()  # they are barred again by their next question
            self._barred[address] = now + told_s
        return told_s

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + TICK_S
        while True:
            await asyncio.sleep(due - loop.time())
            now = loop.time()
            self.see(max(0.0, now - due), now)
            due = now + TICK_S


class Caps:
    """How many connections there may be. From one source, above `per_source` only with tickets; a proxy among
    `trusted` brings those of many, and says whose each is.
    """

    def __init__(
        self,
        *,
        total: int = 30_000,
        per_source: int = 2_000,
        is_on: bool = True,
        trusted: Sequence[Network] = (),
    ) -> None:
        self.total = total
        self.per_source = per_source if is_on else total
        self.trusted = trusted
