"""MediaAttachment as the API shows it."""

from typing import Any

import msgspec

from parvis.domain.addresses import Addresses
from parvis.domain.media.types import Attachment


class MediaAttachment(msgspec.Struct):
    id: str
    type: str
    url: str | None  # None while it is being processed
    preview_url: str | None
    remote_url: str | None
    preview_remote_url: str | None
    text_url: str | None
    meta: dict[str, Any] | None
    description: str | None
    blurhash: str | None


def media_entity(media: Attachment, addresses: Addresses) -> MediaAttachment:
    return MediaAttachment(
        id=str(media.id),
        type=media.kind,
        url=addresses.media_url(media.original) if media.original else None,
        preview_url=addresses.media_url(media.preview) if media.preview else None,
        remote_url=media.remote_url,
        preview_remote_url=None,
        text_url=None,
        meta=media.meta or None,
        description=media.description,
        blurhash=media.blurhash,
    )
