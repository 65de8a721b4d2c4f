"""Custom emoji of this network: pictures with a name, kept in process until one changes."""

from typing import Any

import msgspec

from parvis.domain import pictures
from parvis.domain.errors import Invalid, NotFound
from parvis.domain.words import clean
from parvis.infra import jobs
from parvis.infra.images import Wanted
from parvis.infra.jobs import Means
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact, slot_of
from parvis.infra.sql import queries
from parvis.protocols.emoji import ShortcodeInvalid, parse_shortcode

Q = queries("parvis.domain.network")

MAX_BYTES = 256 * 1024
KINDS = ("image/png", "image/gif", "image/webp")
MAX_CATEGORY = 100
# Apps show emoji at 20 to 40 points; dense screens want four times as many pixels.
MOVING = Wanted("emoji", area=160 * 160, moves=True)
STILL = Wanted("static", area=160 * 160)


class Emoji(msgspec.Struct, frozen=True):
    """`url` and `static_url` are storage keys, as beside what uses the emoji."""

    id: int
    shortcode: str
    url: str
    static_url: str
    category: str | None
    is_visible: bool  # in the picker


class EmojiList(msgspec.Struct):
    """`encoded` is for doors, which keep there what they made of the list."""

    emojis: list[Emoji]
    encoded: dict[str, bytes] = {}


class Emojis:
    """Reached by `db.kept(Emojis)`."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self._kept: tuple[int, EmojiList] | None = None

    async def list(self) -> EmojiList:
        """All that may be used, in the picker's order. 0 or 1 statement."""
        value = self.db.slots.values[slot_of(Fact.NETWORK, 0)]
        if self._kept is None or self._kept[0] != value:
            rows = await self.db.fetch(Q.list_emojis)
            self._kept = value, EmojiList([Emoji(**dict(row)) for row in rows])
        return self._kept[1]


class Drawn(msgspec.Struct, frozen=True):
    """A checked emoji whose pictures are stored."""

    shortcode: str
    url: str
    static_url: str
    category: str | None


async def draw(means: Means, shortcode: str, content: bytes, category: str | None = None) -> Drawn:
    """Check an emoji and store its pictures; before the transaction that adds it."""
    try:
        shortcode = parse_shortcode(shortcode)
    except ShortcodeInvalid as wrong:
        raise Invalid("shortcode", f"Validation failed: {wrong}") from None
    category = clean(category or "", "category", MAX_CATEGORY).strip() or None
    kind = pictures.check("image", content, len(content), MAX_BYTES, KINDS)
    made = await pictures.make_at_once(means, "image", kind, content, MOVING, STILL)
    moving, still = made.pictures["emoji"], made.pictures["static"]
    url = pictures.new_key("emojis", "emoji", moving.extension)
    await means.storage.put(url, moving.content, moving.content_type)
    if made.frames == 1:
        return Drawn(shortcode, url, url, category)
    static_url = pictures.new_key("emojis", "static", still.extension)
    await means.storage.put(static_url, still.content, still.content_type)
    return Drawn(shortcode, url, static_url, category)


async def add(tx: Tx, drawn: Drawn) -> int:
    """Add an emoji, or give one of that name a new picture. What was written with the old picture
    keeps it, so its files stay.
    """
    emoji_id = await tx.fetchval(
        Q.add_emoji, drawn.shortcode, drawn.url, drawn.static_url, drawn.category
    )
    tx.touch(Fact.NETWORK, 0)
    return emoji_id


async def remove(tx: Tx, *shortcodes: str) -> None:
    """Remove emoji with their files: what was written with one keeps its name and loses the picture."""
    rows = await tx.fetch(Q.remove_emoji, list(shortcodes))
    if not rows:
        raise NotFound
    tx.touch(Fact.NETWORK, 0)
    await jobs.enqueue(tx, "remove_files", {"keys": [key for row in rows for key in _files(row)]})
    for kind in ("forget_emoji_in_statuses", "forget_emoji_in_accounts"):
        await jobs.enqueue(tx, kind, *({"url": row["url"]} for row in rows))


def _files(row: Any) -> list[str]:
    return [key for key in sorted({row["url"], row["static_url"]}) if "://" not in key]


class EveryEmoji(msgspec.Struct, frozen=True):
    """An emoji as its keepers see it; `is_disabled`: it may not be used in new texts."""

    id: int
    shortcode: str
    url: str
    static_url: str
    category: str | None
    is_visible: bool
    is_disabled: bool


async def list_every(db: Db) -> list[EveryEmoji]:
    """All of the network's own, hidden and disabled ones too."""
    return [EveryEmoji(**dict(row)) for row in await db.fetch(Q.list_every_emoji)]


class EmojiChange(msgspec.Struct, frozen=True):
    """What becomes different; None: stays. A category of "" is none."""

    category: str | None = None
    is_visible: bool | None = None
    is_disabled: bool | None = None


async def change_emojis(tx: Tx, shortcodes: list[str], change: EmojiChange) -> None:
    """Move emoji to a category, show them in pickers or not, allow them or not. One statement."""
    category = change.category
    if category is not None:
        category = clean(category, "category", MAX_CATEGORY).strip()
    found = await tx.fetch(
        Q.change_emojis, shortcodes, category, change.is_visible, change.is_disabled
    )
    if not found:
        raise NotFound
    tx.touch(Fact.NETWORK, 0)


async def rename_category(tx: Tx, old: str, new: str) -> None:
    """Give a category another name; one that is there already takes its emoji in."""
    new = clean(new, "category", MAX_CATEGORY).strip()
    if not await tx.fetch(Q.rename_category, old, new):
        raise NotFound
    tx.touch(Fact.NETWORK, 0)


async def list_emojis(db: Db) -> EmojiList:
    """Emoji that may be used now."""
    return await db.kept(Emojis).list()
