"""The owner's figures: days counted by a job, and the state of things now.

Pages read ninety short rows and a handful of indexes; what costs (a scan of what was written since
yesterday, and of the sizes of all pictures) is counted by the worker: once an hour, and when somebody
looks at figures older than five minutes.
"""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from parvis.domain.network.numbers import Kept
from parvis.infra import jobs
from parvis.infra.clock import now
from parvis.infra.jobs import Means
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.ids import first_id_at

Q = queries("parvis.domain.network")

JOB = "count_days"
KEPT_DAYS = 90
STATE_S = 10.0
COUNTED = timedelta(minutes=5)


class Day(msgspec.Struct, frozen=True):
    """One day in numbers. `interactions`: replies, reblogs and favourites."""

    day: date
    active: int = 0
    joined: int = 0
    statuses: int = 0
    interactions: int = 0


class State(msgspec.Struct, frozen=True):
    """What is going on now; people and sizes as of the last hour's count, None before the first."""

    active_today: int | None
    active_week: int | None
    active_month: int | None
    reports: int
    waiting: int
    jobs_waiting: int
    jobs_failed: int
    events_waiting: int
    log_stopped: str | None  # why nothing of the public log is signed; None: it goes on
    witnesses_silent: bool  # none of those who are asked answered last time
    members: int | None
    media_bytes: int | None
    database_bytes: int | None
    counted_at: datetime | None


class StateKept:
    """Reached by `db.kept(StateKept)`: read at most every ten seconds in a process."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self.state = Kept(self._read, STATE_S)

    async def _read(self) -> State:
        return State(**dict(await self.db.fetchrow(Q.read_state)))


async def read_state(db: Db) -> State:
    return await db.kept(StateKept).state.read()


async def keep_counted(db: Db, state: State) -> None:
    """Have the days counted soon when that was some minutes ago: whoever looks wants to know."""
    if state.counted_at is None or now() - state.counted_at > COUNTED:
        await jobs.ensure(db, JOB)
        db.wake_jobs()


async def list_days(db: Db, days: int) -> list[Day]:
    """The last so many days until today, each with its figures; zeros where nothing was counted."""
    first = now().date() - timedelta(days=days - 1)
    rows = await db.fetch(Q.list_days, first)
    known = {row["day"]: Day(**dict(row)) for row in rows}
    every = [first + timedelta(days=number) for number in range(days)]
    return [known.get(day) or Day(day) for day in every]


async def count_days(means: Means, payload: dict[str, Any]) -> None:
    """A job: count from the day before the last counted one; the first time, as far as pages show."""
    today = now().date()
    last: date | None = await means.db.fetchval(Q.last_counted)
    first = today - timedelta(days=KEPT_DAYS)
    if last is not None and not payload.get("is_anew"):
        first = max(first, last - timedelta(days=1))
    await means.db.fetch(Q.count_days, first, first_id_at(_midnight(first)))


def _midnight(day: date) -> Any:
    return now().replace(
        year=day.year, month=day.month, day=day.day, hour=0, minute=0, second=0, microsecond=0
    )
