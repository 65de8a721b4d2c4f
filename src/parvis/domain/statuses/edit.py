"""Editing a status: it is replaced, and the version that it was is kept."""

from datetime import datetime
from typing import Any

import msgspec

from parvis.domain.accounts.gate import Act, Standing, gate_and
from parvis.domain.addresses import Addresses
from parvis.domain.errors import Invalid, NotFound
from parvis.domain.events import StatusEdited, Visibility
from parvis.domain.statuses import asking
from parvis.domain.statuses.asking import Asked
from parvis.domain.statuses.draft import (
    Draft,
    PollDraft,
    check,
    check_media,
    kind_columns,
    mention_links,
    named_accounts,
    named_emojis,
)
from parvis.domain.statuses.tags import spelled
from parvis.domain.statuses.types import Attachment, PollRow
from parvis.domain.transparency import entries
from parvis.domain.transparency.appending import close_logs
from parvis.domain.words import clean
from parvis.infra.clock import now
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries
from parvis.protocols import text as texts

Q = queries("parvis.domain.statuses")
MAX_DESCRIPTION = 1_500  # Mastodon's


class MediaChange(msgspec.Struct, frozen=True):
    """Another description or focal point for an attachment. None: as it is."""

    id: int
    description: str | None = None
    focus: tuple[float, float] | None = None  # x, y from -1 to 1


class BeforePoll(PollRow):
    """A poll as it was, with its log."""

    log_id: int | None = None


class _Before(msgspec.Struct):
    text: str
    spoiler_text: str
    is_sensitive: bool
    language: str | None
    media_ids: list[int]
    visibility: Visibility
    poll: BeforePoll | None
    mentioned_ids: list[int]


class _Found(msgspec.Struct):
    before: _Before | None
    mentioned: list[dict[str, Any]]
    media: list[Attachment]
    emojis: list[dict[str, Any]]


_found = msgspec.json.Decoder(_Found)


async def edit(
    tx: Tx,
    account_id: int,
    status_id: int,
    draft: Draft,
    changes: list[MediaChange],
    addresses: Addresses,
) -> None:
    """Replace one's own status by `draft`: what it leaves out (media, poll) is gone, as on Mastodon.

    Refused: another question or other options for a poll that has ballots or is over; it keeps its end.
    Told: StatusEdited, unless nothing is different. Two statements (two more for a poll, one when a direct
    status gets a new reader).
    """
    draft, parsed = check(draft)
    changes = [check_change(change, draft.media_ids) for change in changes]
    standing, found = await _resolve(tx, account_id, status_id, draft, (parsed, addresses))
    before = found.before
    if before is None:
        raise NotFound
    check_media(draft.media_ids, [{"kind": one.kind, "state": one.state} for one in found.media])
    draft = _settled(draft, standing, before)
    is_frozen, ends_at = await _judge_poll(tx, draft, before)
    if _is_same(draft, before, ends_at) and not _are_new(changes, found.media):
        return
    mentioned = [m["id"] for m in found.mentioned if m["id"] != account_id]
    tags = spelled(parsed, before.visibility)
    _touch(tx, account_id, status_id, before.visibility)
    row = await tx.fetchrow(
        Q.edit,
        status_id,
        draft.text,
        texts.to_html(parsed, mention_links(parsed, found.mentioned, addresses), addresses.tag_url),
        draft.spoiler_text,
        draft.is_sensitive,
        draft.language,
        draft.media_ids,
        found.emojis,
        mentioned,
        list(tags),
        list(tags.values()),
        *_columns(draft.media_ids, changes),
        *_poll_columns(draft.poll, ends_at),
        StatusEdited.kind(),
        sorted(tx.touched),
        *kind_columns(draft.poll),
    )
    if not is_frozen:
        kept = (account_id, before.visibility, ends_at)
        asked = Asked(row["id"], row["log_id"], *kept) if row["log_id"] is not None else None
        await _log(tx, asked, before.poll, draft, addresses)
    if before.visibility == "direct" and not set(mentioned) <= set(before.mentioned_ids):
        await tx.execute(Q.move_conversations, status_id)


def _touch(tx: Tx, account_id: int, status_id: int, visibility: Visibility) -> None:
    tx.touch(Fact.STATUS, status_id)
    tx.touch(Fact.STATUS_COUNTERS, status_id)
    tx.touch(Fact.AUTHORED, account_id)
    if visibility == "public":
        tx.touch(Fact.PUBLIC, 0)
    tx.told = True


async def _judge_poll(tx: Tx, draft: Draft, before: _Before) -> tuple[bool, datetime | None]:
    """Whether the poll stays what it is, and its end: clients send one with every edit."""
    if draft.poll is not None and draft.poll.is_secret:
        _check_still_secret(before)
    if before.poll is None or not await asking.is_frozen(tx, before.poll.id):
        return False, _end(draft.poll, before.poll)
    if _asks_otherwise(draft, before):
        raise asking.frozen()
    return True, before.poll.expires_at


def _check_still_secret(before: _Before) -> None:
    if before.poll is None or not before.poll.is_secret:
        raise Invalid(
            "poll",
            "Validation failed: A secret ballot begins with its status. Delete this one and ask anew",
            reason="secret_later",
        )


