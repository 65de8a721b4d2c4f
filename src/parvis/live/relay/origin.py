"""Where a relay gets parts from: a room's process on this machine, or whatever stands at an address."""

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from parvis.infra.upstream import Said, Upstream, UpstreamAway
from parvis.protocols import tickets
from parvis.protocols.tickets import HOLDER_BYTES, Lane, Ticket

MOST_BYTES = 8 << 20  # of one part; 1 s of 64 kbit/s has 8 KB
_TICKET_S = 300
_SOCKETS_MOST = 256


class Origin(Protocol):
    """GETs below `/listen/`; `UpstreamAway` when it cannot be asked."""

    async def get(self, room: str, rest: str, listeners: int, within_s: float) -> Said: ...

    def close(self) -> None: ...


class RoomSockets:
    """The rooms of this machine: each process listens on a socket named after its room."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, Upstream] = {}
        self._name = secrets.token_hex(HOLDER_BYTES)

    async def get(self, room: str, rest: str, listeners: int, within_s: float) -> Said:
        path = self._folder / room
        if not path.exists():
            if rest != "state":
                raise UpstreamAway("no socket")  # its process starts again, most likely
            return Said(404, {}, b"")
        upstream = self._open.get(room)
        if upstream is None:
            if len(self._open) >= _SOCKETS_MOST:
                self._open.pop(next(iter(self._open))).close()
            upstream = self._open[room] = Upstream.at_socket(path, MOST_BYTES)
        headers = {"live-listeners": str(listeners), "live-relay": self._name}
        return await upstream.get(f"/listen/{room}/{rest}", headers, within_s)

    def close(self) -> None:
        for one in self._open.values():
            one.close()
        self._open.clear()


class Above:
    """A web process, another relay or a cache; with the network's key, it is asked as a relay of it."""

    def __init__(
        self, address: str, key: bytes | None, clock: Callable[[], float] = time.time
    ) -> None:
        self._upstream = Upstream.at(address, MOST_BYTES)
        self._key = key
        self._clock = clock
        self._holder = secrets.token_bytes(HOLDER_BYTES)
        self._tickets: dict[str, tuple[str, float]] = {}

    async def get(self, room: str, rest: str, listeners: int, within_s: float) -> Said:
        headers = {"live-listeners": str(listeners), "live-relay": self._holder.hex()}
        if self._key is not None:
            headers["authorization"] = f"Ticket {self._ticket(self._key, room)}"
        return await self._upstream.get(f"/listen/{room}/{rest}", headers, within_s)

    def _ticket(self, key: bytes, room: str) -> str:
        now = self._clock()
        kept = self._tickets.get(room)
        if kept is not None and kept[1] - now > _TICKET_S / 2:
            return kept[0]
        ends = int(now) + _TICKET_S
        text = tickets.issue(key, Ticket(int(room), self._holder, Lane.CONTROL, ends))
        if len(self._tickets) >= _SOCKETS_MOST:
            self._tickets.clear()
        self._tickets[room] = (text, ends)
        return text

    def close(self) -> None:
        self._upstream.close()


__all__ = ["MOST_BYTES", "Above", "Origin", "RoomSockets", "Said", "UpstreamAway"]
