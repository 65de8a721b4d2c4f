"""Uploading, describing and removing media."""

import math
import secrets
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from parvis.domain import pictures
from parvis.domain.accounts.gate import Act, gate_and
from parvis.domain.errors import Invalid, NotFound, Refused
from parvis.domain.media.types import OwnMedia
from parvis.domain.pictures import MIB
from parvis.domain.words import clean
from parvis.infra import jobs
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries
from parvis.infra.storage import Storage
from parvis.protocols.image_sizes import HEAD_LENGTH

Q = queries("parvis.domain.media")

MAX_BYTES = 16 * MIB  # of a picture
MAX_FILM_BYTES = 99 * MIB  # of a film or sound; Mastodon's own limit
MAX_DESCRIPTION = 1_500
FILM_KINDS = (
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "video/ogg",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "audio/flac",
    "audio/wav",
)
KINDS = (*pictures.KINDS, *FILM_KINDS)
PROCESS = "process_media"
PROCESS_FILM = "process_film"
REMOVE_FILES = "remove_files"

_own = msgspec.json.Decoder(OwnMedia)


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was checked and stored, still to be processed."""

    secret: str
    kind: str
    size: int
    description: str | None
    focus: tuple[float, float] | None


def raw_key(secret: str) -> str:
    """Where an upload lies, as sent, until it is processed. Never served."""
    return f"uploads/{secret[:2]}/{secret}"


def check_description(text: str | None) -> str | None:
    if text is None:
        return None
    text = clean(text, "description", MAX_DESCRIPTION * 4)
    if len(text) > MAX_DESCRIPTION:
        raise Invalid(
            "description",
            f"Validation failed: Description is too long (maximum is {MAX_DESCRIPTION} characters)",
            reason="ERR_TOO_LONG",
        )
    return text


def check_focus(text: str | None) -> tuple[float, float] | None:
    """A focal point "x,y", both from -1 to 1."""
    if not text:
        return None
    parts = text.split(",")
    try:
        x, y = (float(part) for part in parts)
    except ValueError:
        x = y = math.nan
    if not (-1 <= x <= 1 and -1 <= y <= 1):
        raise Invalid(
            "focus", "Validation failed: Focus must be two numbers from -1 to 1, such as 0.0,0.5"
        )
    return x, y


async def receive(
    storage: Storage,
    parts: AsyncIterator[bytes],
    size: int,
    description: str | None,
    focus: str | None,
) -> Upload:
    """Check an upload by its size and beginning and store it as it comes. Refused: nothing is kept."""
    described, focused = check_description(description), check_focus(focus)
    head = b""
    async for part in parts:
        head += part
        if len(head) >= HEAD_LENGTH:
            break
    kind = _check(head, size)
    secret = secrets.token_urlsafe(32)

    async def whole() -> AsyncIterator[bytes]:
        yield head
        async for part in parts:
            yield part

    await storage.put(raw_key(secret), whole())
    return Upload(secret=secret, kind=kind, size=size, description=described, focus=focused)


def _check(head: bytes, size: int) -> str:
    pictures.check_size("file", size, MAX_FILM_BYTES)
    kind = pictures.check_kind("file", head, KINDS)
    if kind in pictures.KINDS:
        pictures.check_size("file", size, MAX_BYTES)
        pictures.check_area("file", kind, head)
    return kind


async def upload(tx: Tx, account_id: int, sent: Upload) -> int:
    """A stored upload becomes a media attachment that waits for the worker. Two statements."""
    _, row = await gate_and(
        tx,
        Act(account_id, "upload"),
        Q.upload,
        account_id,
        sent.secret,
        sent.kind,
        sent.size,
        {"focus": _focus(sent.focus)} if sent.focus else {},
        sent.description or None,
    )
    job = PROCESS if sent.kind in pictures.KINDS else PROCESS_FILM
    await jobs.enqueue(tx, job, {"media_id": row["id"]})
    return row["id"]


def _focus(focus: tuple[float, float]) -> dict[str, float]:
    return {"x": focus[0], "y": focus[1]}


async def find_own(db: Db, account_id: int, media_id: int) -> OwnMedia:
    """A media attachment of one's own."""
    row = await db.fetchrow(Q.find_own, account_id, media_id)
    if row is None:
        raise NotFound
    return _own.decode(row["media"])


async def list_own(db: Db, account_id: int, media_ids: list[int]) -> list[OwnMedia]:
    """Those of some media attachments that are one's own."""
    rows = await db.fetch(Q.list_own, account_id, media_ids)
    return [_own.decode(row["media"]) for row in rows]


async def describe(
    tx: Tx, account_id: int, said: list[tuple[int, str, tuple[float, float] | None]]
) -> None:
    """What is said of several uploads that no status shows yet: id, description, focus (None: stays)."""
    await tx.execute(
        Q.describe,
        account_id,
        [id_ for id_, _, _ in said],
        [description for _, description, _ in said],
        [focus and focus[0] for _, _, focus in said],
        [focus and focus[1] for _, _, focus in said],
    )


async def change(
    tx: Tx,
    account_id: int,
    media_id: int,
    description: str | None,
    focus: tuple[float, float] | None,
) -> OwnMedia:
    """Describe one's own media anew; None leaves it as it is. A status that shows it is touched."""
    _, row = await gate_and(
        tx,
        Act(account_id, "edit"),
        Q.change,
        account_id,
        media_id,
        description is not None,
        description,
        _focus(focus) if focus else None,
    )
    if row["media"] is None:
        raise NotFound
    media = _own.decode(row["media"])
    if media.status_id is not None:
        tx.touch(Fact.STATUS, media.status_id)
    return media


async def remove(tx: Tx, account_id: int, media_id: int) -> None:
    """Remove one's own media that no status shows; its files go in a job."""
    row = await tx.fetchrow(Q.remove, account_id, media_id)
    if row is None:
        if await tx.fetchrow(Q.find_own, account_id, media_id) is None:
            raise NotFound
        raise Refused("Media attachment is currently used by a status", reason="in_use")
    await jobs.enqueue(tx, REMOVE_FILES, {"keys": files_of(row)})


def files_of(row: Any) -> list[str]:
    """Every storage key of a media attachment, whatever state it was left in."""
    return [key for key in (raw_key(row["secret"]), row["original"], row["preview"]) if key]
