"""A poll's log begins with its manifest: what is asked, who may answer, how it is counted and until when.

It is written in the transaction that asks. Until the first ballot the poll can still be edited: then another
manifest follows, and the last one before the first ballot holds. From that ballot on nothing changes.
"""

import base64
from datetime import datetime

import msgspec

from parvis.domain.addresses import Addresses
from parvis.domain.errors import Invalid
from parvis.domain.events import Visibility
from parvis.domain.statuses.draft import Draft, PollDraft
from parvis.domain.transparency import appending, entries, openings
from parvis.domain.transparency.appending import Manifest
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries
from parvis.protocols.timestamps import iso

Q = queries("parvis.domain.statuses")

PUBLIC: frozenset[Visibility] = frozenset({"public", "unlisted"})
# Who may vote, by who may see the status. Always: accounts of this network, each once, not the author.
ELIGIBLE: dict[Visibility, str] = {
    "public": "every account of this network but the author's",
    "unlisted": "every account of this network but the author's",
    "private": "followers of the author on this network",
    "direct": "those named in the status",
}


class Asked(msgspec.Struct, frozen=True):
    """A poll as it is asked: its ids, whose it is, for whom, until when."""

    poll_id: int
    log_id: int
    account_id: int
    visibility: Visibility
    expires_at: datetime | None


def _manifest(asked: Asked, draft: Draft, poll: PollDraft) -> Manifest:
    question = openings.sealed(question_of(draft.spoiler_text, draft.text))
    options = [openings.sealed(option) for option in poll.options]
    entry = entries.encode(
        "poll",
        poll=str(asked.poll_id),
        question=question.hashed.hex(),
        options=[option.hashed.hex() for option in options],
        counting="several" if poll.is_multiple else "one",
        ballots=_ballots(poll),
        closes_at=iso(asked.expires_at) if asked.expires_at else None,
        eligible=ELIGIBLE[asked.visibility],
        **_token_key(poll),
    )
    return Manifest(entry, (question, *options), asked.account_id, asked.log_id)


def _ballots(poll: PollDraft) -> str:
    if poll.is_secret:
        return "secret, sealed until closing" if poll.hides_totals else "secret"
    return "sealed until closing" if poll.hides_totals else "plain"


def _token_key(poll: PollDraft) -> dict[str, str]:
    """The key that tokens of a secret ballot are checked by."""
    if not poll.is_secret:
        return {}
    if poll.key is None:
        raise ValueError("a secret ballot is asked with its key")
    return {"token_key": base64.b64encode(poll.key.public).decode()}


def question_of(spoiler_text: str, text: str) -> str:
    return f"{spoiler_text}\n\n{text}" if spoiler_text else text


async def open_log(tx: Tx, asked: Asked, draft: Draft, addresses: Addresses) -> None:
    """Begin the log of a poll that is written in this transaction. One statement."""
    if draft.poll is None:
        raise ValueError("the draft asks nothing")
    manifest = _manifest(asked, draft, draft.poll)
    await appending.open_log(
        tx,
        addresses,
        "poll",
        asked.poll_id,
        manifest,
        is_public=asked.visibility in PUBLIC,
    )


async def amend(tx: Tx, asked: Asked, draft: Draft) -> None:
    """Write another manifest before the first ballot; the poll is held. One statement."""
    if draft.poll is None:
        raise ValueError("the draft asks nothing")
    manifest = _manifest(asked, draft, draft.poll)
    columns = openings.columns(manifest.texts, asked.log_id, asked.account_id)
    await tx.execute(Q.amend_poll, manifest.entry, *columns)


async def is_frozen(tx: Tx, poll_id: int) -> bool:
    """Whether a held poll has ballots, or is over: read when it is held, so that none comes in between."""
    return await tx.fetchval(Q.is_poll_frozen, poll_id)


def frozen() -> Invalid:
    return Invalid(
        "poll",
        "Validation failed: The question and the options of a poll cannot be changed once there are votes",
        reason="poll_frozen",
    )
