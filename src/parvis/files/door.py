"""Serves /media/… from storage.

Files of storage never change under their key, so their validator is made of the key alone. Whether
shared caches may keep one is decided by the status that shows it (domain/media/serving.py). What they
are called and what the browser makes of them follows from what we encoded, never from an upload.
"""

import hashlib
import re
from collections.abc import Awaitable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from parvis.domain.media.serving import Serving
from parvis.infra.logs import get_logger
from parvis.infra.postgres import AWAY, Db
from parvis.infra.storage import PART_BYTES, Storage, Stored, StoredMissing
from parvis.protocols.http_range import RangeUnsatisfiable, content_range, parse_range

log = get_logger()

TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".flac": "audio/flac",
}
# What storage may serve: the folders of attachments, accounts, emoji and the network; raw uploads lie
# elsewhere.
KEY = re.compile(
    r"(?P<folder>media|accounts|emojis|network)/[\w-]{2}/(?P<secret>[\w-]{43})/[a-z]+(?P<extension>\.[a-z0-9]+)",
    re.ASCII,
)
AGAIN_S = "5"
IMMUTABLE = "public, max-age=31536000, immutable"
UNSHARED = "private, no-store"
SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    # Opened by itself, a file may load and run nothing.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
}


class Files:
    """What serving files takes: where they lie, and whose each is."""

    def __init__(self, db: Db, storage: Storage) -> None:
        self.serving = db.kept(Serving)
        self.storage = storage

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        if request.method not in ("GET", "HEAD"):
            response = Response(status_code=405, headers={"allow": "GET, HEAD"})
        else:
            with_key = self._stored(request, scope["path"].removeprefix("/media/"))
            response = await or_come_back(with_key)
        await response(scope, receive, send)

    async def _stored(self, request: Request, key: str) -> Response:
        found = KEY.fullmatch(key)
        if found is None or found["extension"] not in TYPES:
            return missing()
        audience = "everyone"
        if found["folder"] == "media":
            audience = await self.serving.find_audience(found["secret"])
            if audience is None:
                return missing()
        etag = f'"{hashlib.sha256(key.encode()).hexdigest()[:32]}"'
        headers = SAFE | {
            "etag": etag,
            "cache-control": IMMUTABLE if audience == "everyone" else UNSHARED,
        }
        if is_known(request, etag):
            return Response(status_code=304, headers=headers)
        headers |= {"content-type": TYPES[found["extension"]], "accept-ranges": "bytes"}
        try:
            return await self._read(request, key, headers)
        except StoredMissing:
            return missing()

    async def _read(self, request: Request, key: str, headers: dict[str, str]) -> Response:
        wanted = request.headers.get("range")
        asked_for = request.headers.get("if-range")
        is_head = request.method == "HEAD"
        if is_head or (wanted and asked_for in (None, headers["etag"])):
            size = await self.storage.size(key)
            if is_head:
                return Response(headers=headers | {"content-length": str(size)})
            try:
                part = parse_range(wanted, size)
            except RangeUnsatisfiable as outside:
                told = {"content-range": outside.content_range}
                return Response(status_code=416, headers=headers | told)
            if part is not None:
                stored = await self.storage.open(key, *part)
                told = {"content-range": content_range(*part, size)}
                return await answer(stored, part[1] - part[0] + 1, headers | told, 206)
        stored = await self.storage.open(key)
        return await answer(stored, stored.size, headers, 200)


async def answer(stored: Stored, length: int, headers: dict[str, str], status: int) -> Response:
    """A small file in one piece, a large one as it is read."""
    headers = headers | {"content-length": str(length)}
    if length <= PART_BYTES:
        return Response(b"".join([part async for part in stored.parts]), status, headers)
    return StreamingResponse(stored.parts, status, headers)


def is_known(request: Request, etag: str) -> bool:
    """Whether the caller holds this very file (RFC 9110 §13.1.2)."""
    given = request.headers.get("if-none-match")
    if given is None:
        return False
    return given.strip() == "*" or etag in (
        one.strip().removeprefix("W/") for one in given.split(",")
    )


async def or_come_back(answering: Awaitable[Response]) -> Response:
    """The answer, or that the database or storage cannot be asked now."""
    try:
        return await answering
    except AWAY as failed:
        log.warning("database or storage away", reason=type(failed).__name__)
        headers = SAFE | {"cache-control": "no-store", "retry-after": AGAIN_S}
        return Response("Busy; try again in a moment", 503, headers, "text/plain")


def missing() -> Response:
    return Response("Not found", 404, SAFE | {"cache-control": "no-store"}, "text/plain")
