"""StatusEdit and StatusSource as the API shows them."""

from typing import Any

import msgspec

from parvis.domain.accounts.types import ShownAccount
from parvis.domain.addresses import Addresses
from parvis.domain.statuses.types import Shown, Version
from parvis.mastodon_api.entities.accounts import account_bytes
from parvis.mastodon_api.entities.emojis import CustomEmoji, emojis_of
from parvis.mastodon_api.entities.media import MediaAttachment, media_entity
from parvis.protocols.timestamps import iso


class StatusEdit(msgspec.Struct):
    content: str
    spoiler_text: str
    sensitive: bool
    created_at: str
    account: msgspec.Raw
    media_attachments: list[MediaAttachment]
    emojis: list[CustomEmoji]
    poll: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    quote: None = None


class StatusSource(msgspec.Struct):
    id: str
    text: str
    spoiler_text: str


def edits_of(shown: Shown, versions: list[Version], addresses: Addresses) -> list[StatusEdit]:
    author = ShownAccount(shown.author, shown.author_counters)
    account = msgspec.Raw(account_bytes(author, addresses))
    return [
        StatusEdit(
            version.content,
            version.spoiler_text,
            version.is_sensitive,
            iso(version.created_at),
            account,
            [media_entity(media, addresses) for media in version.media],
            emojis_of(version.emojis, addresses),
            msgspec.UNSET
            if version.poll_options is None
            else {"options": [{"title": title} for title in version.poll_options]},
        )
        for version in versions
    ]
