"""Asking one server that the owner named: kept connections, GET alone, answers of a known most.

For addresses that anybody else can choose there is infra/outgoing_http.py.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httptools
import msgspec

CONNECT_S = 3.0
_KEPT_MOST = 32  # connections nobody uses just now
_READ = 65_536
Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class UpstreamAway(Exception):
    """It cannot be reached, went away while answering, or speaks no HTTP."""


class Said(msgspec.Struct):
    """An answer, whole; names of headers in small letters."""

    status: int
    headers: dict[str, str]
    content: bytes


class Upstream:
    """One server; `at` by address, `at_socket` by a Unix socket."""

    def __init__(self, dial: Callable[[], Awaitable[Pair]], host: str, most_bytes: int) -> None:
        self._dial = dial
        self._host = host
        self._most = most_bytes
        self._kept: list[Pair] = []

    @classmethod
    def at(cls, address: str, most_bytes: int) -> "Upstream":
        url = urlsplit(address)
        tls = ssl.create_default_context() if url.scheme == "https" else None
        port = url.port or (443 if tls else 80)
        return cls(
            lambda: asyncio.open_connection(url.hostname, port, ssl=tls), url.netloc, most_bytes
        )

    @classmethod
    def at_socket(cls, path: Path, most_bytes: int) -> "Upstream":
        return cls(lambda: asyncio.open_unix_connection(path), "localhost", most_bytes)

    async def get(self, path: str, headers: Mapping[str, str], within_s: float) -> Said:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        asked = f"GET {path} HTTP/1.1\r\nhost: {self._host}\r\n{lines}\r\n".encode("latin-1")
        try:
            async with asyncio.timeout(within_s):
                return await self._ask(asked)
        except (OSError, EOFError, TimeoutError, httptools.HttpParserError) as failed:
            raise UpstreamAway(type(failed).__name__) from failed

    async def _ask(self, asked: bytes) -> Said:
        while self._kept:
            pair = self._kept.pop()
            try:
                return await self._over(pair, asked)
            except (OSError, EOFError):
                continue  # it was closed meanwhile
        async with asyncio.timeout(CONNECT_S):
            pair = await self._dial()
        return await self._over(pair, asked)

    async def _over(self, pair: Pair, asked: bytes) -> Said:
        reader, writer = pair
        answer = _Answer(self._most)
        parser = httptools.HttpResponseParser(answer)
        try:
            writer.write(asked)
            while not answer.is_whole:
                parser.feed_data(await _read(reader))
        except BaseException:
            writer.close()
            raise
        if parser.should_keep_alive() and len(self._kept) < _KEPT_MOST:
            self._kept.append(pair)
        else:
            writer.close()
        return Said(parser.get_status_code(), answer.headers, b"".join(answer.pieces))

    def close(self) -> None:
        while self._kept:
            self._kept.pop()[1].close()


async def _read(reader: asyncio.StreamReader) -> bytes:
    read = await reader.read(_READ)
    if not read:
        raise EOFError
    return read


class _Answer:
    """What httptools calls while it reads."""

    def __init__(self, most_bytes: int) -> None:
        self.headers: dict[str, str] = {}
        self.pieces: list[bytes] = []
        self.is_whole = False
        self._left = most_bytes

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, piece: bytes) -> None:
        self._left -= len(piece)
        if self._left < 0:
            raise OSError("more than it may be")
        self.pieces.append(piece)

    def on_message_complete(self) -> None:
        self.is_whole = True
