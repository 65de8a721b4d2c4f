"""What is answered to whom asks for something of a room, whatever front it came in by."""

import re
from collections.abc import AsyncIterator, Hashable

import msgspec

from parvis.live.relay import playlists
from parvis.live.relay.admission import Admission, NotAdmitted
from parvis.live.relay.lanes import Lanes
from parvis.live.relay.parts import IMMUTABLE, UNSHARED, Away, Gone, Part, TooEarly
from parvis.live.relay.relay import AHEAD, INIT, Relay, RelayedRoom
from parvis.live.relay.state import LIVE_STATE, RoomState
from parvis.live.relay.streaming import RENDITION, TYPES, fill, stream
from parvis.protocols.hls import BlockRefused
from parvis.protocols.tickets import Lane, Ticket

AGAIN_S = "1"
PATH = re.compile(
    r"/listen/(?P<room>[0-9]{1,19})/"
    r"(?:(?P<state>state)|(?P<master>master\.m3u8)|live\.(?P<form>mp4|aac)"
    r"|text/(?:(?P<text>live\.m3u8)|s(?P<lines>[0-9]{1,12})\.vtt)"
    r"|(?P<rendition>[a-z][a-z0-9]{0,15})/"
    r"(?:(?P<init>init\.mp4)|(?P<playlist>live\.m3u8)|s(?P<segment>[0-9]{1,12})\.m4s|(?P<part>[0-9]{1,12})\.m4s))",
    re.ASCII,
)
LATEST = 2  # parts this far behind still carry what rode on them
SHARED = (
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", "live-state, retry-after"),
    ("cross-origin-resource-policy", "cross-origin"),
    ("x-content-type-options", "nosniff"),
)
PREFLIGHT = (
    ("access-control-allow-origin", "*"),
    ("access-control-allow-methods", "GET, HEAD"),
    ("access-control-allow-headers", "authorization"),
    ("access-control-max-age", "86400"),
)
_MOST_BELOW = 100_000_000  # listeners that one relay may say it has


class Asked(msgspec.Struct):
    """One question: the path, and what came with it."""

    path: str
    query: str = ""
    ticket: str | None = None
    who: Hashable = ""  # a connection or an address: who counts as one listener without a ticket
    relay: str | None = None  # the name by which a relay below asks
    listeners: str = ""  # how many it says it has
    address: str = ""
    is_joining: bool = True  # nothing was handed out over this connection yet
    is_begun: bool = False  # this connection has asked for live parts, and this one is not the next
    is_browsers: bool = False  # asked for by what plays sound in a browser
    is_crowded: bool = False  # from where more connections come than are let in without a ticket
    key: Hashable = None  # who it counts as; filled in by the answer


class Answer(msgspec.Struct):
    status: int
    headers: list[tuple[str, str]]
    content: bytes
    pieces: AsyncIterator[bytes] | None = None  # what comes instead, without an end that is known


