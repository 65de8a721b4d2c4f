"""Hashtags: how much they are used, who follows them, who shows them on their page."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from parvis.domain.accounts.gate import Act, gate_and
from parvis.domain.errors import Invalid, NotFound
from parvis.domain.events import Visibility
from parvis.domain.paging import paged
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries
from parvis.protocols import text as texts
from parvis.protocols.ids import first_id_at
from parvis.protocols.paging import Page

Q = queries("parvis.domain.statuses")

DAYS = 7
FEATURED_MOST = 10
SUGGESTED_MOST = 10
KEPT = 10_000  # histories a process


class Day(msgspec.Struct, frozen=True):
    day: date
    uses: int
    accounts: int


class Tag(msgspec.Struct, frozen=True):
    """A hashtag as one viewer sees it. Whether a row of it exists is told to nobody."""

    name: str  # folded
    display_name: str | None  # None: spelled by nobody where everybody could read it
    history: list[Day]  # today first
    is_followed: bool = False
    is_featured: bool = False


class FeaturedTag(msgspec.Struct, frozen=True):
    """A hashtag on somebody's page."""

    id: int
    name: str
    display_name: str | None
    statuses: int
    last_on: date | None


def parse_name(name: str) -> tuple[str, str]:
    """A hashtag's folded name and the name as written; refuses what is none."""
    written = name.strip().removeprefix("#")
    found = texts.parse(f"#{written}").hashtags
    if len(found) != 1 or found[0].name != written or "\0" in written:
        raise Invalid("name", "Validation failed: Name is not a hashtag")
    return found[0].normalised, written


def spelled(parsed: texts.Parsed, visibility: Visibility) -> dict[str, str | None]:
    """Hashtags of a text, folded → as written; a spelling nobody else may see spells for nobody."""
    is_open = visibility in ("public", "unlisted")
    return {tag.normalised: tag.name if is_open else None for tag in parsed.hashtags}


class Histories:
    """Uses of hashtags in the last days, counted once a minute. Reached by `db.kept(Histories)`."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self._kept: dict[int, list[Day]] = {}
        self._minute = 0

    async def show(self, ids: list[int]) -> dict[int, list[Day]]:
        minute = int(time.time() // 60)
        if minute != self._minute or len(self._kept) > KEPT:
            self._kept, self._minute = {}, minute
        kept = self._kept
        missing = [id_ for id_ in ids if id_ not in kept]
        if missing:
            kept |= await self._count(missing)
        return {id_: kept[id_] for id_ in ids}

    async def _count(self, ids: list[int]) -> dict[int, list[Day]]:
        days = last_days()
        since = datetime(days[-1].year, days[-1].month, days[-1].day, tzinfo=UTC)
        rows = await self.db.fetch(Q.tag_histories, ids, first_id_at(since), days[-1])
        counted = {(row["tag_id"], row["day"]): Day(*row[1:]) for row in rows}
        return {id_: [counted.get((id_, day)) or Day(day, 0, 0) for day in days] for id_ in ids}


def last_days() -> list[date]:
    """Today and the days before it, of which a history tells."""
    today = datetime.now(UTC).date()
    return [today - timedelta(days=back) for back in range(DAYS)]


async def list_tags(db: Db, viewer_id: int, names: list[str]) -> list[Tag]:
    """Hashtags by folded names; those nobody knows are left out. At most two statements."""
    rows: list[Any] = await db.fetch(Q.show_tags, viewer_id, names)
    return await with_histories(db, rows)


async def with_histories(db: Db, rows: list[Any]) -> list[Tag]:
    """Rows of tags with their public uses; one statement when histories have to be counted."""
    histories = await db.kept(Histories).show([row["id"] for row in rows])
    return [
        Tag(
            row["name"],
            row["display_name"],
            histories[row["id"]],
            row["is_followed"],
            row["is_featured"],
        )
        for row in rows
    ]


async def get_tag(db: Db, viewer_id: int, name: str) -> Tag:
    """A hashtag by its name in any spelling; one that nobody used yet has an empty history."""
    try:
        folded, written = parse_name(name)
    except Invalid:
        raise NotFound from None
    found = await list_tags(db, viewer_id, [folded])
    if not found:
        return Tag(folded, written, [Day(day, 0, 0) for day in last_days()])
    return msgspec.structs.replace(found[0], display_name=found[0].display_name or written)


async def follow_tag(tx: Tx, account_id: int, name: str) -> None:
    """Meet public statuses with a hashtag in one's home from now on."""
    folded, written = _or_not_found(name)
    _touch(tx, account_id)
    await tx.execute(Q.follow_tag, account_id, folded, written)


async def unfollow_tag(tx: Tx, account_id: int, name: str) -> None:
    folded, _ = _or_not_found(name)
    _touch(tx, account_id)
    await tx.execute(Q.unfollow_tag, account_id, folded)


def _or_not_found(name: str) -> tuple[str, str]:
    try:
        return parse_name(name)
    except Invalid:
        raise NotFound from None


def _touch(tx: Tx, account_id: int) -> None:
    tx.touch(Fact.VIEWER, account_id)
    tx.touch(Fact.HOME, account_id)


async def list_followed_tags(db: Db, account_id: int, page: Page) -> list[tuple[int, Tag]]:
    """Hashtags an account follows, with the cursors of the list."""
    rows = await paged(db, Q, "followed_tags", page, account_id)
    found = {tag.name: tag for tag in await list_tags(db, account_id, [r["name"] for r in rows])}
    return [(row["relation_id"], found[row["name"]]) for row in rows if row["name"] in found]


async def feature_tag(tx: Tx, account_id: int, name: str) -> None:
    """Show a hashtag on one's page."""
    folded, written = parse_name(name)
    await gate_and(tx, Act(account_id, "change_account"), Q.hold_featured_tags, account_id)
    tx.touch(Fact.VIEWER, account_id)
    if not await tx.fetchval(Q.feature_tag, account_id, folded, written, FEATURED_MOST):
        raise Invalid(
            "name",
            "Validation failed: You have already featured the maximum number of hashtags "
            f"({FEATURED_MOST})",
        )


async def unfeature_tag(tx: Tx, account_id: int, name: str) -> None:
    """No longer show a hashtag, by its name."""
    folded, _ = _or_not_found(name)
    tx.touch(Fact.VIEWER, account_id)
    await tx.fetchval(Q.unfeature_tag, account_id, folded, None)


async def unfeature(tx: Tx, account_id: int, featured_id: int) -> None:
    """No longer show a hashtag, by the id it has on the page."""
    tx.touch(Fact.VIEWER, account_id)
    if await tx.fetchval(Q.unfeature_tag, account_id, None, featured_id) is None:
        raise NotFound


async def list_featured_tags(db: Db, account_id: int, name: str | None = None) -> list[FeaturedTag]:
    """What an account shows on its page; `name`: only this one."""
    folded = None if name is None else parse_name(name)[0]
    return [FeaturedTag(*row) for row in await db.fetch(Q.featured_tags, account_id, folded)]


async def list_own_tags(db: Db, account_id: int) -> list[Tag]:
    """Hashtags an account lately used and could show on its page."""
    rows = await db.fetch(Q.own_tags, account_id, SUGGESTED_MOST)
    return await list_tags(db, account_id, [row["name"] for row in rows])
