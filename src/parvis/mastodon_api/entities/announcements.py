"""Announcement and its reactions as the API shows them."""

import msgspec
from msgspec import UNSET, UnsetType

from parvis.domain.addresses import Addresses
from parvis.domain.network.announcements import Announcement, Reaction
from parvis.domain.network.emojis import Emoji
from parvis.mastodon_api.entities.emojis import CustomEmoji
from parvis.mastodon_api.entities.statuses import MentionEntity, TagEntity
from parvis.protocols import text as texts
from parvis.protocols.emoji import find_shortcodes
from parvis.protocols.timestamps import iso


class ReactionEntity(msgspec.Struct):
    name: str
    count: int
    me: bool
    url: str | UnsetType = UNSET  # of custom emoji alone, as the next
    static_url: str | UnsetType = UNSET


class ReactionTold(msgspec.Struct):
    """How many there are now, as streams tell it to everybody."""

    name: str
    count: int
    announcement_id: str
    url: str | UnsetType = UNSET
    static_url: str | UnsetType = UNSET


class AnnouncedStatus(msgspec.Struct):
    id: str
    url: str


class AnnouncementEntity(msgspec.Struct):
    id: str
    content: str  # HTML
    starts_at: str | None
    ends_at: str | None
    all_day: bool
    published_at: str
    updated_at: str
    read: bool
    mentions: list[MentionEntity]  # names in announcements are not linked
    statuses: list[AnnouncedStatus]
    tags: list[TagEntity]
    emojis: list[CustomEmoji]
    reactions: list[ReactionEntity]


def announcement_entity(
    one: Announcement,
    *,
    is_read: bool,
    reactions: list[Reaction],
    emojis: list[Emoji],
    addresses: Addresses,
) -> AnnouncementEntity:
    """`emojis`: all that may be used; those the text names are told with it."""
    parsed = texts.parse(one.text)
    named = find_shortcodes(one.text)
    names = dict.fromkeys(tag.normalised for tag in parsed.hashtags)
    return AnnouncementEntity(
        id=str(one.id),
        content=texts.to_html(parsed, {}, addresses.tag_url),
        starts_at=iso(one.starts_at) if one.starts_at else None,
        ends_at=iso(one.ends_at) if one.ends_at else None,
        all_day=one.is_all_day,
        published_at=iso(one.published_at or one.updated_at),
        updated_at=iso(one.updated_at),
        read=is_read,
        mentions=[],
        statuses=[],
        tags=[TagEntity(name, addresses.tag_url(name)) for name in names],
        emojis=[
            CustomEmoji(
                emoji.shortcode,
                addresses.media_url(emoji.url),
                addresses.media_url(emoji.static_url),
                emoji.is_visible,
                emoji.category,
            )
            for emoji in emojis
            if emoji.shortcode in named
        ],
        reactions=[_reaction(reaction, addresses) for reaction in reactions],
    )


def reaction_told(announcement_id: int, one: Reaction, addresses: Addresses) -> ReactionTold:
    shown = _reaction(one, addresses)
    return ReactionTold(one.name, one.count, str(announcement_id), shown.url, shown.static_url)


def _reaction(one: Reaction, addresses: Addresses) -> ReactionEntity:
    return ReactionEntity(
        one.name,
        one.count,
        one.is_mine,
        addresses.media_url(one.url) if one.url else UNSET,
        addresses.media_url(one.static_url) if one.static_url else UNSET,
    )
