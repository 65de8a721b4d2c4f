"""Media attachments as processes keep them and doors present them."""

from typing import Any, Literal

import msgspec

State = Literal["waiting", "ready", "failed"]


class Attachment(msgspec.Struct):
    """A media attachment. `original` and `preview` are storage keys, None until processed."""

    id: int
    kind: str
    state: str
    original: str | None
    preview: str | None
    meta: dict[str, Any]
    blurhash: str | None
    description: str | None
    remote_url: str | None


class OwnMedia(Attachment):
    """As its uploader sees it: also why it failed, and whether a status shows it."""

    status_id: int | None
    failure: str | None
