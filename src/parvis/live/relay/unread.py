"""Connections of which nothing is read for a while, because they did not wait as they were told. That costs
nothing, and what they send meanwhile stays with their own machines.
"""

import asyncio
from collections import deque

UNREAD_S = 1.0
UNREAD_MOST = 2_000  # beyond, connections are closed: who is gone would not be noticed
READ_AGAIN_S = 0.02
READ_AGAIN_MOST = 20


class Unread:
    """Those of one front, the longest unread first."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[tuple[float, asyncio.Transport]] = deque()  # and when it is read again

    def add(self, one: asyncio.Transport) -> None:
        if len(self._waiting) >= UNREAD_MOST:
            one.close()
            return
        one.pause_reading()
        if not self._waiting:
            self._loop.call_later(READ_AGAIN_S, self._read_again)
        self._waiting.append((self._loop.time() + UNREAD_S, one))

    def __len__(self) -> int:
        return len(self._waiting)

    def _read_again(self) -> None:
        """A few at a time: thousands that were left unread at once are not to come back at once."""
        now = self._loop.time()
        for _ in range(READ_AGAIN_MOST):
            if not self._waiting or self._waiting[0][0] > now:
                break
            _, one = self._waiting.popleft()
            if not one.is_closing():
                one.resume_reading()
        if self._waiting:
            self._loop.call_later(READ_AGAIN_S, self._read_again)
