"""Looking at petitions: one, lists of them, what they count, who signed in the open."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

import msgspec

from parvis.domain.errors import NotFound
from parvis.domain.paging import paged
from parvis.domain.petitions.types import Petition, Tally
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.petitions")
Which = Literal["open", "over", "mine"]
REMOVALS_MOST = 200
_FIRST_DAY = date(2000, 1, 1)


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A petition in a list. `signed_version`: which text the viewer signed; None: none."""

    id: int
    account_id: int | None
    version: int
    goal: int
    addressee: str
    closes_at: datetime | None
    closed_at: datetime | None
    answered_at: datetime | None
    created_at: datetime
    title: str
    is_over: bool
    signatures: int
    signed_version: int | None


class ShownSignature(msgspec.Struct, frozen=True):
    """A signature whose name is shown."""

    id: int
    name: str
    place: int | None
    signed_on: date
    version: int
    shown: str

    @property
    def signed_at(self) -> datetime:
        """The beginning of the day on which it was signed."""
        return datetime.combine(self.signed_on, time(), UTC)


class Removal(msgspec.Struct, frozen=True):
    """A signature that was taken away, as the log tells it. `reason` is one of record.REASONS."""

    person: str
    reason: str | None
    why: str | None
    signed_on: date
    version: int


class Version(msgspec.Struct, frozen=True):
    version: int
    title: str
    text: str
    created_at: datetime


async def find(db: Db, viewer_id: int, petition_id: int) -> Petition:
    """A petition that this viewer may see. One statement."""
    row = await db.fetchrow(Q.show, viewer_id, petition_id)
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), Petition)


async def find_of_status(db: Db, status_id: int) -> int:
    """The petition that a status announces. Refused: it announces none."""
    found = await db.fetchval(Q.find_of_status, status_id)
    if found is None:
        raise NotFound
    return found


async def list_petitions(db: Db, viewer_id: int, which: Which, page: Page) -> list[Listed]:
    rows = await paged(db, Q, "list", page, viewer_id, which)
    return _all(rows, Listed)


async def count(db: Db, petition: Petition) -> Tally:
    """What is in force at this moment, counted by the worker or not yet. One statement."""
    rows = await db.fetch(Q.tallies, petition.id)
    newest = [row for row in rows if row["version"] == petition.version]
    days = [
        (_FIRST_DAY + timedelta(row["which"]), row["n"]) for row in newest if row["what"] == "day"
    ]
    return Tally(
        sum(n for _, n in days),
        sum(r["n"] for r in rows if r["what"] == "day" and r["version"] < petition.version),
        days,
        [(row["which"], row["n"]) for row in newest if row["what"] == "place"],
    )


async def list_signatures(db: Db, petition_id: int, page: Page) -> list[ShownSignature]:
    return _all(await paged(db, Q, "signatures", page, petition_id), ShownSignature)


async def list_removals(db: Db, petition_id: int) -> list[Removal]:
    """The newest of them; the log has all."""
    return _all(await db.fetch(Q.removals, petition_id, REMOVALS_MOST), Removal)


async def list_versions(db: Db, petition_id: int) -> list[Version]:
    return _all(await db.fetch(Q.versions, petition_id), Version)


async def list_milestones(db: Db, petition_id: int) -> list[tuple[int, datetime]]:
    rows = await db.fetch(Q.milestones, petition_id)
    return [(row["signatures"], row["reached_at"]) for row in rows]


def _all(rows: list[Any], kind: type[Any]) -> list[Any]:
    return [msgspec.convert(dict(row), kind) for row in rows]
