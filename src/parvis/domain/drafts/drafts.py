"""Keeping, finding, discarding drafts, and having them back."""

from typing import Any

import msgspec

from parvis.domain.drafts.types import KeptDraft, Written, WrittenPoll
from parvis.domain.errors import Conflict, Invalid, NotFound
from parvis.domain.paging import paged
from parvis.domain.statuses.draft import MAX_KEY, MAX_LENGTH, MAX_MEDIA, MAX_OPTIONS
from parvis.domain.words import clean
from parvis.infra.jobs import Means
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.drafts")

DRAFTS_MOST = 100
TEXT_LONGEST = MAX_LENGTH * 40  # code points: over the limit is kept too, to be shortened later
SHORT_LONGEST = 4_000  # a description, an option
WRITER_LONGEST = 64


class Saved(msgspec.Struct, frozen=True):
    id: int
    version: int


async def save(
    tx: Tx, account_id: int, key: str, written: Written, *, version: int = 0, writer: str = ""
) -> Saved:
    """Keep what is being written under `key`; `version` is the one that was changed, 0 for a new draft.

    Saving again what was saved is no fault. Refused: another window changed it meanwhile (other_writer),
    it was published (published) or discarded (discarded) meanwhile.
    """
    key = clean(key, "key", MAX_KEY)
    if not key:
        raise Invalid("key", "Validation failed: Key can't be blank", reason="ERR_BLANK")
    written = _checked(written)
    await tx.execute(Q.hold, account_id)
    row = await tx.fetchrow(
        Q.save,
        account_id,
        key,
        clean(writer, "writer", WRITER_LONGEST),
        msgspec.to_builtins(written),
        [one.id for one in written.media],
        version,
        DRAFTS_MOST,
    )
    if row["id"] is None:
        raise _refusal(row, version)
    return Saved(row["id"], row["version"])


def _typed(poll: WrittenPoll) -> tuple[str, ...]:
    rules = poll.rules
    return poll.ends_at, rules.verified_domain or "", rules.email_domain or ""


def _checked(written: Written) -> Written:
    poll = written.poll
    if len(written.media) > MAX_MEDIA:
        raise Invalid("media_ids", f"Validation failed: Cannot attach more than {MAX_MEDIA} files")
    if poll is not None and len(poll.options) > MAX_OPTIONS:
        raise Invalid(
            "poll[options]",
            f"Validation failed: Options can't contain more than {MAX_OPTIONS} items",
        )
    for option in poll.options if poll else ():
        clean(option, "poll[options]", SHORT_LONGEST)
    for typed in _typed(poll) if poll else ():
        clean(typed, "poll", SHORT_LONGEST)
    for one in written.media:
        clean(one.description, "description", SHORT_LONGEST)
        clean(one.focus, "focus", WRITER_LONGEST)
    clean(written.language, "language", WRITER_LONGEST)
    return msgspec.structs.replace(
        written,
        text=clean(written.text, "text", TEXT_LONGEST),
        spoiler_text=clean(written.spoiler_text, "spoiler_text", TEXT_LONGEST),
    )


def _refusal(row: Any, version: int) -> Exception:
    if row["is_published"]:
        return Conflict("This draft was published", reason="published")
    if row["had_version"] is None and version == 0:
        return Invalid(
            "draft", f"Validation failed: Keep at most {DRAFTS_MOST} drafts", reason="ERR_TOO_MANY"
        )
    if row["had_version"] is None:
        return Conflict("This draft was discarded", reason="discarded")
    return Conflict("This draft was changed in another window", reason="other_writer")


async def discard(tx: Tx, account_id: int, draft_id: int) -> None:
    """Discard a draft; for a day it can be had back. Discarding it again is no fault."""
    if await tx.fetchval(Q.discard, account_id, draft_id) is None:
        raise NotFound


async def discard_by_key(tx: Tx, account_id: int, key: str) -> None:
    """Discard the draft of a composer, if it was ever kept."""
    await tx.execute(Q.discard_by_key, account_id, clean(key, "key", MAX_KEY))


async def restore(tx: Tx, account_id: int, draft_id: int) -> None:
    """Have a discarded draft back."""
    if await tx.fetchval(Q.restore, account_id, draft_id) is None:
        raise NotFound


async def list_drafts(db: Db, account_id: int, page: Page) -> list[KeptDraft]:
    """Somebody's drafts, the newest first."""
    return [_kept(row) for row in await paged(db, Q, "drafts", page, account_id)]


async def get_draft(db: Db, account_id: int, draft_id: int) -> KeptDraft:
    """One's own draft; what was published or discarded is no draft any more."""
    row = await db.fetchrow(Q.find, account_id, draft_id)
    if row is None:
        raise NotFound
    return _kept(row)


def _kept(row: Any) -> KeptDraft:
    return KeptDraft(
        row["id"],
        row["key"],
        row["version"],
        msgspec.convert(row["written"], Written),
        row["updated_at"],
    )


async def sweep(means: Means, _payload: dict[str, Any]) -> None:
    """Forget what was discarded a day ago, and what a late saving kept of a published draft."""
    await means.db.fetch(Q.sweep)
