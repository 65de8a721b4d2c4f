"""Thousands of listeners in one process: sockets and epoll, and for each one question after the other.

A listener joins as our player does: the state, what comes before all parts, the newest part, then each next
one before it is there. Refused, it waits as long as it was told and a little more; broken off, it goes to the
next relay at once.
"""

import errno
import heapq
import random
import select
import socket
import ssl
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress

import msgspec

from parvis.live.rehearsing.heard import Heard

READ = 1 << 16
PAUSE_S = 1.0  # before somebody tries again where nothing else was said
SILENT_S = 8.0  # without a word to a question, a listener goes elsewhere
CONNECTING_MOST = 200  # handshakes at once: a crowd does not arrive in one instant
_OK = 200
_NOT_FOUND = 404
_TO_LENGTH = len(b"content-length:")


class Relay(msgspec.Struct, frozen=True):
    """Where listeners go. `path`: what stands before all that is asked for."""

    host: str  # an address of numbers
    port: int
    name: str  # as its certificate says it
    is_tls: bool = False
    is_6: bool = False


class Plan(msgspec.Struct, frozen=True):
    """What one crowd does."""

    relays: tuple[Relay, ...]
    room: str
    epoch_ms: int
    part_ms: int
    listeners: int
    ticket: str = ""
    sources: tuple[str, ...] = ()  # own addresses to come from
    joins_s: float = 0.0  # over which they come
    rendition: str = "aac"
    is_spread: bool = True  # over the relays; else all begin with the first


class Listener:
    """One socket, and what it waits for."""

    __slots__ = (
        "at", "began", "fresh", "head", "is_here", "left", "lost_at", "number", "number_of", "said", "sock",
        "status", "step", "tried", "word",
    )  # fmt: skip

    def __init__(self, number_of: int) -> None:
        self.number_of = number_of  # of the crowd
        self.sock: socket.socket | ssl.SSLSocket | None = None
        self.at = 0  # which relay, counted on and on
        self.step = ""  # connecting, greeting, state, init, part
        self.number = 0  # of the part
        self.head = b""  # of an answer that came in pieces
        self.left = 0  # bytes still to come
        self.status = 0
        self.word = b""  # of an answer that refuses
        self.began = 0.0
        self.lost_at = 0.0
        self.said = 0.0  # when it asked last
        self.fresh = 2  # parts that were there before it came: they say nothing of lateness
        self.is_here = False
        self.tried = 0  # relays without a sound, since the last one


