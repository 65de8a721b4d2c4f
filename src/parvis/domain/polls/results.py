"""What a poll's page tells beside the tallies of its status: whom it is to speak for, when ballots came, what
those who declared weigh, and which ballots come from accounts with signs of automation.

Who may see the status is decided where it is shown.
"""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from parvis.domain.errors import NotFound
from parvis.domain.polls import margins
from parvis.domain.polls.margins import PollMargin, Population
from parvis.infra.clock import now
from parvis.infra.postgres import Db
from parvis.infra.sql import queries

if TYPE_CHECKING:
    from parvis.domain.polls.weighing import Weighed

Q = queries("parvis.domain.polls")
KEPT_MOST = 500
PARTS_MOST = 60
PARTS = (
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=7),
)


class Signs(msgspec.Struct, frozen=True):
    """Ballots of accounts with signs of automation. `judges_age` False: the network was too young."""

    bots: int
    fresh: int
    bursts: int
    suspects: int
    tallies: list[int]
    judges_age: bool


class Counted(msgspec.Struct, frozen=True):
    """Ballots that were counted in one part of time."""

    since: datetime
    voters: int


class Result(msgspec.Struct, frozen=True):
    poll_id: int
    asked_at: datetime
    expires_at: datetime | None
    closed_at: datetime | None  # when its last ballot had been counted
    is_ended_early: bool
    account_id: int
    log_path: str | None  # None: from before there were logs
    population: Population | None
    margins: tuple[PollMargin, ...]
    is_frozen: bool  # whether somebody has answered what it asks
    has_declared: bool
    signs: Signs | None
    issued: int | None  # tokens of a secret ballot


async def find_result(db: Db, poll_id: int, viewer_id: int) -> Result:
    """Two statements."""
    row = await db.fetchrow(Q.find_result, poll_id, viewer_id)
    if row is None:
        raise NotFound
    return Result(
        poll_id,
        row["asked_at"],
        row["expires_at"],
        row["closed_at"],
        row["is_ended_early"],
        row["account_id"],
        row["log_path"],
        Population(row["population"], row["population_size"], row["source"])
        if row["population"] is not None
        else None,
        await margins.list_margins(db, poll_id),
        row["is_frozen"],
        row["has_declared"],
        _signs(row),
        row["issued"],
    )


def _signs(row: Any) -> Signs | None:
    if row["suspects"] is None:
        return None
    return Signs(
        row["bots"],
        row["fresh"],
        row["bursts"],
        row["suspects"],
        list(row["suspect_tallies"]),
        row["judges_age"],
    )


async def list_turnout(db: Db, result: Result) -> list[Counted]:
    """Ballots in at most PARTS_MOST parts of equal length, those without any included. One statement."""
    end = result.closed_at or min(result.expires_at or now(), now())
    length = end - result.asked_at
    part = next((one for one in PARTS if one * PARTS_MOST >= length), PARTS[-1])
    rows = await db.fetch(Q.list_turnout, result.poll_id, part, result.asked_at)
    found = {row["since"]: row["voters"] for row in rows}
    first = min(found, default=result.asked_at)
    first = min(first, result.asked_at)
    last = max([end, *found])
    parts = range(int((last - first) / part) + 1)
    return [Counted(first + one * part, found.get(first + one * part, 0)) for one in parts]


class WeighedPolls:
    """Reached by `db.kept(WeighedPolls)`: what was weighed of closed polls. It never changes."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._kept: dict[int, Weighed] = {}

    async def find(self, result: Result, options: int) -> "Weighed | None":
        """None: nothing was asked, or it is not counted yet. 0-1 statement."""
        if not result.margins or result.signs is None:
            return None
        found = self._kept.get(result.poll_id)
        if found is None:
            # numpy takes a tenth of a second to load.
            found = await asyncio.to_thread(
                _weigh, result, await self._cells(result.poll_id), options
            )
            if len(self._kept) >= KEPT_MOST:
                self._kept.clear()
            self._kept[result.poll_id] = found
        return found

    async def _cells(self, poll_id: int) -> list[Any]:
        return await self._db.fetch(Q.list_cells, poll_id)


def _weigh(result: Result, rows: list[Any], options: int) -> "Weighed":
    from parvis.domain.polls import weighing  # noqa: PLC0415 - numpy, only where something is weighed

    cells = [
        weighing.Cell(list(row["answers"]), row["voters"], list(row["tallies"])) for row in rows
    ]
    return weighing.weigh(result.margins, cells, options)
