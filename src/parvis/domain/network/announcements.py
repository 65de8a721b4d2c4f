"""Announcements: what the network tells all its members, until its end or until they put it away.

As in Mastodon one is shown from its publication on: `starts_at` and `ends_at` are the times of what is
announced, and after the second it is shown no more.
"""

import unicodedata
from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.events import AnnouncementChanged, AnnouncementReacted
from parvis.domain.shelf import Shelf
from parvis.domain.wakes import wakes
from parvis.domain.wakes.wakes import Wake
from parvis.domain.words import clean
from parvis.infra.clock import now
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact, slot_of
from parvis.infra.sql import queries
from parvis.protocols import graphemes
from parvis.protocols.emoji import MAX_SHORTCODE

Q = queries("parvis.domain.network")

MAX_TEXT = 5_000
REACTIONS_MOST = 8  # different ones on an announcement; Mastodon's
EMOJI_LONGEST = 40  # code points of one emoji: families are long
_KEYCAP = "\u20e3"


class Announcement(msgspec.Struct, frozen=True):
    """`published_at` None: a draft, which only those who write it see."""

    id: int
    text: str
    starts_at: datetime | None
    ends_at: datetime | None
    is_all_day: bool
    published_at: datetime | None
    updated_at: datetime

    @property
    def is_current(self) -> bool:
        """Whether it is shown now."""
        return self.published_at is not None and (self.ends_at is None or self.ends_at > now())


class AnnouncementDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be announced."""

    text: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_all_day: bool = False
    is_published: bool = True


class Reaction(msgspec.Struct, frozen=True):
    """`url` and `static_url` are storage keys; None for an emoji that is a character."""

    announcement_id: int
    name: str
    count: int
    is_mine: bool
    url: str | None
    static_url: str | None


class Announcements:
    """Reached by `db.kept(Announcements)`."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self._kept: tuple[int, list[Announcement]] | None = None
        self._dismissed: Shelf[tuple[int, frozenset[int]]] = Shelf(db.slots.values, room=10_000)

    async def list(self) -> list[Announcement]:
        """All of them, the newest first. 0 or 1 statement."""
        value = self.db.slots.values[slot_of(Fact.NETWORK, 0)]
        if self._kept is None or self._kept[0] != value:
            rows = await self.db.fetch(Q.list_announcements)
            self._kept = value, [Announcement(**dict(row)) for row in rows]
        return self._kept[1]

    async def dismissed(self, viewer_id: int) -> frozenset[int]:
        """What somebody has put away. 0 or 1 statement. It rests on the viewer, and on the network, which
        shows an announcement anew to everybody.
        """
        network = self.db.slots.values[slot_of(Fact.NETWORK, 0)]
        kept = self._dismissed.get(viewer_id)
        if kept is not None and kept[0] == network:
            return kept[1]
        slot = slot_of(Fact.VIEWER, viewer_id)
        value = self.db.slots.values[slot]
        rows = await self.db.fetch(Q.list_dismissed, viewer_id)
        found = frozenset(row["announcement_id"] for row in rows)
        self._dismissed.put(viewer_id, slot, value, (network, found))
        return found


async def list_announcements(db: Db) -> list[Announcement]:
    """Every announcement, drafts and past ones too."""
    return await db.kept(Announcements).list()


async def list_current(db: Db) -> list[Announcement]:
    """What is announced at the moment, the newest first."""
    return [one for one in await list_announcements(db) if one.is_current]


async def list_unread(db: Db, viewer_id: int) -> list[Announcement]:
    """What somebody has not put away; all of it for visitors. No statement while nothing is announced."""
    current = await list_current(db)
    if not current or not viewer_id:
        return current
    dismissed = await db.kept(Announcements).dismissed(viewer_id)
    return [one for one in current if one.id not in dismissed]


async def who_put_away(
    db: Db, announcement_ids: Collection[int], account_ids: Collection[int]
) -> set[tuple[int, int]]:
    """(announcement, account) of those among these who put it away."""
    rows = await db.fetch(Q.list_who_dismissed, list(announcement_ids), list(account_ids))
    return {(row["announcement_id"], row["account_id"]) for row in rows}


async def find_announcement(db: Db, announcement_id: int) -> Announcement:
    for one in await list_announcements(db):
        if one.id == announcement_id:
            return one
    raise NotFound


