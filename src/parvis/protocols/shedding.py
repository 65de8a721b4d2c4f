"""What to turn away when there is too much: CoDel for waiting, AIMD for how much is done at once.

Both look at time alone, never at lengths of queues or at counts that somebody would have to set for their
machine: a queue that empties is good however long it was, one that stands is bad however short it is
(RFC 8289 §3). Time is handed in; nothing here looks at a clock.
"""

from math import sqrt


class Codel:
    """Turns work away while waiting never fell under `target_s` for a whole `interval_s`.

    While the queue stands, a call that waited longer is turned away as soon as its time has come, and the
    times come closer and closer.
    """

    def __init__(self, target_s: float, interval_s: float) -> None:
        self.target_s = target_s
        self.interval_s = interval_s
        self._above_since: float | None = None
        self._count = 0
        self._next = 0.0

    @property
    def is_shedding(self) -> bool:
        return self._count > 0

    def sheds(self, waited_s: float, now: float) -> bool:
        """Whether what has waited that long is turned away now."""
        if waited_s < self.target_s:
            self._above_since = None
            self._count = 0
            return False
        if self._above_since is None:
            self._above_since = now
        if now - self._above_since < self.interval_s:
            return False
        if self._count and now < self._next:
            return False
        self._count += 1
        self._next = max(self._next, now) if self._count > 1 else now
        self._next += self.interval_s / self._count / sqrt(self._count)
        return True


class Concurrency:
    """How many may be under way at once: a step more while they are quick, a part less when they are not.

    Lanes share it unequally: each may fill the whole up to its own share alone, so that what a low lane
    leaves is always there for those above it.
    """

    def __init__(self, slow_s: float, *, least: int = 8, most: int = 1_024) -> None:
        self._slow_s = slow_s
        self._least = least
        self._most = most
        self._limit = float(max(least, most // 8))
        self._lowered = 0.0
        self.under_way = 0

    @property
    def limit(self) -> int:
        return int(self._limit)

    def takes(self, share: float = 1.0) -> bool:
        """Begin one, if the part of the limit that this lane may fill is not full."""
        if self.under_way >= max(1.0, self._limit * share):
            return False
        self.under_way += 1
        return True

    def ended(self, took_s: float, now: float) -> None:
        """It is over and took that long; a limit is lowered once for what began under the same one."""
        was_full = self.under_way >= self.limit // 2
        self.under_way -= 1
        if took_s > self._slow_s:
            if now - self._lowered >= took_s:
                self._limit = max(self._least, self._limit * 0.8)
                self._lowered = now
        elif was_full:
            self._limit = min(self._most, self._limit + 1 / self._limit)
