"""Hashtags as they are found: with a week's public history and what the viewer made of them."""

from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec

from parvis.infra.clock import now
from parvis.infra.postgres import Db
from parvis.infra.sql import queries

Q = queries("parvis.domain.search")

DAYS = 7


class TagDay(msgspec.Struct, frozen=True):
    """Public uses of a tag on a day (UTC), and by how many accounts."""

    day: date
    uses: int
    accounts: int


class FoundTag(msgspec.Struct, frozen=True):
    id: int
    name: str  # folded, as in addresses
    display_name: str
    history: list[TagDay]  # today first, seven days
    is_followed: bool
    is_featured: bool


_days = msgspec.json.Decoder(list[TagDay])


def since(days: int) -> int:
    """The smallest id of the last `days` days, today included."""
    first = now().date() - timedelta(days=days - 1)
    return id_at(datetime.combine(first, time.min, now().tzinfo))


def id_at(moment: datetime) -> int:
    """The smallest id that could be drawn at a moment."""
    return int(moment.timestamp() * 1_000) << 16


def found_tag(row: Any) -> FoundTag:
    used = {one.day: one for one in _days.decode(row["days"])}
    today = now().date()
    days = [today - timedelta(days=ago) for ago in range(DAYS)]
    history = [used.get(day) or TagDay(day, 0, 0) for day in days]
    return FoundTag(
        row["id"],
        row["name"],
        row["display_name"],
        history,
        row["is_followed"],
        row["is_featured"],
    )


async def find_tags(
    db: Db, viewer_id: int, prefix: str, *, limit: int, offset: int = 0
) -> list[FoundTag]:
    """Tags that begin so, accents and case aside, as far as they are used in public. 1 statement."""
    if not prefix or "\0" in prefix:
        return []
    pattern = prefix.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    rows = await db.fetch(Q.tags, viewer_id, pattern, limit, offset, since(DAYS))
    return [found_tag(row) for row in rows]