async def announce(tx: Tx, draft: AnnouncementDraft) -> int:
    """Keep an announcement, published or as a draft; answers its id."""
    draft = _check(draft)
    announcement_id = await tx.fetchval(
        Q.add_announcement,
        draft.text,
        draft.starts_at,
        draft.ends_at,
        draft.is_all_day,
        draft.is_published,
    )
    tx.touch(Fact.NETWORK, 0)
    if draft.is_published:
        tx.emit(AnnouncementChanged(announcement_id))
    return announcement_id


async def change_announcement(
    tx: Tx, announcement_id: int, draft: AnnouncementDraft, *, is_news: bool = False
) -> None:
    """Reword one. `is_news`: those who put it away are shown it again."""
    draft = _check(draft)
    was_published = await tx.fetchval(
        Q.change_announcement,
        announcement_id,
        draft.text,
        draft.starts_at,
        draft.ends_at,
        draft.is_all_day,
        draft.is_published,
        is_news,
    )
    if was_published is None:
        raise NotFound
    tx.touch(Fact.NETWORK, 0)
    if was_published or draft.is_published:
        tx.emit(AnnouncementChanged(announcement_id))


def _check(draft: AnnouncementDraft) -> AnnouncementDraft:
    text = clean(draft.text, "text", MAX_TEXT).strip()
    if not text:
        raise Invalid("text", "Validation failed: Text can't be blank", reason="ERR_BLANK")
    if draft.starts_at and draft.ends_at and draft.ends_at < draft.starts_at:
        raise Invalid("ends_at", "Validation failed: It ends before it starts")
    return msgspec.structs.replace(draft, text=text)


async def remove_announcement(tx: Tx, announcement_id: int) -> None:
    was_published = await tx.fetchval(Q.remove_announcement, announcement_id)
    if was_published is None:
        raise NotFound
    tx.touch(Fact.NETWORK, 0)
    if was_published:
        tx.emit(AnnouncementChanged(announcement_id))


async def dismiss(tx: Tx, account_id: int, announcement_id: int) -> None:
    """Somebody has read it; putting away what is put away is no error."""
    if not await tx.fetchval(Q.dismiss_announcement, account_id, announcement_id):
        raise NotFound
    tx.touch(Fact.VIEWER, account_id)


async def react(tx: Tx, account_id: int, announcement_id: int, name: str) -> None:
    """React with an emoji, or with one of the network's by its name."""
    name = clean(name, "name", MAX_SHORTCODE)
    row = await tx.fetchrow(
        Q.react, account_id, announcement_id, name, REACTIONS_MOST, is_emoji(name)
    )
    if row is None:
        raise NotFound
    if not row["is_known"]:
        raise Invalid("name", "Validation failed: Name is not a recognized emoji")
    if not row["has_room"]:
        raise Invalid("name", "Validation failed: Limit of different reactions reached")
    tx.emit(AnnouncementReacted(announcement_id, name))


async def unreact(tx: Tx, account_id: int, announcement_id: int, name: str) -> None:
    name = clean(name, "name", MAX_SHORTCODE)
    if not await tx.fetchval(Q.unreact, account_id, announcement_id, name):
        raise NotFound
    tx.emit(AnnouncementReacted(announcement_id, name))


async def tell_changed(tx: Tx, told: list[AnnouncementChanged]) -> None:
    """Handler: streams tell it as it is now, or that it is gone."""
    await wakes.write(tx, [Wake("announcement", one.announcement_id) for one in told])


async def tell_reacted(tx: Tx, told: list[AnnouncementReacted]) -> None:
    pairs = dict.fromkeys((one.announcement_id, one.name) for one in told)
    await wakes.write(tx, [Wake("reaction", id_, name=name) for id_, name in pairs])


def is_emoji(name: str) -> bool:
    """Whether a text is one emoji: one character to the eye, of symbols."""
    if len(name) > EMOJI_LONGEST or graphemes.count(name) != 1:
        return False
    return _KEYCAP in name or any(unicodedata.category(letter) == "So" for letter in name)


async def list_reactions(
    db: Db, viewer_id: int, announcement_ids: list[int]
) -> dict[int, list[Reaction]]:
    """Reactions by announcement. One statement, or none."""
    if not announcement_ids:
        return {}
    rows: list[Any] = await db.fetch(Q.list_reactions, announcement_ids, viewer_id)
    found: dict[int, list[Reaction]] = {}
    for row in rows:
        found.setdefault(row["announcement_id"], []).append(Reaction(**dict(row)))
    return found
