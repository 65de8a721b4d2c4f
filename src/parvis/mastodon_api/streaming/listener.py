"""One open connection: its login, its channels, and a bounded queue of what it has yet to be sent."""

import asyncio
import time
from collections import deque

from parvis.domain.access.logins import Logins
from parvis.domain.access.types import Login
from parvis.infra.slots import Fact, Slots, slot_of
from parvis.mastodon_api.streaming.channels import Channel
from parvis.mastodon_api.streaming.frames import Frame
from parvis.protocols.oauth import covers

MOST_WAITING = 1_000  # frames; who is further behind reads the timeline instead
LOOK_AGAIN_S = 30.0  # tokens expire without an event


class Listener:
    """Frames are offered by the streams and taken by the connection's own task."""

    __slots__ = (
        "_found_at",
        "_marks",
        "_slots",
        "channels",
        "ended",
        "hears_notifications",
        "hears_statuses",
        "login",
        "secret",
        "waiting",
        "wake",
    )

    def __init__(self, login: Login, secret: str, slots: Slots) -> None:
        self.login = login
        self.secret = secret
        self.channels: dict[tuple[str, int | str], Channel] = {}
        self.waiting: deque[tuple[str, Frame]] = deque()
        self.wake = asyncio.Event()
        self.ended = asyncio.Event()
        self.hears_statuses = covers(login.scopes, "read:statuses")
        self.hears_notifications = covers(login.scopes, "read:notifications")
        self._slots = slots
        self._found_at = time.monotonic()
        # Values of now, though the login was found a moment ago: `stands` is asked once at opening.
        self._marks = (-1, -1)

    def offer(self, label: str, frame: Frame) -> None:
        """Queue a frame; a client that does not keep up is let go."""
        if len(self.waiting) >= MOST_WAITING:
            self.end()
            return
        self.waiting.append((label, frame))
        self.wake.set()

    def end(self) -> None:
        self.waiting.clear()
        self.ended.set()
        self.wake.set()

    async def stands(self, logins: Logins) -> bool:
        """Whether the token still opens streams. Asks only when its slots moved, or now and then."""
        values, login = self._slots.values, self.login
        marks = (
            values[slot_of(Fact.TOKEN, login.token_id)],
            values[slot_of(Fact.LOGIN, login.user_id or 0)],
        )
        moment = time.monotonic()
        if marks == self._marks and moment - self._found_at < LOOK_AGAIN_S:
            return True
        found = await logins.find(self.secret)
        if found is None or found.trouble is not None or found.scopes != login.scopes:
            return False
        self._marks, self._found_at = marks, moment
        return True