class Answers:
    """One relay's answers."""

    def __init__(self, relay: Relay, admission: Admission, lanes: Lanes) -> None:
        self.relay = relay
        self.admission = admission
        self.lanes = lanes

    async def give(self, asked: Asked) -> Answer:
        found = PATH.fullmatch(asked.path)
        if found is None:
            return self._limit(asked) or refusal(404, "not_found")
        return await self._give(found, asked)

    async def _give(self, found: re.Match[str], asked: Asked) -> Answer:
        room: RelayedRoom | None = None
        try:
            room = await self.relay.find(found["room"])
            return await self._of(room, found, asked)
        except NotAdmitted as refused:
            return refusal(refused.status, refused.why)
        except Away:
            return refusal(503, "origin_away", retry=True)
        except BlockRefused:
            return refusal(400, "wrong_block")
        except Gone as gone:
            if room is None:
                return self._limit(asked) or refusal(404, "not_found")
            return refusal(404, "too_early" if isinstance(gone, TooEarly) else "gone", room.state)

    async def _of(self, room: RelayedRoom, found: re.Match[str], asked: Asked) -> Answer:
        if room.state is None:
            raise Gone
        ticket = self.admission.admit(room.state.heard.flags, int(found["room"]), asked.ticket)
        number = INIT if found["init"] else int(found["part"] or 0)
        newest = room.state.heard.newest
        is_live = bool(found["part"]) and newest - 1 <= number <= newest + AHEAD + 1
        busy = self._busy(asked, ticket, is_live=is_live and not asked.is_begun)
        if busy is not None:
            return busy
        if not (found["init"] or found["part"]):
            asked.key = ticket.holder if ticket is not None else asked.who
            lane = ticket.lane if ticket is not None else Lane.ANONYMOUS
            return await self._beside(room, found, asked, lane)
        self.count(room, number, asked, ticket)
        part = await self.relay.part(room.name, found["rendition"], number)
        return Answer(200, part_headers(part, room.state), part.content)

    def count(self, room: RelayedRoom, number: int, asked: Asked, ticket: Ticket | None) -> None:
        """A listener more of that part, or what a relay below says of its own."""
        if asked.relay is not None and ticket is not None and ticket.lane == Lane.CONTROL:
            if asked.listeners.isascii() and asked.listeners.isdigit():
                listeners = min(int(asked.listeners[:12]), _MOST_BELOW)
                room.audience.tell(asked.relay[:64], listeners, self.relay.clock())
        elif number != INIT and room.state is not None:
            # Not by the number that was asked for: who reads the beginning again listens now, too.
            newest = room.state.heard.newest
            now_at = max(newest, number)
            asked.key = ticket.holder if ticket is not None else asked.who
            room.audience.of(now_at).add(asked.key)

    def _busy(self, asked: Asked, ticket: Ticket | None, *, is_live: bool) -> Answer | None:
        """Why this lane is asked to come back later, if it is."""
        lane = ticket.lane if ticket is not None else Lane.ANONYMOUS
        if self.lanes.refuses(lane, is_joining=asked.is_joining):
            return refusal(503, "busy", retry=True)
        if is_live and (ticket is not None or not asked.is_joining):
            return None
        if ticket is not None:
            is_relay = lane == Lane.CONTROL  # it asks for thousands
            now = self.relay.clock()
            return _too_often(0 if is_relay else self.lanes.limits_holder(ticket.holder, now))
        if is_live:
            return _too_often(self.lanes.limits_beginning(asked.address, self.relay.clock()))
        if asked.is_crowded:
            return refusal(503, "too_many_from_there", retry=True)
        return self._limit(asked)

    def _limit(self, asked: Asked) -> Answer | None:
        return _too_often(self.lanes.limits(asked.address, self.relay.clock()))

    async def _beside(
        self, room: RelayedRoom, found: re.Match[str], asked: Asked, lane: Lane
    ) -> Answer:
        """Whatever is neither a part nor before all parts."""
        state = room.state
        if state is None:
            raise Gone
        if found["state"]:
            return self._state(state)
        if found["master"]:
            return _playlist(playlists.write_master(room, asked.query))
        if found["form"]:
            return self._stream(room, found["form"], asked, lane)
        if found["text"] or found["lines"]:
            return await self._written(room, found, asked)
        rendition = found["rendition"]
        if found["playlist"]:
            written = await playlists.write_media(self.relay, room, rendition, asked.query)
            return _playlist(written)
        number = int(found["segment"])
        content = await playlists.join_segment(self.relay, room, rendition, number)
        is_open = state.heard.flags.lanes == "open"
        kept = ("cache-control", IMMUTABLE if is_open else UNSHARED)
        return Answer(200, [("content-type", "audio/mp4"), kept, *SHARED], content)

    async def _written(self, room: RelayedRoom, found: re.Match[str], asked: Asked) -> Answer:
        """What is written down, for players of HLS."""
        if found["lines"]:
            return _lines(playlists.write_lines(room, int(found["lines"])))
        return _playlist(await playlists.write_text(self.relay, room, asked.query))

    def _stream(self, room: RelayedRoom, form: str, asked: Asked, lane: Lane) -> Answer:
        if room.state is None or RENDITION not in room.state.heard.renditions:
            raise Gone

        def may() -> bool:
            return room.state is not None and self.admission.lets(room.state.heard.flags, lane)

        headers = [("content-type", TYPES[form]), ("cache-control", "no-store"), *SHARED]
        if form == "mp4" and asked.is_browsers:
            return Answer(200, headers, b"", fill(self.relay, room, asked.key, may))
        return Answer(200, headers, b"", stream(self.relay, room, form, asked.key, may))

    def _state(self, state: RoomState) -> Answer:
        headers = [("content-type", "application/json"), ("cache-control", "no-store"), *SHARED]
        return Answer(200, headers, state.encoded())


def _too_often(wait_s: int) -> Answer | None:
    if not wait_s:
        return None
    answer = refusal(429, "too_often")
    answer.headers.append(("retry-after", str(wait_s)))
    return answer


def _playlist(text: str) -> Answer:
    headers = [("content-type", "application/vnd.apple.mpegurl"), ("cache-control", "no-store")]
    return Answer(200, [*headers, *SHARED], text.encode())


def _lines(text: str) -> Answer:
    # Not kept: a line may be put right, or come late.
    headers = [("content-type", "text/vtt; charset=utf-8"), ("cache-control", "no-store"), *SHARED]
    return Answer(200, headers, text.encode())


def part_headers(part: Part, state: RoomState | None) -> list[tuple[str, str]]:
    is_open = state is not None and state.heard.flags.lanes == "open"
    headers = [
        ("content-type", "audio/mp4"),
        ("cache-control", IMMUTABLE if is_open else UNSHARED),
        *SHARED,
    ]
    if part.told and state is not None and part.number >= state.heard.newest - LATEST:
        headers.append((LIVE_STATE, part.told))
    return headers


def refusal(
    status: int, why: str, state: RoomState | None = None, *, retry: bool = False
) -> Answer:
    """Why not, for programs; with the room's state where that says how to go on."""
    headers = [("content-type", "application/json"), ("cache-control", "no-store"), *SHARED]
    if state is not None:
        headers.append((LIVE_STATE, state.told))
    if retry:
        headers.append(("retry-after", AGAIN_S))
    return Answer(status, headers, msgspec.json.encode({"error": why}))
