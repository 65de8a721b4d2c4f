"""The relay's own HTTP front: HTTP/1.1 (RFC 9112) as a listener speaks it, cheap for tens of thousands.

What is asked a thousand times a second, a part that is live, is answered here from one dictionary; all else
goes through `answers`. Nothing of a body is ever read. Connections are few per source, and each ends that is
slow to ask or to take what it asked for.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httptools

from parvis.infra.callers import Network, address_behind, is_trusted
from parvis.infra.logs import get_logger
from parvis.live.relay.answers import PREFLIGHT, Answer, Answers, Asked, part_headers, refusal
from parvis.live.relay.asking import is_browsers, ticket_of
from parvis.live.relay.lanes import Lanes
from parvis.live.relay.parts import Away, Gone, Part
from parvis.live.relay.relay import STALE_S, RelayedRoom

log = get_logger()

HEAD_MOST = 8_192
HEAD_S = 10.0  # to send a whole head; also before the first
IDLE_S = 75.0  # between two questions
TAKING_S = 15.0  # to take what is in the way
WAITING_MOST = 262_144  # bytes of an answer that a slow listener has not taken
SWEPT_S = 1.0
PATHS_MOST = 4_096
PART = re.compile(rb"/listen/([0-9]{1,19})/([a-z][a-z0-9]{0,15})/([0-9]{1,12})\.m4s")
Known = tuple[RelayedRoom, str, int]
_REASONS = {
    200: "OK", 204: "No Content", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 413: "Content Too Large", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 503: "Service Unavailable",
}  # fmt: skip


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


class Front:
    """All connections of one process."""

    def __init__(self, answers: Answers, lanes: Lanes, caps: Caps) -> None:
        self.answers = answers
        self.relay = answers.relay
        self.lanes = lanes
        self.caps = caps
        self.connections: set[Connection] = set()
        self.sources: Counter[str] = Counter()
        self.paths: dict[bytes, Known] = {}
        self.now = 0.0
        self._loop = asyncio.get_running_loop()
        self._sweeping: asyncio.TimerHandle | None = None

    def open(self) -> None:
        self.lanes.open()
        self._sweep()

    def connect(self) -> "Connection":
        """The protocol of one connection, for `create_server`."""
        return Connection(self)

    async def close(self) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()
        await self.lanes.close()
        for one in list(self.connections):
            one.transport.abort()
        await self.relay.close()

    def learn(self, path: bytes) -> Known | None:
        """The part that stands at a path, if its room is known here."""
        found = PART.fullmatch(path)
        room = self.relay.rooms.get(found[1].decode()) if found is not None else None
        if found is None or room is None or room.state is None:
            return None
        if len(self.paths) >= PATHS_MOST:
            self.paths.clear()
        known = self.paths[path] = (room, found[2].decode(), int(found[3]))
        return known

    def _sweep(self) -> None:
        now = self.now = self._loop.time()
        for one in [found for found in self.connections if found.ends < now]:
            one.transport.abort()
        self._sweeping = self._loop.call_later(SWEPT_S, self._sweep)


class Connection(asyncio.Protocol):
    """One listener, most of the time."""

    __slots__ = (
        "_buffer", "_front", "_is_busy", "_is_full", "_is_last", "_is_proxy", "_last", "_task", "ends",
        "key", "served", "source", "transport",
    )  # fmt: skip

    def __init__(self, front: Front) -> None:
        self._front = front
        self._buffer = b""
        self._is_busy = False  # a question is being answered; the next one waits
        self._is_full = False  # what was answered is not taken: nothing more is, until it is
        self._is_last = False
        self._is_proxy = False  # it brings questions of many listeners
        self._last: Known | None = None  # the live part asked for last
        self._task: asyncio.Task[None] | None = None
        self.key: Any = self  # who it counts as
        self.served = 0
        self.ends = 0.0
        self.source = ""

    def connection_made(self, transport: Any) -> None:
        front = self._front
        self.transport: asyncio.Transport = transport
        peer = (transport.get_extra_info("peername") or ("",))[0]
        # Of IPv6 the network: one machine has as many addresses as it likes.
        self.source = address_behind(peer, "", ()) if ":" in peer else peer
        front.connections.add(self)
        front.sources[self.source] += 1
        self.ends = front.now + HEAD_S
        caps = front.caps
        self._is_proxy = is_trusted(peer, caps.trusted)
        most = caps.total if self._is_proxy else 4 * caps.per_source
        if len(front.connections) > caps.total or front.sources[self.source] > most:
            transport.abort()
            return
        transport.set_write_buffer_limits(high=WAITING_MOST)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        front = self._front
        front.connections.discard(self)
        front.sources[self.source] -= 1
        if not front.sources[self.source]:
            del front.sources[self.source]
        if self._task is not None:
            self._task.cancel()

    def pause_writing(self) -> None:
        self._is_full = True
        self.ends = self._front.now + TAKING_S

    def resume_writing(self) -> None:
        self._is_full = False
        self.ends = self._front.now + IDLE_S
        if self._buffer:
            self._go_on()

    def data_received(self, data: bytes) -> None:
        # One whole question, and nothing of another: what nearly all of them are.
        is_free = not (self._buffer or self._is_busy or self._is_full)
        if is_free and data.find(b"\r\n\r\n") == len(data) - 4:
            self._read(data)
            return
        self._buffer += data
        waits = self._is_busy or self._is_full or b"\r\n\r\n" not in self._buffer
        if len(self._buffer) > HEAD_MOST and waits:
            self._refuse(431, "head_too_large")
            return
        self._go_on()

    def _go_on(self) -> None:
        while not (self._is_busy or self._is_last or self._is_full):
            head, mark, rest = self._buffer.partition(b"\r\n\r\n")
            if not mark:
                return
            self._buffer = rest
            self._read(head + mark)

    def _read(self, head: bytes) -> None:
        if head.startswith(b"GET /listen/") and not self._is_proxy:
            end = head.find(b" HTTP/1.1\r\n", 12, HEAD_MOST)
            path = head[4:end]
            known = self._front.paths.get(path) or self._front.learn(path)
            if known is not None and known is not self._last:
                self._last = known
                if self._answer_known(head, *known):
                    return
                self._last = None
                self._front.paths.pop(path, None)  # the room may be another by now
        self._read_slowly(head)

    def _answer_known(self, head: bytes, room: RelayedRoom, rendition: str, number: int) -> bool:
        """Answer from what is at hand; False when it takes more than that."""
        front = self._front
        state = room.state
        relay = front.relay
        if (
            state is None
            or state.heard.flags.lanes != "open"
            or relay.clock() - room.looked > STALE_S
            or front.lanes.level
            or b"onnection: close" in head
            or b"live-relay" in head
        ):
            return False
        if number < state.heard.newest - 1:
            return False
        taken = room.holds.get((rendition, number))
        if taken is None:
            try:
                taken = relay.take(room, rendition, number)
            except Gone:
                return False
        self.ends = front.now + IDLE_S
        if isinstance(taken, Part):
            room.audience.of(state.heard.newest).add(self.key)
            self._deliver(taken)
        else:
            self._is_busy = True
            taken.waiting.append(self._deliver)
            taken.keys.append(self.key)
        return True

    def _deliver(self, outcome: Part | Exception) -> None:
        self._is_busy = False
        self.served += 1
        if self.transport.is_closing():
            return
        if not isinstance(outcome, Part):
            self._say(_absent(outcome), with_content=True)
            return
        # Each part is written out once, with its head, for all who listen.
        self.ends = self._front.now + IDLE_S
        self.transport.write(outcome.wire or _wire(self._front, outcome))
        if self._buffer:
            self._go_on()

    def _read_slowly(self, head: bytes) -> None:
        request = _Request()
        parser = httptools.HttpRequestParser(request)
        try:
            parser.feed_data(head)
            method = parser.get_method()
            wish = request.headers.get("connection", "").lower()
            # RFC 9112 §9.3
            version = parser.get_http_version()
            self._is_last = "close" in wish or version != "1.1"
        except httptools.HttpParserUpgrade:
            self._refuse(400, "no_upgrade")
            return
        except httptools.HttpParserError:
            self._refuse(400, "not_http")
            return
        if version not in ("1.0", "1.1"):
            self._refuse(400, "not_http")
        elif request.has_body:
            self._refuse(413, "no_body")
        elif method == b"OPTIONS":
            self._say(Answer(204, list(PREFLIGHT), b""), with_content=False)
        elif method not in (b"GET", b"HEAD"):
            self._refuse(405, "method_not_allowed")
        else:
            self._is_busy = True
            self.ends = float("inf")
            asking = self._ask(request, with_content=method == b"GET")
            self._task = asyncio.get_running_loop().create_task(asking)

    async def _ask(self, request: "_Request", *, with_content: bool) -> None:
        front = self._front
        path, _, query = request.target.partition("?")
        said = request.headers
        ticket = ticket_of(query, said.get("authorization", ""), said.get("cookie", ""))
        asked = Asked(
            path, query, ticket, self, said.get("live-relay"), said.get("live-listeners", "")
        )
        asked.address = self.source
        asked.is_browsers = is_browsers(said.get("sec-fetch-dest", ""))
        asked.is_joining = not self.served
        if self._is_proxy:
            # Its connections are shared: who asks, and how often, is said by the address alone.
            forwarded = said.get("x-forwarded-for", "")
            peer = self.transport.get_extra_info("peername")[0]
            asked.address = address_behind(peer, forwarded, front.caps.trusted)
            asked.who = asked.address
            asked.is_joining = not path.endswith(".m4s")
        asked.is_again = self._last is not None
        asked.is_crowded = not self._is_proxy and front.sources[self.source] > front.caps.per_source
        try:
            answer = await front.answers.give(asked)
        except Exception:
            log.exception("a question could not be answered")
            answer = refusal(503, "broken", retry=True)
        if asked.key is not None:
            self.key = asked.key
        if answer.pieces is not None and with_content:
            await self._pour(answer, answer.pieces)
            return
        self._task = None
        self._is_busy = False
        self.served += answer.status == 200  # noqa: PLR2004
        # A proxy's connection is not to pay for one of those whom it brings.
        self._is_last = self._is_last or (answer.status in (429, 503) and not self._is_proxy)
        self._say(answer, with_content=with_content)

    async def _pour(self, answer: Answer, pieces: AsyncIterator[bytes]) -> None:
        """An answer without end: its length is when the connection closes."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
        self.transport.write(
            f"HTTP/1.1 200 OK\r\n{lines}connection: close\r\n\r\n".encode("latin-1")
        )
        async for piece in pieces:
            if self.transport.is_closing():
                return
            self.transport.write(piece)
            # The sweep ends who takes nothing: what waits is never more than a few parts.
            if self.transport.get_write_buffer_size() > WAITING_MOST:
                break
        self.transport.close()

    def _refuse(self, status: int, why: str) -> None:
        self._is_last = True
        self._say(refusal(status, why), with_content=True)

    def _say(self, answer: Answer, *, with_content: bool) -> None:
        if self.transport.is_closing():
            return
        head = head_of(answer.status, answer.headers, len(answer.content), closes=self._is_last)
        self.ends = self._front.now + (TAKING_S if self._is_last else IDLE_S)
        self.transport.write(head + answer.content if with_content else head)
        if self._is_last:
            self.transport.close()
        elif self._buffer:
            self._go_on()


