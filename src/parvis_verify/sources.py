"""Where a log is read from: a network's web address, a folder of its files, or one saved file.

What every one of them is asked: a small file by its path (`log/polls/12/checkpoint`), and entries, leaf
hashes and openings in blocks of 65,536 entries, as one run of bytes each.
"""

import http.client
import json
import socket
import ssl
import time
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path
from threading import local
from typing import Protocol, cast
from urllib.parse import urlsplit

from parvis_verify import __version__

TILE = 256
BLOCK = TILE * TILE
_TRIES, _PATIENCE_S, _AT_ONCE = 4, 30.0, 8
_LONGEST = 64 << 20  # of one answer: a bundle's is at most 16 MiB
_MEMBER_LONGEST = 256 << 20  # of a saved file: entries of a block, 4 KiB each
_PAGES = (b"<!doctype", b"<html")
_OK, _MISSING, _GONE, _BUSY = 200, 404, 410, 429


class Missing(Exception):
    """There is nothing of this path there."""


class Erased(Exception):
    """It was there, and was erased."""


class Unreadable(Exception):
    """It could not be read; the message says why."""


Openings = dict[str, tuple[str, str] | None]  # hash → salt and text; None: erased


class Source(Protocol):
    is_live: bool  # what it says may be newer a moment later

    def read(self, path: str) -> bytes: ...
    def entries(self, log: str, block: int, size: int) -> bytes: ...
    def bundle(self, log: str, number: int, size: int) -> bytes: ...
    def leaves(self, log: str, block: int, size: int) -> bytes: ...
    def openings(self, log: str, block: int, size: int) -> Openings: ...
    def close(self) -> None: ...


def open_source(place: str) -> "Source":
    """By its address, or its path. Refused: what is neither."""
    if place.startswith(("https://", "http://")):
        return Web(place)
    path = Path(place)
    if path.is_dir():
        return Folder(path)
    return Saved(path)


def numbered(index: int, width: int) -> str:
    """How tlog-tiles writes the number of a tile: 1234067 is x001/x234/067."""
    digits = f"{index:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([*(f"x{one}" for one in groups[:-1]), groups[-1]])
    return path if width == TILE else f"{path}.p/{width}"


def tiles_of(block: int, size: int) -> list[tuple[int, int]]:
    """Number and width of the tiles of a block in a log of a size."""
    end = min(size, (block + 1) * BLOCK)
    return [
        (number, min(TILE, size - number * TILE)) for number in range(block * TILE, -(-end // TILE))
    ]


def split(content: bytes) -> list[bytes]:
    """Entries, each behind its length in two bytes; the last may be cut off."""
    entries: list[bytes] = []
    add = entries.append
    at, end = 0, len(content)
    while at + 2 <= end:
        begin = at + 2
        at = begin + (content[at] << 8 | content[at + 1])
        add(content[begin:at])
    return entries


def read_openings(content: bytes) -> Openings:
    said = cast("list[dict[str, str | None]]", json.loads(content))
    found: Openings = {}
    for one in said:
        salt, text = one.get("salt"), one.get("text")
        found[one["sha256"] or ""] = (salt, text) if salt is not None and text is not None else None
    return found


class Tiled:
    """What is read file by file."""

    is_live = False

    def read(self, path: str) -> bytes:
        raise NotImplementedError

    def close(self) -> None:
        """Nothing stays open."""

    def all(self, paths: list[str]) -> list[bytes]:
        return [self.read(path) for path in paths]

    def entries(self, log: str, block: int, size: int) -> bytes:
        tiles = tiles_of(block, size)
        return b"".join(self.all([f"{log}/tile/entries/{numbered(*one)}" for one in tiles]))

    def bundle(self, log: str, number: int, size: int) -> bytes:
        """256 entries, or what there is of them."""
        return self.read(f"{log}/tile/entries/{numbered(number, min(TILE, size - number * TILE))}")

    def leaves(self, log: str, block: int, size: int) -> bytes:
        tiles = tiles_of(block, size)
        return b"".join(self.all([f"{log}/tile/0/{numbered(*one)}" for one in tiles]))

    def openings(self, log: str, block: int, size: int) -> Openings:
        found: Openings = {}
        tiles = tiles_of(block, size)
        for content in self.all([f"{log}/openings/bundle/{number}" for number, _ in tiles]):
            found |= read_openings(content)
        return found


class Folder(Tiled):
    """Files as a network stores them: `log/…` below the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def read(self, path: str) -> bytes:
        if ".." in path.split("/"):
            raise Missing(path)
        try:
            # A path object takes ten times as long as the file, and there are seventy thousand.
            with open(f"{self._folder}/{path}", "rb") as file:  # noqa: PTH123
                return file.read()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise Missing(path) from None
        except OSError as failed:
            raise Unreadable(f"{path}: {failed.strerror}") from None


class Web(Tiled):
    """A network's own door, several files at a time over connections that stay open."""

    is_live = True

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host = parts.netloc
        self._is_secure = parts.scheme == "https"
        self._open = local()
        self._connections: list[http.client.HTTPConnection] = []
        self._threads: ThreadPoolExecutor | None = None
        self._is_closed = False

    def all(self, paths: list[str]) -> list[bytes]:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_AT_ONCE)
        return list(self._threads.map(self.read, paths))

    def read(self, path: str) -> bytes:
        why = ""
        for pause in range(_TRIES):
            if self._is_closed:
                break
            time.sleep(pause * pause)
            try:
                status, content = self._ask(path)
            except (OSError, http.client.HTTPException, ValueError) as failed:
                if (broken := getattr(self._open, "connection", None)) is not None:
                    broken.close()
                self._open.connection = None
                why = str(failed) or type(failed).__name__
                continue
            if status == _OK:
                return content
            if status in (_MISSING, _GONE):
                raise (Missing if status == _MISSING else Erased)(path)
            why = f"it answered {status}"
            if status == _BUSY:
                time.sleep(pause * 10)
        raise Unreadable(f"{self._host}/{path}: {why}")

    def close(self) -> None:
        self._is_closed = True
        for one in self._connections:
            with suppress(OSError, AttributeError):  # who waits for an answer waits no more
                one.sock.shutdown(socket.SHUT_RDWR)
            one.close()
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)

    def _connect(self) -> http.client.HTTPConnection:
        if self._is_secure:
            context = ssl.create_default_context()
            made = http.client.HTTPSConnection(self._host, timeout=_PATIENCE_S, context=context)
        else:
            made = http.client.HTTPConnection(self._host, timeout=_PATIENCE_S)
        self._connections.append(made)
        return made

    def _ask(self, path: str) -> tuple[int, bytes]:
        connection = getattr(self._open, "connection", None)
        if connection is None:
            connection = self._connect()
            self._open.connection = connection
        asked = {"Accept-Encoding": "gzip", "User-Agent": f"parvis-verify/{__version__}"}
        connection.request("GET", f"/{path}", headers=asked)
        answer = connection.getresponse()
        content = answer.read(_LONGEST + 1)
        if len(content) > _LONGEST:
            raise ValueError("the answer is too long")
        if answer.length:  # of what was announced this much did not come
            raise ValueError("the answer broke off")
        if answer.getheader("content-encoding") == "gzip":
            content = _unpack(content)
        if answer.status == _OK and content[:100].lstrip().lower().startswith(_PAGES):
            raise Unreadable(f"{self._host}/{path}: a web page stands there, no part of a log")
        return answer.status, content


