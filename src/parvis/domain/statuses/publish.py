"""Publishing a status: what was written becomes a status with mentions, tags, media and poll."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from parvis.domain.accounts.gate import Act, Standing, gate_and
from parvis.domain.addresses import Addresses
from parvis.domain.errors import Invalid, NotFound
from parvis.domain.events import StatusPublished, Visibility
from parvis.domain.words import clean
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries
from parvis.protocols import text as texts
from parvis.protocols.emoji import find_shortcodes

Q = queries("parvis.domain.statuses")

MAX_LENGTH = 500
MAX_MEDIA = 4
MAX_OPTIONS = 4
MAX_OPTION_LENGTH = 50
POLL_SHORTEST_S = 300
POLL_LONGEST_S = 2_629_746  # Mastodon's month


class PollDraft(msgspec.Struct, frozen=True):
    options: list[str]
    expires_in_s: int
    is_multiple: bool = False
    hides_totals: bool = False


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to publish. None: the account's own default."""

    text: str = ""
    spoiler_text: str = ""
    visibility: Visibility | None = None
    is_sensitive: bool | None = None
    language: str | None = None
    in_reply_to_id: int | None = None
    media_ids: list[int] = []
    poll: PollDraft | None = None
    idempotency_key: str | None = None
    app_id: int | None = None


class _Found(msgspec.Struct):
    """What the words of a draft refer to."""

    already: int | None
    parent: dict[str, Any] | None
    mentioned: list[dict[str, Any]]
    media: list[dict[str, Any]]
    emojis: list[dict[str, Any]]


_found = msgspec.json.Decoder(_Found)


async def publish(tx: Tx, account_id: int, draft: Draft, addresses: Addresses) -> int:
    """Publish `draft` and answer the status's id; the same idempotency key answers the same id.

    Two statements (three for a direct status, which moves conversations). Told: StatusPublished.
    """
    draft, parsed = check(draft)
    standing, found = await _resolve(tx, account_id, draft, parsed, addresses)
    if found.already is not None:
        return found.already
    visibility: Visibility = draft.visibility or standing.default_visibility
    parent = found.parent
    if draft.in_reply_to_id is not None and parent is None:
        raise NotFound("Record not found", reason="no_parent")
    _check_media(draft, found)
    status_id = await _insert(tx, standing, draft, parsed, found, visibility, addresses)
    if status_id is None:  # the same key won a race: answer what it published
        return await tx.fetchval(Q.find_by_idempotency_key, account_id, draft.idempotency_key)
    if visibility == "direct":
        await tx.execute(Q.move_conversations, status_id)
    return status_id


def check(draft: Draft) -> tuple[Draft, texts.Parsed]:
    """Whether it can be published at all, before anything is asked of the database."""
    text = clean(draft.text, "status", MAX_LENGTH * 40)
    spoiler = clean(draft.spoiler_text, "spoiler_text", MAX_LENGTH * 40)
    if not text.strip() and not spoiler.strip() and not draft.media_ids:
        raise Invalid("text", "Validation failed: Text can't be blank", reason="ERR_BLANK")
    parsed = texts.parse(text)
    if texts.length(parsed) + texts.length(spoiler) > MAX_LENGTH:
        raise Invalid(
            "text",
            f"Validation failed: Text character limit of {MAX_LENGTH} exceeded",
            reason="ERR_TOO_LONG",
        )
    if len(draft.media_ids) > MAX_MEDIA:
        raise Invalid("media_ids", f"Validation failed: Cannot attach more than {MAX_MEDIA} files")
    if draft.poll is not None:
        if draft.media_ids:
            raise Invalid(
                "poll", "Validation failed: Cannot attach both a poll and media; choose one"
            )
        draft = msgspec.structs.replace(draft, poll=check_poll(draft.poll))
    return msgspec.structs.replace(draft, text=text, spoiler_text=spoiler), parsed


def check_poll(poll: PollDraft) -> PollDraft:
    options = [clean(option, "poll[options]", 4_000).strip() for option in poll.options]
    if len(options) < 2:  # noqa: PLR2004 - one answer is no question
        raise Invalid("poll[options]", "Validation failed: Options must have at least two items")
    if len(options) > MAX_OPTIONS:
        raise Invalid(
            "poll[options]",
            f"Validation failed: Options can't contain more than {MAX_OPTIONS} items",
        )
    if any(not option for option in options):
        raise Invalid("poll[options]", "Validation failed: Options can't be blank")
    if any(len(option) > MAX_OPTION_LENGTH for option in options):
        raise Invalid(
            "poll[options]",
            f"Validation failed: Options can't be longer than {MAX_OPTION_LENGTH} characters each",
        )
    if len({option.casefold() for option in options}) < len(options):
        raise Invalid("poll[options]", "Validation failed: Options can't contain duplicate items")
    if poll.expires_in_s < POLL_SHORTEST_S:
        raise Invalid(
            "poll[expires_in]", "Validation failed: Duration is too short (at least 5 minutes)"
        )
    if poll.expires_in_s > POLL_LONGEST_S:
        raise Invalid(
            "poll[expires_in]",
            "Validation failed: Duration is too far into the future (at most a month)",
        )
    return msgspec.structs.replace(poll, options=options)