async def _log(
    tx: Tx, asked: Asked | None, before: BeforePoll | None, draft: Draft, addresses: Addresses
) -> None:
    """A poll that was added gets its log, one that was changed another manifest, one that was taken out of
    the status its end.
    """
    if asked is not None and before is None:
        await asking.open_log(tx, asked, draft, addresses)
    elif asked is not None and before is not None:
        await asking.amend(tx, asked, draft, before.eligible)
    elif before is not None and before.log_id is not None:
        last = entries.encode(
            "closed", why="taken out of its status", tallies=[0] * len(before.options), voters=0
        )
        await close_logs(tx, {before.log_id: last})


def _asks_otherwise(draft: Draft, before: _Before) -> bool:
    poll, had = draft.poll, before.poll
    return (
        poll is None
        or had is None
        or (draft.text, draft.spoiler_text) != (before.text, before.spoiler_text)
        or _is_other(poll, had)
        or not _counts_alike(poll, had)
    )


def check_change(change: MediaChange, media_ids: list[int]) -> MediaChange:
    """Whether an attachment may be described and focused so."""
    if change.id not in media_ids:
        raise Invalid(
            "media_attributes", "Validation failed: media_attributes names a file not in media_ids"
        )
    if change.focus is not None and not all(-1 <= at <= 1 for at in change.focus):
        raise Invalid("focus", "Validation failed: Focus is two numbers from -1 to 1, as 0.5,-0.2")
    if change.description is None:
        return change
    description = clean(change.description, "description", MAX_DESCRIPTION)
    return msgspec.structs.replace(change, description=description)


async def _resolve(
    tx: Tx,
    account_id: int,
    status_id: int,
    draft: Draft,
    words: tuple[texts.Parsed, Addresses],
) -> tuple[Standing, _Found]:
    names, domains = named_accounts(*words)
    standing, row = await gate_and(
        tx,
        Act(account_id, "edit"),
        Q.resolve_edit,
        account_id,
        status_id,
        names,
        domains,
        draft.media_ids,
        named_emojis(draft),
    )
    return standing, _found.decode(row["found"])


def _settled(draft: Draft, standing: Standing, before: _Before) -> Draft:
    """What the draft leaves to what it was."""
    return msgspec.structs.replace(
        draft,
        is_sensitive=bool(draft.is_sensitive) or standing.is_sensitized or bool(draft.spoiler_text),
        language=draft.language or before.language,
        poll=_settled_poll(draft.poll, before.poll),
    )


def _end(poll: PollDraft | None, before: PollRow | None) -> datetime | None:
    if poll is None:
        return None
    if poll.expires_in_s is None and poll.ends_at is None and before is not None:
        return before.expires_at
    return poll.ends(now())


def _is_same(draft: Draft, before: _Before, ends_at: datetime | None) -> bool:
    poll, had = draft.poll, before.poll
    return (
        (draft.text, draft.spoiler_text, draft.is_sensitive)
        == (before.text, before.spoiler_text, before.is_sensitive)
        and (draft.language, draft.media_ids) == (before.language, before.media_ids)
        and (poll is None) == (had is None)
        and not _is_other(poll, had)
        and (had is None or (had.expires_at == ends_at))
        and (poll is None or had is None or _counts_alike(poll, had))
    )


def _counts_alike(poll: PollDraft, had: PollRow) -> bool:
    return (poll.hides_totals, bool(poll.is_changeable)) == (had.hides_totals, had.is_changeable)


def _is_other(poll: PollDraft | None, before: PollRow | None) -> bool:
    """Whether ballots would lose their meaning."""
    return (
        poll is not None
        and before is not None
        and (poll.options, poll.is_multiple) != (before.options, before.is_multiple)
    )


def _are_new(changes: list[MediaChange], media: list[Attachment]) -> bool:
    known = {one.id: one for one in media}
    for change in changes:
        was = known[change.id]
        if change.description is not None and change.description != (was.description or ""):
            return True
        focus: dict[str, float] = was.meta.get("focus") or {}
        if change.focus is not None and change.focus != (focus.get("x"), focus.get("y")):
            return True
    return False


def _columns(media_ids: list[int], changes: list[MediaChange]) -> tuple[list[Any], ...]:
    """For each attachment: is it described anew, how, and its focus."""
    by_id = {change.id: change for change in changes}
    all_ = [by_id.get(id_) or MediaChange(id_) for id_ in media_ids]
    return (
        [change.description is not None for change in all_],
        [change.description or None for change in all_],
        [change.focus and change.focus[0] for change in all_],
        [change.focus and change.focus[1] for change in all_],
    )


def _poll_columns(poll: PollDraft | None, ends_at: datetime | None) -> tuple[Any, ...]:
    if poll is None:
        return None, False, False, None
    return poll.options, poll.is_multiple, poll.hides_totals, ends_at


def _settled_poll(poll: PollDraft | None, before: BeforePoll | None) -> PollDraft | None:
    """What an edit leaves to the poll as it was; ordinary apps know nothing of ranks and rules."""
    if poll is None or before is None:
        return poll
    if poll.is_ranked not in {None, before.is_ranked}:
        raise _unchangeable("kind", "Whether a poll is ranked")
    if poll.rules not in {None, before.rules}:
        raise _unchangeable("rules", "Who may vote in a poll")
    return msgspec.structs.replace(
        poll,
        is_multiple=poll.is_multiple or before.is_ranked,
        is_ranked=before.is_ranked,
        rules=before.rules,
        is_changeable=before.is_changeable if poll.is_changeable is None else poll.is_changeable,
    )


def _unchangeable(field: str, what: str) -> Invalid:
    return Invalid(
        f"poll[{field}]",
        f"Validation failed: {what} cannot be changed any more; ask anew",
        reason="poll_settled",
    )
