"""Voting: one guarded statement casts the ballot and appends it to the log; the worker counts it."""

from collections.abc import Iterable
from typing import Any

import msgspec

from parvis.domain.accounts.gate import Act, gate_and
from parvis.domain.errors import Conflict, Invalid, NotFound, Refused
from parvis.domain.events import BallotCast
from parvis.domain.polls import ballot
from parvis.domain.polls.ballot import PollSecrets
from parvis.domain.polls.eligibility import find_barred, ineligible
from parvis.domain.transparency import appending
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.polls")
MAX_CHOICES = 100  # far above any poll's options: no endless list reaches the database


class Cast(msgspec.Struct, frozen=True):
    """A ballot that was cast. `origin` None: the poll is from before there were logs."""

    poll_id: int
    status_id: int
    origin: str | None
    entry: bytes | None


async def vote(tx: Tx, account_id: int, poll_id: int, choices: Iterable[int]) -> Cast:
    """Cast a ballot, and append it to the poll's log. 1-2 statements, one more in a poll with rules of who
    may vote. Told: BallotCast.
    """
    wanted = _checked(list(choices))
    secrets = tx.db.kept(PollSecrets)
    kept = await secrets.find(tx, poll_id)
    if kept is None or not kept.is_ranked:
        wanted.sort()  # in a ranked poll their order is the vote
    if kept is not None and kept.has_rules:
        barred = await find_barred(tx, [(poll_id, account_id)])
        if barred:
            raise ineligible(barred[poll_id, account_id])
    made = ballot.make(kept.secret, account_id, wanted) if kept is not None else None
    tx.touch(Fact.VIEWER, account_id)
    _, row = await gate_and(
        tx,
        Act(account_id, "vote"),
        Q.vote,
        account_id,
        poll_id,
        wanted,
        BallotCast.kind(),
        sorted(tx.touched),
        *ballot.columns(made),
    )
    if row["status_id"] is None:
        raise NotFound
    if row["is_secret"]:
        raise Refused("Validation failed: This is a secret ballot.", reason="secret_ballot")
    if not row["is_cast"]:
        raise _refusal(row)
    tx.touch(Fact.STATUS_COUNTERS, row["status_id"])
    tx.told = True
    if made is None or row["origin"] is None:
        return Cast(poll_id, row["status_id"], None, None)
    entry = made.entry(is_sealed=row["hides_totals"])
    return Cast(poll_id, row["status_id"], row["origin"], entry)


def _checked(choices: list[int]) -> list[int]:
    if not choices:
        raise Invalid("choices", "Validation failed: Choices can't be blank", reason="ERR_BLANK")
    if len(set(choices)) < len(choices):
        raise Invalid("choices", "Validation failed: An option can be chosen only once")
    if len(choices) > MAX_CHOICES or not all(-1 < choice < 1 << 15 for choice in choices):
        return [-1]
    return choices


async def promise(db: Db, cast: Cast) -> str | None:
    """The log's signed word that a committed ballot will be in it; None when it has no log, or no key yet
    (then the voter's page has it once there is one). 0-1 statement.
    """
    if cast.origin is None or cast.entry is None:
        return None
    try:
        return (await appending.promise(db, cast.origin, cast.entry)).decode()
    except Conflict:
        return None


def _refusal(row: Any) -> Refused:
    if row["is_own"]:
        return Refused("Validation failed: You cannot vote in your own polls", reason="own_poll")
    if row["is_over"]:
        return Refused("Validation failed: The poll has already ended", reason="ended")
    if row["is_voted"]:
        return Refused("Validation failed: You have already voted on this poll", reason="voted")
    if row["is_unknown"]:
        return Invalid("choices", "Validation failed: The chosen vote option does not exist")
    if row["is_too_many"]:
        return Invalid("choices", "Validation failed: This poll takes one choice only")
    # The ballot that stood in the way was cast while this one was being cast.
    return Refused("Validation failed: You have already voted on this poll", reason="voted")


async def find_status(db: Db, poll_id: int) -> int | None:
    """The id of the status that asks; who may see it is decided where it is shown."""
    return await db.fetchval(Q.find_status, poll_id)
