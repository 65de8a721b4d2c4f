"""CustomEmoji as the API shows it."""

from typing import Any

import msgspec

from parvis.domain.addresses import Addresses


class CustomEmoji(msgspec.Struct):
    shortcode: str
    url: str
    static_url: str
    visible_in_picker: bool
    category: str | None = None
    featured: bool = False


def emojis_of(kept: list[Any], addresses: Addresses) -> list[CustomEmoji]:
    """Emoji as stored beside what uses them: their addresses are storage keys or whole ones."""
    return [
        CustomEmoji(
            one["shortcode"],
            one["url"] if "://" in one["url"] else addresses.media_url(one["url"]),
            one["static_url"]
            if "://" in one["static_url"]
            else addresses.media_url(one["static_url"]),
            one.get("visible_in_picker", True),
            one.get("category"),
        )
        for one in kept
    ]
