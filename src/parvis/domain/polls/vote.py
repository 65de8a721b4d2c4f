"""Voting: one guarded statement casts ballots and appends them to their logs; the worker adds them up."""

from collections.abc import Iterable

import msgspec

from parvis.domain.errors import Conflict, Invalid, NotFound, Refused
from parvis.domain.polls import ballot
from parvis.domain.polls.ballot import OpenPolls
from parvis.domain.polls.changing import change
from parvis.domain.polls.crowds import Crowds, Outcome, Together, Vote
from parvis.domain.transparency import appending
from parvis.infra.postgres import Db
from parvis.infra.sql import queries

Q = queries("parvis.domain.polls")
MAX_CHOICES = 100  # far above any poll's options: no endless list reaches the database
TRIES = 3  # a poll may be edited until its first ballot


class Cast(msgspec.Struct, frozen=True):
    """A ballot that was cast, and committed. `origin` None: the poll is from before there were logs."""

    poll_id: int
    status_id: int
    choices: list[int]
    origin: str | None
    entry: bytes | None
    round: Together


async def vote(db: Db, account_id: int, poll_id: int, choices: Iterable[int]) -> Cast:
    """Cast a ballot, and append it to the poll's log; where votes can be changed, the last one counts. It is
    durable when this answers. 1-2 statements, shared with whoever votes meanwhile; 2 more for a change.
    """
    wanted = _checked(list(choices))
    for _ in range(TRIES):
        asked = await _asked(db, account_id, poll_id, wanted)
        outcome = await db.kept(Crowds).ask(asked)
        if outcome.why_not is None:
            origin = outcome.origin if asked.ballot is not None else None
            entry = asked.ballot.entry if asked.ballot is not None else None
            return Cast(poll_id, asked.status_id, asked.choices, origin, entry, outcome.round)
        if outcome.why_not == "voted" and outcome.is_changeable:
            origin, entry = await db.run(change, account_id, poll_id, asked.choices)
            return Cast(poll_id, asked.status_id, asked.choices, origin, entry, Together())
        if outcome.why_not != "changed":
            raise _refusal(outcome)
        db.kept(OpenPolls).forget(poll_id)
    raise Conflict("The poll is being edited: try again", reason="edited")


async def _asked(db: Db, account_id: int, poll_id: int, choices: list[int]) -> Vote:
    poll = await db.kept(OpenPolls).find(db, poll_id)
    if poll is None:
        raise NotFound
    if not poll.is_ranked:
        choices = sorted(choices)  # in a ranked poll their order is the vote
    made = None
    if poll.secret is not None:
        made = ballot.make(poll.secret, account_id, choices, is_sealed=poll.is_sealed)
    return Vote(account_id, poll_id, poll.status_id, choices, poll.has_rules, made)


def _checked(choices: list[int]) -> list[int]:
    if not choices:
        raise Invalid("choices", "Validation failed: Choices can't be blank", reason="ERR_BLANK")
    if len(set(choices)) < len(choices):
        raise Invalid("choices", "Validation failed: An option can be chosen only once")
    if len(choices) > MAX_CHOICES or not all(-1 < choice < 1 << 15 for choice in choices):
        return [-1]
    return choices


async def promise(db: Db, origin: str, entry: bytes) -> str | None:
    """The log's signed word that a committed ballot will be in it; None when it has no key yet (then the
    voter's page has it once there is one). 0-1 statement.
    """
    try:
        return (await appending.promise(db, origin, entry)).decode()
    except Conflict:
        return None


async def promised(db: Db, cast: Cast) -> bytes | None:
    """The promise of a ballot just cast, signed once for all that were cast with it; None also when the poll
    has no log. 0-1 statement.
    """
    if cast.origin is None or cast.entry is None:
        return None
    given = cast.round.promises
    if cast.entry not in given:  # whoever is first asks for all; the key is at hand
        committed = cast.round.entries.get(cast.origin, [cast.entry])
        try:
            signed = await appending.promise_each(db, cast.origin, committed)
        except Conflict:
            given |= dict.fromkeys(committed)
        else:
            given |= zip(committed, signed, strict=True)
    return given[cast.entry]


def _refusal(outcome: Outcome) -> Refused:
    if outcome.refused is not None:
        return outcome.refused
    match outcome.why_not:
        case "not there":
            return NotFound()
        case "secret":
            words, reason = "This is a secret ballot.", "secret_ballot"
        case "own":
            words, reason = "You cannot vote in your own polls", "own_poll"
        case "over":
            words, reason = "The poll has already ended", "ended"
        case "unknown":
            return Invalid("choices", "Validation failed: The chosen vote option does not exist")
        case "too many":
            return Invalid("choices", "Validation failed: This poll takes one choice only")
        case _:
            words, reason = "You have already voted on this poll", "voted"
    return Refused(f"Validation failed: {words}", reason=reason)


async def find_status(db: Db, poll_id: int) -> int | None:
    """The id of the status that asks; who may see it is decided where it is shown."""
    return await db.fetchval(Q.find_status, poll_id)