class _Request:
    """What httptools calls while it reads a head."""

    def __init__(self) -> None:
        self.target = ""
        self.headers: dict[str, str] = {}
        self.has_body = False

    def on_url(self, target: bytes) -> None:
        self.target += target.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        text = name.decode("latin-1").lower()
        said = value.decode("latin-1")
        # Of several lines the first was said by the farthest (RFC 9110 §5.3); nothing else is a list here.
        if text == "x-forwarded-for" and text in self.headers:
            said = f"{self.headers[text]},{said}"
        self.headers[text] = said
        if text == "transfer-encoding" or (text == "content-length" and value != b"0"):
            self.has_body = True


def head_of(status: int, headers: list[tuple[str, str]], length: int, *, closes: bool) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    end = "connection: close\r\n\r\n" if closes else "\r\n"
    return (
        f"HTTP/1.1 {status} {_REASONS.get(status, 'Other')}\r\n{lines}content-length: {length}\r\n{end}"
    ).encode("latin-1")


def _wire(front: Front, part: Part) -> bytes:
    room = front.relay.rooms.get(part.room)
    state = room.state if room is not None else None
    headers = part_headers(part, state)
    part.wire = head_of(200, headers, len(part.content), closes=False) + part.content
    return part.wire


def _absent(outcome: Exception) -> Answer:
    if isinstance(outcome, Away):
        return refusal(503, "origin_away", retry=True)
    if isinstance(outcome, Gone):
        return refusal(404, "gone")
    return refusal(503, "broken", retry=True)
