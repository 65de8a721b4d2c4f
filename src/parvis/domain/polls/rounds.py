"""The rounds of ranked polls, counted when they close: from then on nothing about them changes."""

import asyncio
from collections import defaultdict
from typing import Any

import msgspec

from parvis.infra.postgres import Tx
from parvis.infra.sql import queries
from parvis.protocols import ranked
from parvis.protocols.ranked import Outcome, Ranking

Q = queries("parvis.domain.polls")


async def count(tx: Tx, closed: list[Any]) -> dict[int, Outcome]:
    """Count those of the closed polls that are ranked and keep their rounds. One statement, and one each."""
    rows = {row["id"]: row for row in closed if row["is_ranked"]}
    if not rows:
        return {}
    piles: dict[int, dict[Ranking, int]] = defaultdict(dict)
    for pile in await tx.fetch(Q.rankings, list(rows)):
        piles[pile["poll_id"]][tuple(pile["choices"])] = pile["ballots"]
    outcomes: dict[int, Outcome] = {}
    for poll_id, row in rows.items():
        # In a thread: a million rankings take ten seconds, in which the log would stand still. Nobody waits
        # for the rows that are held: the polls are over.
        outcomes[poll_id] = await asyncio.to_thread(
            ranked.count, row["options"], piles[poll_id], row["manifest"]
        )
    for poll_id, outcome in outcomes.items():
        await tx.execute(Q.keep_outcome, poll_id, msgspec.to_builtins(outcome, str_keys=True))
    return outcomes


def told(outcome: Outcome) -> dict[str, object]:
    """What the log's last entry says of it; whoever counts the ballots finds the rest."""
    gone = [one.eliminated.option for one in outcome.rounds if one.eliminated]
    return {"winner": outcome.winner, "eliminated": gone}
