"""The relay's own HTTP front: HTTP/1.1 (RFC 9112) as a listener speaks it, cheap for tens of thousands.

What is asked a thousand times a second, a part that is live, is answered here from one dictionary; all else
goes through `answers`. Nothing of a body is ever read. Connections are few per source, and each ends that is
slow to ask or to take what it asked for.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httptools

from parvis.infra.callers import address_behind, is_trusted
from parvis.infra.logs import get_logger
from parvis.live.relay.answers import PREFLIGHT, Answer, Answers, Asked, refusal
from parvis.live.relay.asking import is_browsers, likely_ticket, ticket_of
from parvis.live.relay.lanes import Caps, Lanes
from parvis.live.relay.parts import Gone, Part
from parvis.live.relay.relay import STALE_S, RelayedRoom
from parvis.live.relay.unread import Unread
from parvis.live.relay.wire import AskedHead, absent, canned, head_of, part_of
from parvis.protocols.tickets import Lane

log = get_logger()

HEAD_MOST = 8_192
HEAD_S = 10.0  # to send a whole head; also before the first
IDLE_S = 75.0  # between two questions
TAKING_S = 15.0  # to take what is in the way
WAITING_MOST = 262_144  # bytes of an answer that a slow listener has not taken
SWEPT_S = 1.0
REFUSED_MOST = 3  # answers to one connection without a pause
PATHS_MOST = 4_096
PART = re.compile(rb"/listen/([0-9]{1,19})/([a-z][a-z0-9]{0,15})/([0-9]{1,12})\.m4s")
Known = tuple[RelayedRoom, str, int]


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
        self.unread = Unread()
        self.now = 0.0
        self._canned = canned()
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

    def is_full(self, source: str, *, is_proxy: bool) -> bool:
        """Whether another connection from there is one too many. The last half is not for those who were told
        to wait: behind their address nobody comes in then, ticket or not.
        """
        count, caps = len(self.connections), self.caps
        most = caps.total if is_proxy else 4 * caps.per_source
        if count > caps.total or self.sources[source] > most:
            return True
        return count > caps.total // 2 and self.lanes.is_barred(source, self.relay.clock())

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

    def turns_away(self, one: "Connection", head: bytes) -> bytes | None:
        """The whole answer to who asks without a ticket while that lane is closed, or to an address that was
        told to wait: for a flood, before anything of a question is read.
        """
        lanes = self.lanes
        is_busy = lanes.level and lanes.refuses(Lane.ANONYMOUS, is_joining=not one.served)
        if not is_busy and not lanes.is_barred(one.source, self.relay.clock()):
            return None
        ticket = likely_ticket(head)
        if ticket is not None and self.answers.admission.is_ours(ticket):
            return None
        return self._canned["busy" if is_busy else "too_often"]

    def wire(self, part: Part) -> bytes:
        """The whole answer that carries a part, made once."""
        room = self.relay.rooms.get(part.room)
        part.wire = part_of(part, room.state if room is not None else None)
        return part.wire

    def _sweep(self) -> None:
        now = self.now = self._loop.time()
        for one in [found for found in self.connections if found.ends < now]:
            one.transport.abort()
        self._sweeping = self._loop.call_later(SWEPT_S, self._sweep)


class Connection(asyncio.Protocol):
    """One listener, most of the time."""

    __slots__ = (
        "_buffer", "_front", "_is_begun", "_is_busy", "_is_full", "_is_last", "_is_proxy", "_last", "_task",
        "ends", "key", "refused", "served", "source", "transport",
    )  # fmt: skip

    def __init__(self, front: Front) -> None:
        self._front = front
        self._buffer = b""
        self._is_busy = False  # a question is being answered; the next one waits
        self._is_full = False  # what was answered is not taken: nothing more is, until it is
        self._is_last = False
        self._is_proxy = False  # it brings questions of many listeners
        self._last: Known | None = None  # the live part asked for last
        self._is_begun = False  # and what is asked now does not come after it
        self._task: asyncio.Task[None] | None = None
        self.key: Any = self  # who it counts as
        self.refused = 0  # since the last answer that was none
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
        self._is_proxy = is_trusted(peer, front.caps.trusted)
        if front.is_full(self.source, is_proxy=self._is_proxy):
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
        self._is_begun = False
        if head.startswith(b"GET ") and not self._is_proxy:
            end = head.find(b" HTTP/1.1\r\n", 5, HEAD_MOST)
            path = head[4:end]
            known = self._front.paths.get(path) or self._front.learn(path)
            if known is not None and self._is_next(known):
                if self._answer_known(head, *known):
                    return
                self._front.paths.pop(path, None)  # the room may be another by now
            turned_away = self._front.turns_away(self, head)
            if turned_away is not None:
                self._turn_away(turned_away, head)
                return
        self._read_slowly(head)

    def _is_next(self, known: Known) -> bool:
        """Whether it goes on from what was asked before, as a listener does. To ask for one part over and
        over, or for two by turns, is no listening.
        """
        last = self._last
        if last is not None and (
            known[2] <= last[2] or known[0] is not last[0] or known[1] != last[1]
        ):
            self._is_begun = True
            return False
        self._last = known
        return True

    def _turn_away(self, answer: bytes, head: bytes) -> None:
        self.ends = self._front.now + HEAD_S
        self.refused += 1
        self.transport.write(answer)
        if self.refused > REFUSED_MOST:
            self._front.unread.add(self.transport)
        if b" HTTP/1.1\r\n" not in head or b"onnection: close" in head:
            self._is_last = True
            self.transport.close()

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
        if number < state.heard.newest - 1 or not (self.served or self._may_begin(head)):
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

    def _may_begin(self, head: bytes) -> bool:
        front = self._front
        ticket = likely_ticket(head)
        if ticket is not None and front.answers.admission.is_ours(ticket):
            return True
        return not front.lanes.limits_beginning(self.source, front.relay.clock())

    def _deliver(self, outcome: Part | Exception) -> None:
        self._is_busy = False
        self.served += 1
        self.refused = 0
        if self.transport.is_closing():
            return
        if not isinstance(outcome, Part):
            self._say(absent(outcome), with_content=True)
            return
        # Each part is written out once, with its head, for all who listen.
        self.ends = self._front.now + IDLE_S
        self.transport.write(outcome.wire or self._front.wire(outcome))
        if self._buffer:
            self._go_on()

    def _read_slowly(self, head: bytes) -> None:
        request = AskedHead()
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

    async def _ask(self, request: AskedHead, *, with_content: bool) -> None:
        front = self._front
        path, _, query = request.target.partition("?")
        said = request.headers
        ticket = ticket_of(query, said.get("authorization", ""), said.get("cookie", ""))
        asked = Asked(
            path, query, ticket, self, said.get("live-relay"), said.get("live-listeners", "")
        )
        asked.address = self.source
        asked.is_begun = self._is_begun
        asked.is_browsers = is_browsers(said.get("sec-fetch-dest", ""))
        asked.is_joining = not self.served
        if self._is_proxy:
            # Its connections are shared: who asks, and how often, is said by the address alone.
            forwarded = said.get("x-forwarded-for", "")
            peer = self.transport.get_extra_info("peername")[0]
            asked.address = address_behind(peer, forwarded, front.caps.trusted)
            asked.who = asked.address
            asked.is_joining = not path.endswith(".m4s")
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
        self._is_last = self._is_last or (answer.status == 503 and not self._is_proxy)  # noqa: PLR2004
        self._say(answer, with_content=with_content)
        if answer.status == 429 and not self._is_proxy:  # noqa: PLR2004 - cheaper kept open for a while than made anew
            self.ends = min(self.ends, front.now + HEAD_S)

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
        if not self._is_full:  # its time runs on
            self.ends = self._front.now + (TAKING_S if self._is_last else IDLE_S)
        self.transport.write(head + answer.content if with_content else head)
        if self._is_last:
            self.transport.close()
        elif self._buffer:
            self._go_on()
