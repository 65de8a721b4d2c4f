"""Searching statuses: what the search box asks, put to the text index as the viewer may use it."""

from datetime import UTC, date, datetime, time, timedelta

import msgspec

from parvis.domain.paging import LARGEST_ID
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.search_queries import SearchQuery

Q = queries("parvis.domain.search")


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of what is found."""

    limit: int = 20
    offset: int = 0
    max_id: int | None = None
    min_id: int | None = None
    account_id: int | None = None  # only statuses of this one


async def search_statuses(
    db: Db, viewer: tuple[int, str], asked: SearchQuery, own_domain: str, bounds: Bounds
) -> list[int]:
    """Ids of statuses, newest first. `viewer`: id and username. One statement; nothing for nobody.

    Found is what the viewer may see and may look through: own ones, those they had to do with, and
    public ones of authors who are indexable (Mastodon's rule).
    """
    viewer_id, username = viewer
    statement = _statement(asked, bounds)
    if not viewer_id or statement is None:
        return []
    words, phrases, no_words, no_phrases = _texts(asked)
    authors = [
        _name(username if value == "me" else value, own_domain)
        for value in _values(asked, "from", is_negated=False)
    ]
    others = [
        _name(username if value == "me" else value, own_domain)
        for value in _values(asked, "from", is_negated=True)
    ]
    rows = await db.fetch(
        statement,
        viewer_id,
        words,
        phrases,
        no_words,
        no_phrases,
        [name for name, _ in authors],
        [domain for _, domain in authors],
        [name for name, _ in others],
        [domain for _, domain in others],
        _values(asked, "has", "is", is_negated=False),
        _values(asked, "has", "is", is_negated=True),
        _values(asked, "language", is_negated=False),
        _values(asked, "language", is_negated=True),
        asked.scope,
        _midnight(asked.since),
        _day_after(asked.until),
        bounds.account_id,
        LARGEST_ID if bounds.max_id is None else bounds.max_id,
        bounds.min_id or 0,
        bounds.limit,
        bounds.offset,
    )
    return [row["id"] for row in rows]


def _statement(asked: SearchQuery, bounds: Bounds) -> str | None:
    """The cheapest way to what is asked; None when nothing is."""
    if any(not term.is_negated for term in asked.terms):
        return Q.statuses_by_words
    if bounds.account_id is None and not asked.filters and not (asked.since or asked.until):
        return None
    is_by_author = any(one.name == "from" and not one.is_negated for one in asked.filters)
    if is_by_author or bounds.account_id is not None:
        return Q.statuses_by_author
    return Q.statuses_by_filters


def _texts(asked: SearchQuery) -> tuple[list[str], ...]:
    """Words, phrases, words that must not be there, phrases that must not."""
    return tuple(
        [
            term.text
            for term in asked.terms
            if term.is_phrase is is_phrase and term.is_negated is is_negated
        ]
        for is_negated in (False, True)
        for is_phrase in (False, True)
    )


def _values(asked: SearchQuery, *names: str, is_negated: bool) -> list[str]:
    return [
        one.value for one in asked.filters if one.name in names and one.is_negated is is_negated
    ]


def _name(acct: str, own_domain: str) -> tuple[str, str]:
    username, _, domain = acct.lower().partition("@")
    return username, "" if domain == own_domain else domain


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.min, UTC)


def _day_after(day: date | None) -> datetime | None:
    return None if day in (None, date.max) else _midnight(day + timedelta(days=1))
