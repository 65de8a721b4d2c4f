"""Asking a process of this machine over its Unix socket: one HTTP/1.1 request a connection (RFC 9112).

For our own children alone, which answer with a length: so it needs no more than this.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import msgspec

HEAD_MOST = 32_768
BODY_MOST = 4 << 20
_LINE = b"\r\n"


class Away(Exception):
    """Nobody answers at this socket, or not in time, or not in words we know."""


class LocalAnswer(msgspec.Struct, frozen=True):
    """`headers` by their names in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes


async def ask(
    socket: Path,
    method: str,
    target: str,
    body: bytes = b"",
    headers: Mapping[str, str] = {},
    *,
    within_s: float = 10.0,
) -> LocalAnswer:
    """Send a request and read the answer. Refused as Away: whatever keeps that from happening."""
    sent = {"host": "local", "connection": "close", "content-length": str(len(body)), **headers}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
    if any(letter in line for line in lines for letter in "\r\n\0"):
        raise ValueError("a header is one line")
    request = "\r\n".join([*lines, "", ""]).encode("latin-1") + body
    try:
        async with asyncio.timeout(within_s):
            return await _exchange(socket, request)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as failed:
        raise Away(f"{socket.name}: {type(failed).__name__}") from failed


async def _exchange(socket: Path, request: bytes) -> LocalAnswer:
    reader, writer = await asyncio.open_unix_connection(str(socket), limit=HEAD_MOST)
    try:
        writer.write(request)
        await writer.drain()
        try:
            head = await reader.readuntil(_LINE + _LINE)
        except asyncio.LimitOverrunError as failed:
            raise ValueError("a head without end") from failed
        status, headers = _parse(head)
        length = headers.get("content-length")
        body = await _read(reader, None if length is None else int(length))
    finally:
        writer.transport.abort()
    return LocalAnswer(status, headers, body)


def _parse(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return int(first.split(" ", 2)[1]), headers


async def _read(reader: asyncio.StreamReader, length: int | None) -> bytes:
    if length is not None and length > BODY_MOST:
        raise ValueError("an answer without end")
    if length is not None:
        return await reader.readexactly(length)
    body = b""
    while chunk := await reader.read(65_536):
        body += chunk
        if len(body) > BODY_MOST:
            raise ValueError("an answer without end")
    return body
