"""Who is asked to come back later when more comes than a web process can answer: strangers first.

How long work waits is seen from how late a timer of the event loop comes, and from how long somebody has been
waiting for a connection to the database all the time. While neither stands, nothing is counted and nobody is
looked at. When one does, each stranger gets what an honest reader needs and no more, and so many of them are
answered at once as are answered quickly; if that does not help, they wait; and if the process still cannot
follow, the reading of members waits for their writing. Who logs in, votes in secret or speaks in a room is
not turned away here: each of these has limits of its own.
"""

import asyncio
from collections.abc import Callable
from enum import IntEnum

from parvis.protocols.gcra import Gcra, Rate, prefix_of
from parvis.protocols.shedding import Codel, Concurrency

TICK_S = 0.05
LATE_S = 0.1  # waiting that nobody minds
PRESSED_S = 0.3  # so long it has stood when strangers are counted
STANDING_S = 1.0  # and when they are turned away
MEMBERS_LATE_S, MEMBERS_STANDING_S = 1.0, 5.0
CALM_S = 10.0  # so long strangers are counted after it was too much
# A page and what belongs to it are some ten requests, of which browsers keep most.
PER_ADDRESS = Rate(60, 10.0)
PER_PREFIX = Rate(600, 10.0)
# Secrets that are not known here yet: each costs a look-up. A school comes from one address.
CLAIMS_PER_ADDRESS = Rate(400, 10.0)
SLOW_S = 0.2  # a stranger's answer that took so long lowers how many are made at once
AT_ONCE_LEAST, AT_ONCE_MOST = 2, 64


class Lane(IntEnum):
    """Who asks; a higher one waits earlier."""

    FIRST = 0  # what must not wait
    MEMBER = 1
    CLAIMED = 2  # shows a secret that may be a member's
    STRANGER = 3


class Level(IntEnum):
    CALM = 0
    COUNTED = 1  # strangers have limits, each and all together
    CLOSED = 2  # strangers wait
    WRITING = 3  # and members' reading


class Crowd:
    """One web process's. `refuses` need not be asked while `level` is calm."""

    def __init__(self) -> None:
        self.level = Level.CALM
        self._pressed = Codel(LATE_S, PRESSED_S)
        self._strangers = Codel(LATE_S, STANDING_S)
        self._members = Codel(MEMBERS_LATE_S, MEMBERS_STANDING_S)
        self._counted_until = 0.0
        self._addresses = Gcra(PER_ADDRESS)
        self._prefixes = Gcra(PER_PREFIX)
        self._claims = Gcra(CLAIMS_PER_ADDRESS)
        self.strangers = Concurrency(SLOW_S, least=AT_ONCE_LEAST, most=AT_ONCE_MOST)

    def see(self, late_s: float, now: float) -> None:
        """How long work waits now; decides who waits until it is seen again."""
        for codel in (self._pressed, self._strangers, self._members):
            codel.sheds(late_s, now)
        if self._pressed.is_shedding:
            self._counted_until = now + CALM_S
        self.level = (
            Level.WRITING
            if self._members.is_shedding
            else Level.CLOSED
            if self._strangers.is_shedding
            else Level.COUNTED
            if now < self._counted_until
            else Level.CALM
        )

    def refuses(self, lane: Lane, address: str, now: float, *, is_reading: bool) -> bool:
        """Whether it is too much for this lane, or for this address."""
        if lane == Lane.FIRST or self.level == Level.CALM:
            return False
        if lane == Lane.STRANGER:
            return self.level > Level.COUNTED or self._is_many(address, now)
        if lane == Lane.CLAIMED and self._claims.take(address, now) > 0:
            return True
        return self.level == Level.WRITING and is_reading

    def _is_many(self, address: str, now: float) -> bool:
        taken = self._addresses.take(address, now) or self._prefixes.take(prefix_of(address), now)
        return taken > 0

    async def watch(self, queue_s: Callable[[], float]) -> None:
        """Look every so often, for as long as the process serves. `queue_s`: how long the database's queue
        has stood.
        """
        loop = asyncio.get_running_loop()
        due = loop.time() + TICK_S
        while True:
            await asyncio.sleep(due - loop.time())
            now = loop.time()
            self.see(max(now - due, queue_s()), now)
            due = now + TICK_S
