"""Who is connected with a microphone: taken in, replaced by the next device, closed when not wanted."""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from aiortc import RTCConfiguration, RTCIceServer

from parvis.infra.logs import get_logger
from parvis.live.sound.microphones import Microphone, Return
from parvis.live.sound.room import Room
from parvis.protocols import whip_offers
from parvis.protocols.turn_credentials import Ice
from parvis.protocols.whip_offers import OfferRefused

log = get_logger()

CONNECT_S = 15.0  # from the answer to the first packet
OPEN_MOST = 80  # sessions of a room, both ways counted by their microphone
OF_ONE_MOST = 3  # of one speaker: one that sounds, one that takes over, one that was left behind
TRIES = 12  # of one speaker
TRIES_S = 60.0
LOOK_S = 0.5
_OVER = frozenset({"failed", "closed"})


def configured(ice: Ice) -> RTCConfiguration:
    """For our own end. Without any nobody is asked: aiortc's own list names a stranger's server."""
    servers = [RTCIceServer(**server) for server in ice.listed("room", time.time())]
    return RTCConfiguration(iceServers=servers)


class Session:
    """A microphone, and the return beside it once it is asked for."""

    def __init__(self, account_id: int, microphone: Microphone) -> None:
        self.id = secrets.token_urlsafe(18)
        self.account_id = account_id
        self.microphone = microphone
        self.returned: Return | None = None
        self.since = time.monotonic()
        self.return_since = 0.0
        self.was_connected = False

    def is_over(self, now: float) -> bool:
        """Ended by the other side, or never begun in time."""
        state = self.microphone.connection.connectionState
        if state in _OVER or self.microphone.is_flooding:
            return True
        return not self.was_connected and now - self.since > CONNECT_S

    def is_return_over(self, now: float) -> bool:
        """The same of the return."""
        if self.returned is None:
            return False
        state = self.returned.connection.connectionState
        return state in _OVER or (state != "connected" and now - self.return_since > CONNECT_S)


class Sessions:
    """All of a room."""

    def __init__(self, room: Room, ice: Ice) -> None:
        self._room = room
        self._ice = ice
        self._open: dict[str, Session] = {}
        self._tries: dict[int, deque[float]] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def open_microphone(self, account_id: int, body: bytes) -> tuple[Session, str]:
        """A session and our answer. Refused as OfferRefused."""
        if account_id not in self._room.voices:
            raise OfferRefused("the host has not given you the floor in this room", 403)
        offer = whip_offers.read(
            body, "in", keeps_candidates=bool(self._ice.stun or self._ice.turn)
        )
        self._allow(account_id)
        session = Session(account_id, Microphone(configured(self._ice)))
        self._open[session.id] = session
        try:
            answer = await session.microphone.answer(offer)
        except Exception as wrong:
            await self.close(session.id)
            raise _unusable(wrong) from wrong
        return session, answer

    async def open_return(self, session_id: str, body: bytes) -> str:
        """Our answer; the return before it, if there was one, ends. Refused as OfferRefused."""
        session = self._open.get(session_id)
        if session is None:
            raise OfferRefused("there is no such microphone; connect it first", 404)
        offer = whip_offers.read(
            body, "out", keeps_candidates=bool(self._ice.stun or self._ice.turn)
        )
        self._allow(session.account_id)
        await self.close_return(session_id)
        session.returned, session.return_since = Return(configured(self._ice)), time.monotonic()
        try:
            answer = await session.returned.answer(offer)
        except Exception as wrong:
            await self.close_return(session_id)
            raise _unusable(wrong) from wrong
        self._join(session)
        return answer

    async def close(self, session_id: str) -> bool:
        """End a microphone and its return; whether there was one."""
        session = self._open.pop(session_id, None)
        if session is None:
            return False
        voice = self._room.voices.get(session.account_id)
        if voice is not None and voice.source is session.microphone.drift:
            voice.source = voice.sink = None
        if session.returned is not None:
            await session.returned.close()
        await session.microphone.close()
        return True

    async def close_return(self, session_id: str) -> bool:
        """End the return alone; whether there was one."""
        session = self._open.get(session_id)
        if session is None or session.returned is None:
            return False
        returned, session.returned = session.returned, None
        self._join(session)
        await returned.close()
        return True

    async def close_all(self) -> None:
        """End every one."""
        await asyncio.gather(*(self.close(one) for one in list(self._open)))

    async def watch(self) -> None:
        """For ever: take in who has connected, put out who may not speak or has gone."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_S)

    def look(self) -> None:
        """Once."""
        now = time.monotonic()
        for session in list(self._open.values()):
            if session.account_id not in self._room.voices or session.is_over(now):
                self._later(self.close(session.id))
            elif session.microphone.connection.connectionState == "connected":
                self._take_in(session)
            if session.is_return_over(now):
                self._later(self.close_return(session.id))

    def _take_in(self, session: Session) -> None:
        """A microphone that has just connected is the speaker's one; the device before it ends."""
        if not session.was_connected:
            session.was_connected = True
            for other in list(self._open.values()):
                if other.account_id == session.account_id and other.since < session.since:
                    self._later(self.close(other.id))
            self._room.voices[session.account_id].source = session.microphone.drift
            self._join(session)

    def _join(self, session: Session) -> None:
        voice = self._room.voices.get(session.account_id)
        if voice is not None and voice.source is session.microphone.drift:
            voice.sink = session.returned.give if session.returned is not None else None

    def _allow(self, account_id: int) -> None:
        """Refused as OfferRefused: too many, or too often."""
        theirs = [one for one in self._open.values() if one.account_id == account_id]
        if len(theirs) > OF_ONE_MOST or len(self._open) >= OPEN_MOST:
            raise OfferRefused("too many connections are open; close one first", 429)
        now = time.monotonic()
        tries = self._tries.setdefault(account_id, deque(maxlen=TRIES))
        if len(tries) == TRIES and now - tries[0] < TRIES_S:
            raise OfferRefused("too many tries in a minute; wait for one", 429)
        tries.append(now)

    def _later(self, closing: Coroutine[Any, Any, bool]) -> None:
        async def quietly() -> None:
            with suppress(ConnectionError, OSError):
                await closing

        task = asyncio.create_task(quietly())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


def _unusable(wrong: Exception) -> OfferRefused:
    """Aiortc refuses by many names; none of them says what a person could change."""
    log.warning("an offer could not be answered", why=type(wrong).__name__)
    if isinstance(wrong, TimeoutError):
        return OfferRefused("no answer could be made in time; try again", 503)
    return OfferRefused("this offer cannot be answered; it is not WebRTC as browsers speak it")
