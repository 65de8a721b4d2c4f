"""Those who attack a relay (flood.py): questions without end, and connections without end."""

import base64
import json
import os
import select
import socket
import sys
import time
import urllib.request
from collections import Counter, deque
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent)]
from listeners import ROOM  # noqa: E402

PORT, ORIGIN = 8_491, 8_492
SOURCES = 250
PATIENCE_S = 0.1  # of an attacker with an answer


def source(number: int, *, is_wide: bool) -> str:
    number = number % SOURCES + 1
    return f"127.1.{number}.1" if is_wide else f"127.0.1.{number}"


def state_of() -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{ORIGIN}/listen/{ROOM}/state") as answer:
        return json.load(answer)


class Attacker:
    """One connection."""

    __slots__ = ("asked", "is_open", "left", "number", "sock")

    def __init__(self, number: int) -> None:
        self.number = number
        self.sock: Any = None
        self.left = 0
        self.asked = 0.0
        self.is_open = False


class Attack:
    """Asks so many a second whatever is answered, by epoll."""

    def __init__(self, kind: str, rate: float, state: dict[str, Any]) -> None:
        self.kind = kind
        self.rate = rate
        self.part_s = state["part_ms"] / 1_000
        self.epoch_s = state["epoch_ms"] / 1_000
        self.epoll = select.epoll()
        self.open: dict[int, Attacker] = {}
        self.idle: deque[Attacker] = deque()
        self.buffer = bytearray(1 << 16)
        self.told: Counter[str] = Counter()
        self.made = 0
        self.most = 4_000
        self.forged = [
            base64.urlsafe_b64encode(os.urandom(46)).rstrip(b"=").decode() for _ in range(97)
        ]

    def run(self, seconds: float) -> None:
        begun = time.monotonic()
        sent = 0
        while (now := time.monotonic()) < begun + seconds:
            due = int((now - begun) * self.rate) - sent if self.rate else 64
            for _ in range(min(due, 200)):
                if not self._ask():
                    if self.rate:
                        self.told["unable"] += 1
                    else:
                        break
                sent += 1
            for fileno, what in self.epoll.poll(0.001 if self.rate else 0):
                self._turn(self.open[fileno], what)

    def _ask(self) -> bool:
        while self.idle:
            one = self.idle.popleft()
            if one.is_open:
                self._send(one)
                return True
        if len(self.open) >= (self.most if self.rate else 2 * SOURCES):
            # Who is kept waiting comes anew.
            oldest = next(iter(self.open.values()))
            if time.monotonic() - oldest.asked < PATIENCE_S:
                return False
            self._drop(oldest, "given up")
        self._connect()
        return True

    def _connect(self) -> None:
        one = Attacker(self.made)
        self.made += 1
        one.sock = sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT: a port for each pair
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        sock.settimeout(0)
        sock.bind((source(one.number, is_wide=self.kind == "wide"), 0))
        with suppress(BlockingIOError):
            sock.connect(("127.0.0.1", PORT))
        self.open[sock.fileno()] = one
        self.told["connections"] += 1
        # A connection that is not made yet takes what is written as soon as it is.
        self.epoll.register(sock.fileno(), select.EPOLLOUT)

    def _send(self, one: Attacker) -> None:
        one.left = 0
        one.asked = time.monotonic()
        try:
            one.sock.send(self._question())
        except OSError:
            self._drop(one, "cut")
            return
        self.told["asked"] += 1

    def _question(self) -> bytes:
        number = self.told["asked"]
        newest = int((time.time() - self.epoch_s) / self.part_s) - 1
        query = ""
        if self.kind in ("live", "new"):
            # One part, then the other: each time what a listener could ask for.
            path = f"aac/{newest - number % 2}.m4s"
        elif self.kind == "forged":
            path = ("state", f"aac/{newest}.m4s")[number % 2]
            query = "?t=" + self.forged[number % len(self.forged)]
        else:
            path = (
                "state", "aac/init.mp4", "master.m3u8", f"aac/{max(0, newest - 4)}.m4s",
                "aac/live.m3u8", "aac/999999999.m4s", "nonsense", "state?_=" + str(number),
            )[number % 8]  # fmt: skip
        last = "Connection: close\r\n" if self.kind == "new" else ""
        return f"GET /listen/{ROOM}/{path}{query} HTTP/1.1\r\nHost: x\r\n{last}\r\n".encode()

    def _turn(self, one: Attacker, what: int) -> None:
        if not one.is_open:
            if what & (select.EPOLLERR | select.EPOLLHUP):
                self._drop(one, "no connection")
                return
            one.is_open = True
            self.epoll.modify(one.sock.fileno(), select.EPOLLIN)
            self._send(one)
            return
        try:
            count = one.sock.recv_into(self.buffer)
        except BlockingIOError:
            return
        except OSError:
            count = 0
        if count == 0:
            self._drop(one, "cut" if one.left or one.asked else "closed")
            return
        self._hear(one, count)

    def _hear(self, one: Attacker, count: int) -> None:
        if one.left == 0:
            end = self.buffer.find(b"\r\n\r\n", 0, count)
            at = self.buffer.find(b"content-length: ", 0, end) + 16
            one.left = end + 4 + int(self.buffer[at : self.buffer.find(b"\r", at)])
            self.told[self.buffer[9:12].decode()] += 1
        one.left -= count
        if one.left == 0:
            one.asked = 0.0
            if self.buffer.find(b"connection: close", 0, count) >= 0 or self.kind == "new":
                self._drop(one, "closed")
            else:
                self.idle.append(one)

    def _drop(self, one: Attacker, why: str) -> None:
        self.told[why] += 1
        one.is_open = False
        self.open.pop(one.sock.fileno(), None)
        one.sock.close()


def attack(kind: str, seconds: float, rate: float) -> None:
    made = Attack(kind, rate, state_of())
    began, at = time.process_time(), time.monotonic()
    made.run(seconds)
    wall = time.monotonic() - at
    told: dict[str, Any] = dict(made.told)
    told["a_second"] = round(made.told["asked"] / wall)
    told["core"] = round((time.process_time() - began) / wall, 2)
    print(json.dumps(told), flush=True)


def slow(count: int, seconds: float) -> None:
    """Connections that never come to an end: a third says a head byte by byte, a third says nothing, and a
    third asks for ever more sound and takes none of it. What is closed is opened again.
    """
    told: Counter[str] = Counter()
    socks: list[socket.socket | None] = [None] * count
    begun = time.monotonic()
    at = 0
    while time.monotonic() < begun + seconds:
        for _ in range(60):
            at = (at + 1) % count
            sock = socks[at]
            if sock is None:
                socks[at] = _slow_one(at)
                told["opened"] += 1
            elif not _drips(sock, at % 3):
                told["closed"] += 1
                sock.close()
                socks[at] = None
        time.sleep(0.003)
    print(json.dumps(dict(told) | {"held": sum(one is not None for one in socks)}), flush=True)


def _drips(sock: socket.socket, how: int) -> bool:
    """One step of a slow connection; False when it was closed on us."""
    try:
        if how == 0:
            sock.send(b"X")
        elif how == 1:
            sock.send(f"GET /listen/{ROOM}/live.mp4 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        return bool(sock.recv(1, socket.MSG_PEEK)) and how == 1
    except BlockingIOError:
        return True
    except OSError:
        return False


def _slow_one(number: int) -> socket.socket | None:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    sock.bind((source(number, is_wide=False), 0))
    sock.settimeout(0)
    with suppress(BlockingIOError):
        sock.connect(("127.0.0.1", PORT))
    return sock