def _unpack(content: bytes) -> bytes:
    """What was packed; a few bytes may hold more than fits into any memory."""
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacking.decompress(content, _LONGEST)
    except zlib.error as failed:
        raise ValueError(str(failed)) from None
    if not unpacking.eof:
        raise ValueError("the answer is too long, or broke off")
    return unpacked


class Saved:
    """One file that holds everything: a zip, whose members are named as in `saving.py`."""

    is_live = False

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError:
            raise Unreadable(f"{path}: there is no such file") from None
        except (OSError, zipfile.BadZipFile):
            raise Unreadable(f"{path}: this is no saved log") from None

    def close(self) -> None:
        self._zip.close()

    def read(self, path: str) -> bytes:
        log, found, hashed = path.partition("/openings/")
        if found and not hashed.isdigit():
            return self._opening(log, hashed)
        try:
            if self._zip.getinfo(path).file_size > _MEMBER_LONGEST:
                raise Unreadable(f"{path}: it would unpack into more than a log holds")
            return self._zip.read(path)
        except KeyError:
            raise Missing(path) from None
        except (
            OSError,
            zipfile.BadZipFile,
            EOFError,
            ValueError,
            RuntimeError,
            zlib.error,
        ) as failed:
            raise Unreadable(f"{path}: {failed}") from None

    def _opening(self, log: str, hashed: str) -> bytes:
        """One text, which may be beside any block; of a poll it is beside the first."""
        for block in count():
            there = read_openings(self.read(f"{log}/openings/{block}"))
            if hashed in there:
                one = there[hashed]
                if one is None:
                    raise Erased(hashed)
                return json.dumps({"salt": one[0], "text": one[1]}).encode()
        raise Missing(hashed)

    def entries(self, log: str, block: int, size: int) -> bytes:  # noqa: ARG002 - as sources are asked
        return self.read(f"{log}/entries/{block}")

    def bundle(self, log: str, number: int, size: int) -> bytes:
        block, place = divmod(number, TILE)
        entries = split(self.entries(log, block, size))[place * TILE : (place + 1) * TILE]
        return b"".join(len(one).to_bytes(2, "big") + one for one in entries)

    def leaves(self, log: str, block: int, size: int) -> bytes:  # noqa: ARG002 - as sources are asked
        return self.read(f"{log}/leaves/{block}")

    def openings(self, log: str, block: int, size: int) -> Openings:  # noqa: ARG002 - as sources are asked
        return read_openings(self.read(f"{log}/openings/{block}"))
