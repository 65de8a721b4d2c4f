"""The archive of an account: all that its person wrote and gave here, as one file for them alone.

It is made by a job, in one go: a job that was killed begins anew and writes the same file, since its
place in storage is decided with the request. That place is served by nobody but the owner's page.
"""

import secrets
from datetime import datetime
from typing import Any

import msgspec

from parvis.domain.errors import NotFound, TooMany
from parvis.domain.events import MailWanted
from parvis.domain.portability.packing import pack
from parvis.infra import jobs
from parvis.infra.jobs import Means
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.infra.storage import Stored, StoredMissing

Q = queries("parvis.domain.portability")

JOB = "make_archive"
DAY_S = 86_400.0
EVERY_S = 7 * DAY_S  # making one reads all that somebody ever wrote
KEPT_S = 7 * DAY_S
LIMIT_S = 4 * 3_600.0
SWEPT_AT_ONCE = 100


class Archive(msgspec.Struct, frozen=True):
    """An archive as its owner sees it."""

    id: int
    state: str  # waiting, ready or failed
    bytes: int
    created_at: datetime
    expires_at: datetime | None


def key_of(secret: str) -> str:
    """Where an archive lies. Outside the folders that are served to anybody (files/door.py)."""
    return f"archives/{secret[:2]}/{secret}/archive.zip"


async def request(tx: Tx, account_id: int) -> int:
    """Have an archive made. Refused: when there was one in the last week."""
    made = await tx.fetchval(Q.request_archive, account_id, secrets.token_urlsafe(32), EVERY_S)
    if made is None:
        raise TooMany("An archive can be asked for once a week", retry_after_s=DAY_S)
    await jobs.enqueue(tx, JOB, {"archive_id": made})
    return made


async def list_archives(db: Db, account_id: int) -> list[Archive]:
    """Archives of an account, the newest first."""
    return [
        Archive(row["id"], row["state"], row["bytes"], row["created_at"], row["expires_at"])
        for row in await db.fetch(Q.list_archives, account_id)
    ]


async def open_archive(means: Means, account_id: int, archive_id: int) -> tuple[Stored, datetime]:
    """The file of an archive, for its owner; and when it was asked for."""
    row = await means.db.fetchrow(Q.find_archive, account_id, archive_id)
    if row is None:
        raise NotFound
    try:
        return await means.storage.open(key_of(row["secret"])), row["created_at"]
    except StoredMissing:
        raise NotFound from None


async def make(means: Means, payload: dict[str, Any]) -> None:
    """A job: write the archive, then tell its person by letter."""
    archive_id = payload["archive_id"]
    row = await means.db.fetchrow(Q.find_waiting_archive, archive_id)
    if row is None:
        return
    key = key_of(row["secret"])
    size = await pack(means, row, key)
    if not await means.db.run(_finish, archive_id, row["user_id"], size):
        await means.storage.delete(key)  # its person left meanwhile


async def _finish(tx: Tx, archive_id: int, user_id: int, size: int) -> bool:
    if await tx.fetchval(Q.finish_archive, archive_id, size, KEPT_S) is None:
        return False
    tx.emit(MailWanted(user_id, "archive"))
    return True


async def give_up(means: Means, payload: dict[str, Any]) -> None:
    """No attempt is left: its person may ask again at once."""
    await means.db.fetch(Q.fail_archive, payload["archive_id"])


async def sweep(means: Means, _payload: dict[str, Any]) -> None:
    """A job: archives whose time is over go, and imports nobody needs any more."""
    while await means.db.run(_sweep_archives) == SWEPT_AT_ONCE:
        pass
    while len(await means.db.fetch(Q.sweep_imports, SWEPT_AT_ONCE)) == SWEPT_AT_ONCE:
        pass


async def _sweep_archives(tx: Tx) -> int:
    rows = await tx.fetch(Q.sweep_archives, SWEPT_AT_ONCE)
    await jobs.enqueue(tx, "remove_files", *({"keys": [key_of(row["secret"])]} for row in rows))
    return len(rows)
