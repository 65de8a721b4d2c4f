"""A poll's log begins with its manifest: what is asked, who may answer, how it is counted and until when.

It is written in the transaction that asks. Until the first ballot the poll can still be edited: then another
manifest follows, and the last one before the first ballot holds. From that ballot on nothing changes.
"""

import base64
import secrets
from datetime import datetime

import msgspec

from parvis.domain.addresses import Addresses
from parvis.domain.errors import Invalid
from parvis.domain.events import Visibility
from parvis.domain.statuses import eligible
from parvis.domain.statuses.draft import Draft, PollDraft
from parvis.domain.statuses.eligible import Rules
from parvis.domain.transparency import appending, entries, openings
from parvis.domain.transparency.appending import Manifest
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries
from parvis.protocols import ranked
from parvis.protocols.merkle_log import leaf_hash
from parvis.protocols.timestamps import iso

Q = queries("parvis.domain.statuses")

CODE_BYTES = 15  # of an invitation: nobody guesses one
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


def _manifest(asked: Asked, draft: Draft, poll: PollDraft, number: int | None) -> Manifest:
    """`number` is how many may vote, where that is a closed list."""
    question = openings.sealed(question_of(draft.spoiler_text, draft.text))
    options = [openings.sealed(option) for option in poll.options]
    entry = entries.encode(
        "poll",
        poll=str(asked.poll_id),
        question=question.hashed.hex(),
        options=[option.hashed.hex() for option in options],
        ballots=_ballots(poll),
        closes_at=iso(asked.expires_at) if asked.expires_at else None,
        eligible=ELIGIBLE[asked.visibility],
        **_how(poll),
        **_who(poll, number),
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


def _how(poll: PollDraft) -> dict[str, object]:
    """How it is counted, and whether a vote can be changed."""
    how: dict[str, object] = {"counting": "several" if poll.is_multiple else "one"}
    if poll.is_ranked:
        how = {"counting": "ranked", "ties": ranked.TIE_RULE}
    if poll.is_changeable:
        how["votes"] = "changeable"
    return how


def _who(poll: PollDraft, number: int | None) -> dict[str, object]:
    rules = eligible.rules_of(poll.rules)
    if not rules:
        return {}
    who: dict[str, object] = {
        "rules": [
            {"rule": one.name, "value": one.value, "says": eligible.said(one)} for one in rules
        ]
    }
    return who if number is None else {**who, "number": number}


def question_of(spoiler_text: str, text: str) -> str:
    return f"{spoiler_text}\n\n{text}" if spoiler_text else text


async def open_log(tx: Tx, asked: Asked, draft: Draft, addresses: Addresses) -> None:
    """Begin the log of a poll that is written in this transaction. One statement, one more for a closed list
    of those who may vote, one more when it is ranked.
    """
    if draft.poll is None:
        raise ValueError("the draft asks nothing")
    number = await _enrol(tx, asked, draft.poll.rules)
    manifest = _manifest(asked, draft, draft.poll, number)
    await appending.open_log(
        tx,
        addresses,
        "poll",
        asked.poll_id,
        manifest,
        is_public=asked.visibility in PUBLIC,
    )
    if draft.poll.is_ranked:
        await tx.execute(Q.keep_manifest, asked.poll_id, leaf_hash(manifest.entry))


async def _enrol(tx: Tx, asked: Asked, rules: Rules | None) -> int | None:
    """Freeze who may vote, where that is a closed list. Refused: a list that nobody of could vote."""
    if rules is not None and rules.list_id is not None:
        number = await tx.fetchval(Q.enrol_listed, asked.poll_id, rules.list_id, asked.account_id)
        if not number:
            raise eligible.no_list()
        return number
    if rules is not None and rules.invitations is not None:
        codes = [secrets.token_urlsafe(CODE_BYTES) for _ in range(rules.invitations)]
        await tx.execute(Q.invite, asked.poll_id, codes)
        return len(codes)
    return None


async def amend(tx: Tx, asked: Asked, draft: Draft, number: int | None) -> None:
    """Write another manifest before the first ballot; the poll is held. One statement."""
    if draft.poll is None:
        raise ValueError("the draft asks nothing")
    manifest = _manifest(asked, draft, draft.poll, number)
    columns = openings.columns(manifest.texts, asked.log_id, asked.account_id)
    await tx.execute(Q.amend_poll, manifest.entry, *columns, leaf_hash(manifest.entry))


async def is_frozen(tx: Tx, poll_id: int) -> bool:
    """Whether a held poll has ballots, or is over: read when it is held, so that none comes in between."""
    return await tx.fetchval(Q.is_poll_frozen, poll_id)


def frozen() -> Invalid:
    return Invalid(
        "poll",
        "Validation failed: The question and the options of a poll cannot be changed once there are votes",
        reason="poll_frozen",
    )