class Crowd:
    """All listeners of one process. `clock` is the wall's."""

    def __init__(self, plan: Plan, clock: Callable[[], float] = time.time) -> None:
        self.plan = plan
        self.heard = Heard()
        self.is_counting = False
        self.here = 0  # who heard something and is connected
        self._clock = clock
        self._epoll = select.epoll()
        self._by_fileno: dict[int, Listener] = {}
        self._to_come: deque[Listener] = deque()
        self._later: list[tuple[float, int, Listener]] = []
        self._buffer = bytearray(READ)
        self._connecting = 0
        self._late: Counter[int] = Counter()
        self._reached: set[int] = set()
        self._waited = 0.0
        self._since = self._used = 0.0
        self._swept = 0.0
        self._tls = ssl.create_default_context() if any(one.is_tls for one in plan.relays) else None
        self._begin_s = clock()
        self.everybody = [Listener(number) for number in range(plan.listeners)]
        for one in self.everybody:
            one.at = one.number_of if plan.is_spread else 0
        step_s = plan.joins_s / max(1, plan.listeners)
        for one in self.everybody:
            self._after(one, step_s * one.number_of)

    def count(self) -> None:
        """From now on what is heard counts; who joined, and who was refused, counts from the beginning."""
        self.heard.parts = self.heard.bytes = self.heard.missing = 0
        self._late.clear()
        self._waited, self._since, self._used = 0.0, time.monotonic(), time.process_time()
        self.is_counting = True

    def tell(self) -> Heard:
        """What was heard so far."""
        self.heard.late = dict(self._late)
        self.heard.reached = len(self._reached)
        self.heard.seconds = time.monotonic() - self._since
        whole = max(0.001, self.heard.seconds)
        self.heard.busy = round(1 - self._waited / whole, 3)
        used = (time.process_time() - self._used) / whole
        self.heard.starved = round(max(0.0, self.heard.busy - used), 3)
        return self.heard

    def run_for(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self.turn(min(0.05, left))

    def turn(self, wait_s: float) -> None:
        """What is due, what came, and who was silent too long."""
        now = self._clock()
        while self._later and self._later[0][0] <= now:
            self._to_come.append(heapq.heappop(self._later)[2])
        while self._to_come and self._connecting < CONNECTING_MOST:
            self._connect(self._to_come.popleft())
        before = time.monotonic()
        happened = self._epoll.poll(wait_s)
        self._waited += time.monotonic() - before
        for fileno, _ in happened:
            one = self._by_fileno.get(fileno)
            if one is not None:
                self._move(one)
        if now - self._swept > 1:
            self._swept = now
            self._sweep(now)

    def close(self) -> None:
        for one in self.everybody:
            self._drop(one)
        self._epoll.close()

    def _move(self, one: Listener) -> None:
        try:
            if one.step == "connecting":
                self._connected(one)
            elif one.step == "greeting":
                self._greet(one)
            else:
                self._read(one)
        except OSError:
            self._broken(one)

    def _after(self, one: Listener, seconds: float) -> None:
        heapq.heappush(self._later, (self._clock() + seconds, one.number_of, one))

    def _connect(self, one: Listener) -> None:
        relay = self._relay(one)
        one.began = one.began or self._clock()
        try:
            sock = socket.socket(socket.AF_INET6 if relay.is_6 else socket.AF_INET)
        except OSError:
            self.heard.cut_short += 1
            self._after(one, PAUSE_S * 5)
            return
        sock.settimeout(0)
        one.sock, one.step, one.said = sock, "connecting", self._clock()
        self._by_fileno[sock.fileno()] = one
        self._connecting += 1
        try:
            if self.plan.sources:
                sock.bind((self.plan.sources[one.number_of % len(self.plan.sources)], 0))
            sock.connect((relay.host, relay.port))
        except BlockingIOError:
            pass
        except OSError as failed:
            # No port or file left is this machine's end, not the relay's.
            here = failed.errno in (errno.EADDRNOTAVAIL, errno.EADDRINUSE, errno.EMFILE)
            self.heard.cut_short += here
            self._broken(one)
            return
        self._epoll.register(sock.fileno(), select.EPOLLOUT)

    def _relay(self, one: Listener) -> Relay:
        return self.plan.relays[one.at % len(self.plan.relays)]

    def _connected(self, one: Listener) -> None:
        assert one.sock is not None  # noqa: S101 - it is in the table of sockets
        failed = one.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failed:
            raise OSError(failed, "no connection")
        relay = self._relay(one)
        if self._tls is not None and relay.is_tls:
            plain, fileno = one.sock, one.sock.fileno()
            self._epoll.unregister(fileno)
            one.sock = self._tls.wrap_socket(
                plain, server_hostname=relay.name, do_handshake_on_connect=False
            )
            self._epoll.register(fileno, select.EPOLLIN | select.EPOLLOUT)
            one.step = "greeting"
            self._greet(one)
            return
        self._joined(one)

    def _greet(self, one: Listener) -> None:
        assert isinstance(one.sock, ssl.SSLSocket)  # noqa: S101 - see `_connected`
        try:
            one.sock.do_handshake()
        except ssl.SSLWantReadError:
            self._epoll.modify(one.sock.fileno(), select.EPOLLIN)
            return
        except ssl.SSLWantWriteError:
            self._epoll.modify(one.sock.fileno(), select.EPOLLOUT)
            return
        self._joined(one)

    def _joined(self, one: Listener) -> None:
        assert one.sock is not None  # noqa: S101 - it has just connected
        self._connecting -= 1
        self._epoll.modify(one.sock.fileno(), select.EPOLLIN)
        if one.lost_at:  # it knows the room, and asks for what it lacks
            one.step = "part"
            self._ask_part(one, one.number)
        else:
            one.step = "state"
            self._ask(one, "state", joins=True)

    def _ask(self, one: Listener, what: str, *, joins: bool = False) -> None:
        relay, plan = self._relay(one), self.plan
        ticket = f"?t={plan.ticket}" if joins and plan.ticket else ""
        one.head, one.left, one.said = b"", 0, self._clock()
        asked = f"GET /listen/{plan.room}/{what}{ticket} HTTP/1.1\r\nHost: {relay.name}\r\n\r\n"
        assert one.sock is not None  # noqa: S101 - it is connected
        one.sock.send(asked.encode())

    def _ask_part(self, one: Listener, number: int) -> None:
        one.number = number
        self._ask(one, f"{self.plan.rendition}/{number}.m4s")

    def _read(self, one: Listener) -> None:
        assert one.sock is not None  # noqa: S101 - it is in the table of sockets
        while True:
            try:
                count = one.sock.recv_into(self._buffer)
            except (BlockingIOError, ssl.SSLWantReadError):
                return
            if count == 0:
                raise ConnectionResetError
            self.heard.bytes += count
            if one.left:
                one.left -= count
                if one.status != _OK:
                    one.word += self._buffer[:count]
            elif not self._open(one, count):
                continue  # the head is not whole yet
            if one.left <= 0:
                self._answered(one)
                return

    def _open(self, one: Listener, count: int) -> bool:
        """Read the head of an answer, as far as it is here."""
        before = len(one.head)
        if before:
            one.head += self._buffer[:count]
            end = one.head.find(b"\r\n\r\n")
        else:
            end = self._buffer.find(b"\r\n\r\n", 0, count)
        if end < 0:
            one.head = one.head or bytes(self._buffer[:count])
            return False
        lines = bytes(one.head[:end] if before else self._buffer[:end]).lower()
        at = lines.find(b"content-length:")
        if at < 0:
            raise ConnectionResetError
        length = int(lines[at + _TO_LENGTH :].split(b"\r\n", 1)[0])
        one.status, one.head = int(lines[9:12]), lines
        one.word = b"" if one.status == _OK else bytes(self._buffer[end + 4 - before : count])
        one.left = end + 4 + length - before - count
        return True

    def _answered(self, one: Listener) -> None:
        if one.status != _OK:
            self._refused(one)
        elif one.step == "state":
            one.step = "init"
            self._ask(one, f"{self.plan.rendition}/init.mp4", joins=True)
        elif one.step == "init":
            one.step, one.fresh = "part", 2
            self._ask_part(one, self._newest())
        else:
            self._hear(one)

    def _hear(self, one: Listener) -> None:
        plan, heard, now = self.plan, self.heard, self._clock()
        if one.lost_at:
            _count(heard.resumed, now - one.lost_at)
            one.lost_at, one.fresh = 0.0, 2
        if one.began:
            _count(heard.joined, now - one.began)
            one.began = 0.0
        self.here += not one.is_here
        one.is_here, one.tried = True, 0
        self._reached.add(one.number_of)
        heard.parts += 1
        if one.fresh:
            one.fresh -= 1
        elif self.is_counting:
            done_s = (plan.epoch_ms + (one.number + 1) * plan.part_ms) / 1_000
            self._late[int((now - done_s) * 1_000)] += 1
        self._ask_part(one, one.number + 1)

    def _newest(self) -> int:
        return int(self._clock() * 1_000 - self.plan.epoch_ms) // self.plan.part_ms - 1

    def _refused(self, one: Listener) -> None:
        if one.status == _NOT_FOUND and one.step == "part":
            self.heard.missing += 1
            one.number, wait_s = max(one.number + 1, self._newest()), 0.2
        else:
            word = _word(one.word)
            name = f"{one.status} {word}".strip()
            self.heard.refused[name] = self.heard.refused.get(name, 0) + 1
            at = one.head.find(b"retry-after:")
            told = one.head[at + 12 : at + 18].split(b"\r", 1)[0].strip() if at >= 0 else b""
            wait_s = float(told) if told.isdigit() else PAUSE_S
            one.at += one.status > 499  # noqa: PLR2004 - full: perhaps another is not
        self._drop(one)
        self._after(one, wait_s * (1 + random.random()))  # noqa: S311 - no secret

    def _broken(self, one: Listener) -> None:
        """The connection went: to the next relay at once, after all of them with a pause."""
        if not one.lost_at and not one.began:
            one.lost_at = self._clock()
            self.heard.lost += 1
        self._drop(one)
        one.at += 1
        one.tried += 1
        at_once = one.tried < len(self.plan.relays)
        self._after(one, 0.0 if at_once else PAUSE_S * (0.5 + random.random()))  # noqa: S311 - no secret

    def _drop(self, one: Listener) -> None:
        if one.sock is None:
            return
        fileno = one.sock.fileno()
        self._connecting -= one.step in ("connecting", "greeting")
        self.here -= one.is_here
        one.is_here = False
        self._by_fileno.pop(fileno, None)
        with suppress(OSError, ValueError):
            self._epoll.unregister(fileno)
        one.sock.close()
        one.sock, one.step = None, ""

    def _sweep(self, now: float) -> None:
        for one in list(self._by_fileno.values()):
            if now - one.said > SILENT_S:
                self._broken(one)


def _count(counts: dict[int, int], seconds: float) -> None:
    at = int(seconds * 1_000)
    counts[at] = counts.get(at, 0) + 1


def _word(content: bytes) -> str:
    """Why, as relays of ours say it."""
    try:
        said = msgspec.json.decode(content, type=dict[str, str])
    except msgspec.DecodeError:
        return ""
    return said.get("error", "")[:40]
