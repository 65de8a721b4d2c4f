"""A room's process without speakers: it answers `/listen/…` as the real one does, and counts what is asked.

Time is the test's: a part is complete when `advance` says so, or every `part_ms` while `run` runs.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.rig import aac

AHEAD = 2


class SyntheticRoom:
    """One room as origin; kill it by `stop`, bring it back by another `start`."""

    def __init__(self, room: str = "7", *, part_ms: int = 100, newest: int = 9) -> None:
        self.room = room
        self.part_ms = part_ms
        self.newest = newest
        self.first = 0
        self.state = "live"
        self.flags: dict[str, Any] = {"lanes": "open"}
        self.gaps: set[int] = set()
        self.lines: list[dict[str, Any]] = []
        self.asked: Counter[str] = Counter()
        self.heads: list[dict[str, str]] = []
        self.below: dict[str, int] = {}
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._grown = asyncio.Condition()
        self.address = ""
        self.epoch_ms = 1_000

    async def start(self, *, path: Path | None = None, port: int = 0) -> None:
        if path is not None:
            path.unlink(missing_ok=True)  # noqa: ASYNC240 - of a test
            self._server = await asyncio.start_unix_server(self._serve, path)
        else:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
            self.port = self._server.sockets[0].getsockname()[1]
            self.address = f"http://127.0.0.1:{self.port}"

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        await self._server.wait_closed()

    async def advance(self, parts: int = 1) -> None:
        async with self._grown:
            self.newest += parts
            self._grown.notify_all()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due += self.part_ms / 1_000
            await asyncio.sleep(due - loop.time())
            await self.advance()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                path = head[0].split()[1]
                headers = {
                    name.lower(): value
                    for name, _, value in (line.partition(": ") for line in head[1:] if line)
                }
                self.asked[path] += 1
                self.heads.append(headers)
                if "live-relay" in headers:
                    self.below[headers["live-relay"]] = int(headers["live-listeners"])
                status, told, content = await self._answer(path.split("?")[0])
                lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
                writer.write(
                    f"HTTP/1.1 {status} X\r\n{lines}content-length: {len(content)}\r\n\r\n".encode()
                    + content
                )
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        if not path.startswith(f"/listen/{self.room}/"):
            return 404, {"cache-control": "no-store"}, b""
        rest = path.removeprefix(f"/listen/{self.room}/")
        if rest == "state":
            return 200, {"cache-control": "no-store"}, json.dumps(self.said()).encode()
        if rest == "aac/init.mp4":
            return 200, {"content-type": "audio/mp4"}, aac.tone()[0]
        number = int(rest.removeprefix("aac/").removesuffix(".m4s"))
        if number > self.newest + AHEAD or number < self.first:
            return 404, {"cache-control": "no-store"}, b""
        async with self._grown:
            await self._grown.wait_for(lambda: self.newest >= number)
        if number in self.gaps:
            return 404, {"cache-control": "no-store"}, b""
        riding = {
            "newest": self.newest,
            "state": self.state,
            "flags": self.flags,
            "levels": {"1": 40},
        }
        told = {
            "content-type": "audio/mp4",
            "live-state": json.dumps(riding, separators=(",", ":")),
        }
        return 200, told, aac.part(number, self.part_ms)

    def said(self) -> dict[str, Any]:
        return {
            "room": self.room,
            "state": self.state,
            "epoch_ms": self.epoch_ms,
            "part_ms": self.part_ms,
            "first": self.first,
            "newest": self.newest,
            "renditions": {"aac": {"codecs": "mp4a.40.2", "bandwidth": 64_000}},
            "speakers": [{"id": "1", "name": "Ada", "level": 0, "muted": False, "connected": True}],
            "flags": self.flags,
            "listeners": sum(self.below.values()),
            "language": "fr",
            "lines": self.lines,
            "missing": sorted(self.gaps),
        }


@asynccontextmanager
async def synthetic(**how: Any) -> AsyncIterator[SyntheticRoom]:
    """A room that listens on a port of this machine."""
    room = SyntheticRoom(**how)
    await room.start()
    try:
        yield room
    finally:
        await room.stop()
