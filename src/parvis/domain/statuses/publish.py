"""Publishing a status: what was written becomes a status with mentions, tags, media and poll."""

from datetime import datetime
from typing import Any

import msgspec

from parvis.domain.accounts.gate import Act, Standing, gate_and, has_left
from parvis.domain.addresses import Addresses
from parvis.domain.errors import NotFound
from parvis.domain.events import StatusPublished, Visibility
from parvis.domain.statuses.asking import Asked, open_log
from parvis.domain.statuses.draft import (
    Draft,
    check,
    check_media,
    kind_columns,
    mention_links,
    named_accounts,
    named_emojis,
)
from parvis.domain.statuses.secret_asking import keep_key
from parvis.domain.statuses.tags import spelled
from parvis.infra.clock import now
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries
from parvis.protocols import text as texts

Q = queries("parvis.domain.statuses")


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

    Two statements, one more for a poll (at most three when it is ranked or for a closed list), and one for a
    direct status, which moves conversations.
    Told: StatusPublished.
    """
    draft, parsed = check(draft)
    standing, found = await _resolve(tx, account_id, draft, parsed, addresses)
    if found.already is not None:
        return found.already
    visibility: Visibility = draft.visibility or standing.default_visibility
    parent = found.parent
    if draft.in_reply_to_id is not None and parent is None:
        raise NotFound(
            "The post you are trying to reply to does not appear to exist.", reason="no_parent"
        )
    check_media(draft.media_ids, found.media)
    ends_at = draft.poll.ends(draft.published_at or now()) if draft.poll else None
    written = (draft, parsed, ends_at)
    row = await _insert(tx, standing, written, found, visibility, addresses)
    if row is None:
        # The same key won a race: answer what it published. Else the author left while this was checked.
        won = await find_by_key(tx, account_id, draft.idempotency_key or "")
        if won is None:
            raise has_left()
        return won
    if row["log_id"] is not None:
        asked = Asked(row["poll_id"], row["log_id"], account_id, visibility, ends_at)
        await open_log(tx, asked, draft, addresses)
    if draft.poll is not None and draft.poll.key is not None:
        await keep_key(tx, row["poll_id"], draft.poll.key)
    if visibility == "direct":
        await tx.execute(Q.move_conversations, row["id"])
    return row["id"]


async def find_by_key(tx: Tx, account_id: int, key: str) -> int | None:
    """The status that was published under an idempotency key, as long as keys are kept."""
    return await tx.fetchval(Q.find_by_idempotency_key, account_id, key)


async def _resolve(
    tx: Tx, account_id: int, draft: Draft, parsed: texts.Parsed, addresses: Addresses
) -> tuple[Standing, _Found]:
    names, domains = named_accounts(parsed, addresses)
    standing, row = await gate_and(
        tx,
        Act(account_id, "publish"),
        Q.resolve,
        account_id,
        draft.idempotency_key,
        draft.in_reply_to_id,
        names,
        domains,
        draft.media_ids,
        named_emojis(draft),
    )
    return standing, _found.decode(row["found"])


async def _insert(
    tx: Tx,
    standing: Standing,
    written: tuple[Draft, texts.Parsed, datetime | None],
    found: _Found,
    visibility: Visibility,
    addresses: Addresses,
) -> Any:
    draft, parsed, ends_at = written
    account_id, poll = standing.account_id, draft.poll
    parent = found.parent or {}
    is_sensitive = standing.default_sensitive if draft.is_sensitive is None else draft.is_sensitive
    tags = spelled(parsed, visibility)
    _touch(tx, account_id, parent.get("id"), visibility)
    tx.told = True
    return await tx.fetchrow(
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
        ends_at,
        StatusPublished.kind(),
        sorted(tx.touched),
        draft.published_at,
        *kind_columns(poll),
    )


def _touch(tx: Tx, account_id: int, parent_id: int | None, visibility: Visibility) -> None:
    tx.touch(Fact.HOME, account_id)
    tx.touch(Fact.AUTHORED, account_id)
    if visibility in {"public", "unlisted"}:
        tx.touch(Fact.ACCOUNT_COUNTERS, account_id)
        if parent_id is not None:
            tx.touch(Fact.STATUS_COUNTERS, parent_id)
    if visibility == "public":
        tx.touch(Fact.PUBLIC, 0)
