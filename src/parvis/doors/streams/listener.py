"""One open connection: who listens, to what, and a bounded queue of what it has yet to be sent."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from parvis.domain.access.types import Login
from parvis.domain.ids import NOBODY
from parvis.doors.streams.channels import Channel, Key
from parvis.doors.streams.voices import Voice
from parvis.infra.slots import Fact, Slots, slot_of
from parvis.protocols.oauth import covers

MOST_WAITING = 1_000  # frames; who is further behind reads the timeline instead
LOOK_AGAIN_S = 30.0  # tokens expire without an event

Find = Callable[[], Awaitable[Login | None]]


class Listener:
    """Frames are offered by the streams and taken by the connection's own task.

    `cards` are statuses that its page shows outside timelines: their edits and deletions are told.

    `find` looks again for the login that opened the stream; None: a visitor, who has none. `origin`: what
    open streams are counted by, an account or an address.
    """

    __slots__ = (
        "_find",
        "_found_at",
        "_marks",
        "_slots",
        "cards",
        "channels",
        "ended",
        "hears_notifications",
        "hears_statuses",
        "is_revoked",
        "login",
        "origin",
        "viewer_id",
        "voice",
        "waiting",
        "wake",
    )

    def __init__(
        self,
        voice: Voice,
        login: Login | None,
        slots: Slots,
        find: Find | None = None,
        *,
        address: str = "",
    ) -> None:
        self.voice = voice
        self.login = login
        self.viewer_id = NOBODY if login is None else login.account_id
        self.origin: int | str = address if login is None else login.account_id
        self.channels: dict[Key, Channel] = {}
        self.cards: frozenset[int] = frozenset()
        self.waiting: deque[tuple[str, Any]] = deque()
        self.wake = asyncio.Event()
        self.ended = asyncio.Event()
        self.is_revoked = False
        self.hears_statuses = login is None or covers(login.scopes, "read:statuses")
        self.hears_notifications = login is not None and covers(login.scopes, "read:notifications")
        self._find = find
        self._slots = slots
        self._found_at = time.monotonic()
        # Values of now, though the login was found a moment ago: `stands` is asked once at opening.
        self._marks = (-1, -1)

    def offer(self, label: str, frame: Any) -> None:
        """Queue a frame; a client that does not keep up is let go."""
        # Of two channels that tell the same, a stream without labels tells it once.
        if frame is None or (not label and self.waiting and self.waiting[-1][1] is frame):
            return
        if len(self.waiting) >= MOST_WAITING:
            self.end()
            return
        self.waiting.append((label, frame))
        self.wake.set()

    def end(self, *, is_revoked: bool = False) -> None:
        self.is_revoked = is_revoked
        self.waiting.clear()
        self.ended.set()
        self.wake.set()

    async def stands(self) -> bool:
        """Whether the login still opens streams. Asks only when its slots moved, or now and then."""
        login, find = self.login, self._find
        if login is None or find is None:
            return True
        values = self._slots.values
        marks = (
            values[slot_of(Fact.TOKEN, login.token_id)],
            values[slot_of(Fact.LOGIN, login.user_id or 0)],
        )
        moment = time.monotonic()
        if marks == self._marks and moment - self._found_at < LOOK_AGAIN_S:
            return True
        found = await find()
        if found is None or found.trouble is not None or found.scopes != login.scopes:
            return False
        self._marks, self._found_at = marks, moment
        return True