def _check_media(draft: Draft, found: _Found) -> None:
    if len(found.media) < len(set(draft.media_ids)):
        raise Invalid(
            "media_ids", "Validation failed: Media could not be found or is already attached"
        )
    if any(media["state"] == "waiting" for media in found.media):
        raise Invalid(
            "media_ids",
            "Cannot attach files that have not finished processing. Try again in a moment!",
        )
    if any(media["state"] == "failed" for media in found.media):
        raise Invalid(
            "media_ids", "Validation failed: A file could not be processed; upload it again"
        )


async def _resolve(
    tx: Tx, account_id: int, draft: Draft, parsed: texts.Parsed, addresses: Addresses
) -> tuple[Standing, _Found]:
    mentions = sorted(
        {
            (m.username.lower(), "" if m.domain in (None, addresses.domain) else m.domain)
            for m in parsed.mentions
        }
    )
    options = draft.poll.options if draft.poll else ()
    standing, row = await gate_and(
        tx,
        Act(account_id, "publish"),
        Q.resolve,
        account_id,
        draft.idempotency_key,
        draft.in_reply_to_id,
        [name for name, _ in mentions],
        [domain for _, domain in mentions],
        draft.media_ids,
        sorted(find_shortcodes(" ".join((draft.text, draft.spoiler_text, *options)))),
    )
    return standing, _found.decode(row["found"])


async def _insert(  # noqa: PLR0913, PLR0917 - the one statement needs all that was found
    tx: Tx,
    standing: Standing,
    draft: Draft,
    parsed: texts.Parsed,
    found: _Found,
    visibility: Visibility,
    addresses: Addresses,
) -> int | None:
    account_id = standing.account_id
    parent = found.parent or {}
    is_sensitive = standing.default_sensitive if draft.is_sensitive is None else draft.is_sensitive
    poll = draft.poll
    tags = {tag.normalised: tag.name for tag in parsed.hashtags}
    _touch(tx, account_id, visibility, parent.get("id"))
    event = StatusPublished(0, account_id, visibility)
    tx.told = True
    return await tx.fetchval(
        Q.publish,
        account_id,
        draft.idempotency_key,
        addresses.status_uri(standing.username, ""),
        addresses.status_url(standing.username, ""),
        draft.text,
        texts.to_html(parsed, mention_links(parsed, found.mentioned, addresses), addresses.tag_url),
        draft.spoiler_text,
        visibility,
        is_sensitive or standing.is_sensitized or bool(draft.spoiler_text),
        draft.language or standing.default_language,
        parent.get("id"),
        parent.get("account_id"),
        parent.get("conversation_id"),
        draft.app_id,
        draft.media_ids,
        found.emojis,
        [m["id"] for m in found.mentioned if m["id"] != account_id],
        list(tags),
        list(tags.values()),
        poll and poll.options,
        bool(poll and poll.is_multiple),
        bool(poll and poll.hides_totals),
        poll and datetime.now(UTC) + timedelta(seconds=poll.expires_in_s),
        event.kind(),
        sorted(tx.touched),
    )


def _touch(tx: Tx, account_id: int, visibility: Visibility, parent_id: int | None) -> None:
    tx.touch(Fact.HOME, account_id)
    tx.touch(Fact.AUTHORED, account_id)
    if visibility in ("public", "unlisted"):
        tx.touch(Fact.ACCOUNT_COUNTERS, account_id)
        if parent_id is not None:
            tx.touch(Fact.STATUS_COUNTERS, parent_id)
    if visibility == "public":
        tx.touch(Fact.PUBLIC, 0)


def mention_links(
    parsed: texts.Parsed, mentioned: list[dict[str, Any]], addresses: Addresses
) -> Mapping[str, tuple[str, str]]:
    """Each mention as written → (address of the page, username), for those who exist."""
    known = {(m["username"].lower(), m["domain"]): (m["url"], m["username"]) for m in mentioned}
    links: dict[str, tuple[str, str]] = {}
    for mention in parsed.mentions:
        domain = None if mention.domain == addresses.domain else mention.domain
        found = known.get((mention.username.lower(), domain))
        if found is not None:
            links[mention.acct] = found
    return links
