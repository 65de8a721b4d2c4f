"""Generation slots: one shared memory map by which every process knows what its caches may keep.

A slot stands for one fact of one row ("what account 7 may see"). Whoever changes the fact writes a
new value into the slot after commit and before answering; whoever caches it keeps the value read
*before* loading and trusts the entry only while the slot still holds it. Rows share slots by hash:
a collision costs a reload, never a stale answer.
"""

import itertools
import mmap
import os
import time
from array import array
from enum import IntEnum
from pathlib import Path
from typing import cast

SLOTS = 1 << 20  # 8 MiB; at 100,000 cached rows one in ten shares its slot


class Fact(IntEnum):
    """What a slot stands for."""

    ACCOUNT = 1  # an account's public face and standing
    ACCOUNT_COUNTERS = 2
    VIEWER = 3  # what an account may see and has done: relationships, favourites, votes, mutes
    HOME = 4  # its home timeline
    AUTHORED = 5  # the list of its statuses (pulled authors, profile pages)
    STATUS = 6  # a status's content, visibility, being there
    STATUS_COUNTERS = 7  # its counters and its poll's tally
    LOGIN = 8  # a user: role, standing, all tokens at once
    TOKEN = 9  # one access token or session
    NOTIFICATIONS = 10
    PUBLIC = 11  # the public timelines (id 0)
    NETWORK = 12  # settings, rules, custom emoji (id 0)
    MARKERS = 13  # where an account stopped reading
    CALLS = 14  # what rings for anybody (id 0)


def slot_of(fact: Fact, key: int) -> int:
    """Index of the slot for `fact` of row `key` (Fibonacci hashing; ids share their low bits)."""
    return ((key * 16 + fact) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF) >> 44


ERA = 0  # changes with every bump of any slot


def create(path: Path) -> None:
    """Make the file that every process of one machine maps; an older one is emptied."""
    path.write_bytes(b"")
    os.truncate(path, SLOTS * 8)


class _Doubtful:
    """Slots for several machines, which share no memory: every read gives another value, so that
    nothing kept is ever trusted.
    """

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def __getitem__(self, _slot: int) -> int:
        return next(self._count)

    def __setitem__(self, _slot: int, _value: int) -> None:
        """There is nothing to tell: nobody trusts what they hold."""


class Slots:
    """The map. `values[slot_of(...)]` reads, `bump` writes; both are single aligned 8-byte
    accesses.
    """

    def __init__(self, path: Path | None = None, *, is_shared: bool = True) -> None:
        """`is_shared` False: other machines write too, and no memory tells of it (ADR 3)."""
        self._salt = os.getpid() & 0x3FF
        if not is_shared:
            self.values = cast("memoryview[int]", _Doubtful())
            return
        if path is None:  # a process alone: commands and tests
            self._map = mmap.mmap(-1, SLOTS * 8)
        else:
            with path.open("r+b") as file:
                self._map = mmap.mmap(file.fileno(), SLOTS * 8)
        # Two processes that bump one slot at once must not write the same value (an increment
        # could): nanoseconds shifted, with the process's own bits (_salt) below.
        self.values = memoryview(self._map).cast("Q")

    @property
    def era(self) -> int:
        """Changes with every bump. For rows whose id is known only after loading: read the era,
        load, read the slot, and keep the row only if the era still stands.
        """
        return self.values[ERA]

    def bump(self, slots: set[int] | list[int]) -> None:
        """Make every cache entry that rests on these slots worthless, in every process."""
        if not slots:
            return
        values = self.values
        stamp = (time.time_ns() << 10 | self._salt) & 0xFFFFFFFFFFFFFFFF
        # First the era, then the slots: who reads a new slot value is sure to see a new era (see
        # `era`).
        values[ERA] = stamp if values[ERA] != stamp else (stamp + 1024) & 0xFFFFFFFFFFFFFFFF
        for slot in slots:
            # A clock that stands still between two bumps of one process would repeat the value.
            values[slot] = stamp if values[slot] != stamp else (stamp + 1024) & 0xFFFFFFFFFFFFFFFF

    def bump_all(self) -> None:
        """After a gap that nobody can account for: nothing cached is trusted."""
        self.bump([ERA])
        self.values[:] = memoryview(array("Q", [self.era + 1024]) * SLOTS)
