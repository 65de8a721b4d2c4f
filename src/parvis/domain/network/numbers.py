"""What the network tells of itself in numbers. Counted at most once a minute in a process.

Only what everybody may see is counted: public and unlisted statuses of people who may act.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any, Generic, Literal, TypeVar

import msgspec

from parvis.infra.clock import now
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.ids import first_id_at

Q = queries("parvis.domain.network")

FRESH_S = 60.0
WEEKS = 12
FINDABLE_MOST = 5_000  # in one map of the site; search engines find the others by links
T = TypeVar("T")


class Numbers(msgspec.Struct, frozen=True):
    users: int
    active_month: int
    active_half_year: int
    statuses: int
    domains: int  # other networks that somebody here knows somebody of
    owner_id: int | None


class Week(msgspec.Struct, frozen=True):
    """`week` is its Monday in seconds since 1970."""

    week: int
    statuses: int
    logins: int
    registrations: int


class Staff(msgspec.Struct, frozen=True):
    """Somebody who runs or moderates the network."""

    account_id: int
    role: Literal["owner", "admin", "moderator"]


class Findable(msgspec.Struct, frozen=True):
    """Somebody here who wants to be found by search engines."""

    username: str
    last_status_at: date | None


class Document(msgspec.Struct, frozen=True):
    """A long text of the network, as written."""

    text: str
    updated_at: datetime


class Kept(Generic[T]):
    """A number that costs something, kept for a while. It is counted once for all who ask at once; while it
    is counted anew, the last one does.
    """

    def __init__(self, count: Callable[[], Awaitable[T]], fresh_s: float = FRESH_S) -> None:
        self._count = count
        self._fresh_s = fresh_s
        self._kept: tuple[float, T] | None = None
        self._counting: asyncio.Task[T] | None = None

    async def read(self) -> T:
        kept = self._kept
        if kept is not None and time.monotonic() - kept[0] < self._fresh_s:
            return kept[1]
        if self._counting is None:
            self._counting = asyncio.create_task(self._count_anew())
        elif kept is not None:
            return kept[1]
        # Who asked first may leave; others wait for the same.
        return await asyncio.shield(self._counting)

    async def _count_anew(self) -> T:
        me, moment = asyncio.current_task(), time.monotonic()
        try:
            counted = await self._count()
            if self._counting is me:
                self._kept = moment, counted
            return counted
        finally:
            if self._counting is me:
                self._counting = None

    def forget(self) -> None:
        self._kept = self._counting = None


class Counted:
    """Reached by `db.kept(Counted)`."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self.numbers = Kept(self._numbers)
        self.activity = Kept(self._activity)
        self.peers = Kept(self._peers)
        self.findable = Kept(self._findable)
        self.staff = Kept(self._staff)

    def forget(self) -> None:
        """Count anew: tests do not wait a minute."""
        for one in (self.numbers, self.activity, self.peers, self.findable, self.staff):
            one.forget()

    async def _numbers(self) -> Numbers:
        return msgspec.convert(dict(await self.db.fetchrow(Q.read_numbers)), Numbers)

    async def _activity(self) -> list[Week]:
        since = now() - timedelta(weeks=WEEKS)
        rows: list[Any] = await self.db.fetch(Q.list_activity, first_id_at(since))
        return [msgspec.convert(dict(row), Week) for row in rows]

    async def _peers(self) -> list[str]:
        return [row["domain"] for row in await self.db.fetch(Q.list_peers)]

    async def _findable(self) -> list[Findable]:
        rows: list[Any] = await self.db.fetch(Q.list_findable, FINDABLE_MOST)
        return [Findable(row["username"], row["last_status_at"]) for row in rows]

    async def _staff(self) -> list[Staff]:
        rows: list[Any] = await self.db.fetch(Q.list_staff)
        return [msgspec.convert(dict(row), Staff) for row in rows]


async def find_document(db: Db, key: str) -> Document | None:
    """One of the network's long texts (a setting's name); None when it has none."""
    row = await db.fetchrow(Q.find_document, key)
    return row and Document(row["text"], row["updated_at"])
