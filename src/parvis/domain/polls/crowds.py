"""Casting many ballots with one statement: votes that come while others are being committed go together next.

Each is decided by its own row of that statement, whoever else is in it. Its transaction is durable before
anybody is answered; a process killed meanwhile has answered nobody, and whoever votes again is told the
truth.
"""

from collections.abc import Sequence
from typing import Any

import asyncpg
import msgspec

from parvis.domain.accounts.gate import gate_each
from parvis.domain.errors import Refused
from parvis.domain.events import BallotCast
from parvis.domain.polls.ballot import Ballot
from parvis.domain.polls.eligibility import find_barred, ineligible
from parvis.infra.gathering import Gathering, Round
from parvis.infra.postgres import AWAY, Db, Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.polls")
PACE_S = 0.05  # between statements while there is a crowd: each costs as much as many votes


class Vote(msgspec.Struct, frozen=True):
    """What somebody wants. `ballot` None: the poll has no log, or is over."""

    account_id: int
    poll_id: int
    status_id: int
    choices: list[int]
    has_rules: bool
    ballot: Ballot | None


class Together(Round):
    """What was cast by one statement: entries by their logs' names, and the promise of each once somebody
    asked for one (None: no worker has made a key yet).
    """

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, list[bytes]] = {}
        self.promises: dict[bytes, bytes | None] = {}


class Outcome(msgspec.Struct, frozen=True):
    """What became of a vote: cast, or why not ('voted': one stood in the way)."""

    why_not: str | None
    refused: Refused | None
    origin: str | None  # of its log
    is_changeable: bool
    round: Together


class Crowds:
    """Reached by `db.kept(Crowds)`."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._gathering: Gathering[tuple[int, int], Vote, Outcome] = Gathering(
            self._cast, pace_s=PACE_S
        )

    async def ask(self, vote: Vote) -> Outcome:
        """Cast it, with others if there are any."""
        return await self._gathering.ask((vote.poll_id, vote.account_id), vote)

    async def _cast(self, votes: Sequence[Vote]) -> Sequence[Outcome | Exception]:
        try:
            return await self._db.run(cast, votes)
        except AWAY:
            raise
        except asyncpg.PostgresError:
            if len(votes) == 1:
                raise
        # One that nothing foresaw does not take the others' votes with it.
        return [await self._alone(vote) for vote in votes]

    async def _alone(self, vote: Vote) -> Outcome | Exception:
        try:
            return (await self._db.run(cast, [vote]))[0]
        except asyncpg.PostgresError as failed:
            return failed


async def cast(tx: Tx, votes: Sequence[Vote]) -> list[Outcome]:
    """Cast ballots and append them to their logs, each or not by its own right. One statement; no two of one
    voter in one poll. Told: BallotCast, once a poll.
    """
    refused = await _ineligible(tx, votes)
    tx.touch(Fact.VIEWER, *(vote.account_id for vote in votes))
    tx.touch(Fact.STATUS_COUNTERS, *{vote.status_id for vote in votes})
    going = [(number, vote) for number, vote in enumerate(votes) if number not in refused]
    round_ = Together()
    outcomes = {
        number: Outcome("refused", why, None, is_changeable=False, round=round_)
        for number, why in refused.items()
    }
    if going:
        columns = _columns([vote for _, vote in going])
        rows = await gate_each(tx, Q.cast, *columns, BallotCast.kind(), sorted(tx.touched))
        for (number, vote), (trouble, row) in zip(going, rows, strict=True):
            outcome = outcomes[number] = _outcome(trouble, row, round_)
            made = vote.ballot
            if outcome.why_not is None and outcome.origin is not None and made is not None:
                round_.entries.setdefault(outcome.origin, []).append(made.entry)
    tx.told = any(one.why_not is None for one in outcomes.values())
    return [outcomes[number] for number in range(len(votes))]


async def _ineligible(tx: Tx, votes: Sequence[Vote]) -> dict[int, Refused]:
    """Who of them may not vote by the rules of their polls, by place. 0-1 statement."""
    pairs = [(vote.poll_id, vote.account_id) for vote in votes if vote.has_rules]
    if not pairs:
        return {}
    barred = await find_barred(tx, pairs)
    refused: dict[int, Refused] = {}
    for number, vote in enumerate(votes):
        rule = barred.get((vote.poll_id, vote.account_id))
        if rule is not None:
            refused[number] = ineligible(rule)
    return refused


def _columns(votes: Sequence[Vote]) -> tuple[object, ...]:
    """As the statement takes them; it counts them from one."""
    ballots = [vote.ballot for vote in votes]
    sealed = [
        (number, one.opening)
        for number, one in enumerate(ballots, 1)
        if one is not None and one.opening is not None
    ]
    return (
        [vote.poll_id for vote in votes],
        [vote.account_id for vote in votes],
        ["{" + ",".join(map(str, vote.choices)) + "}" for vote in votes],
        [one and one.voter for one in ballots],
        [one and one.entry for one in ballots],
        [one and one.commitment for one in ballots],
        sorted({vote.poll_id for vote in votes}),
        [number for number, _ in sealed],
        [one.salt for _, one in sealed],
        [one.text for _, one in sealed],
    )


def _outcome(trouble: Refused | None, row: Any, round_: Together) -> Outcome:
    why_not = row["why_not"]
    if why_not is None and not row["is_cast"]:
        why_not = "voted"
    return Outcome(why_not, trouble, row["origin"], bool(row["is_changeable"]), round_)
