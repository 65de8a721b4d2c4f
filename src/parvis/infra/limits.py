"""Rate limits shared by the processes of one machine: GCRA, one 8-byte time per key in a memory
map.

GCRA keeps for each key the time at which it will be empty again (the "theoretical arrival time"),
so that one number does for a limit with bursts. Two processes that take at the same microsecond may
let one too many through; a limit is not a lock.
"""

import hashlib
import mmap
import os
import time
from pathlib import Path

import msgspec

KEYS = (
    1 << 18
)  # 2 MiB; keys share a number by hash: at worst two strangers share a limit for a while


class Limit(msgspec.Struct, frozen=True):
    """At most `count` in any `period_s` seconds, all at once if they like."""

    count: int
    period_s: float


class Taken(msgspec.Struct):
    """The answer: whether it was allowed, how many are left, and when the limit is whole again."""

    is_allowed: bool
    remaining: int
    retry_after_s: float
    reset_s: float


class Limits:
    """`path` None: this process alone. `is_on` False: everything is allowed."""

    def __init__(self, path: Path | None = None, *, is_on: bool = True) -> None:
        self.is_on = is_on
        if path is None:
            self._map = mmap.mmap(-1, KEYS * 8)
        else:
            if not path.exists() or path.stat().st_size != KEYS * 8:
                path.write_bytes(b"")
                os.truncate(path, KEYS * 8)
            with path.open("r+b") as file:
                self._map = mmap.mmap(file.fileno(), KEYS * 8)
        self._times = memoryview(self._map).cast("d")

    def take(self, limit: Limit, *key: object, cost: int = 1) -> Taken:
        """Count one act of `key` against `limit`."""
        if not self.is_on:
            return Taken(True, limit.count, 0, 0)  # noqa: FBT003 - fields in order
        digest = hashlib.blake2b(repr((limit.count, limit.period_s, key)).encode(), digest_size=8)
        index = int.from_bytes(digest.digest(), "little") % KEYS
        now = time.monotonic()  # one clock for all processes of a machine (CLOCK_MONOTONIC)
        step = limit.period_s / limit.count
        start = max(self._times[index], now)
        after = start + step * cost
        if after - now > limit.period_s:
            return Taken(False, 0, after - now - limit.period_s, start - now)  # noqa: FBT003
        self._times[index] = after
        return Taken(True, int((limit.period_s - (after - now)) / step), 0, after - now)  # noqa: FBT003
