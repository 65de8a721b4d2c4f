"""Pictures people give: what is taken, and making a still one of it at once (avatars, emoji)."""

import secrets
from typing import Literal

from parvis.domain.errors import Invalid
from parvis.infra.images import ImageInvalid, Made, Wanted
from parvis.infra.jobs import Means
from parvis.protocols.content_types import sniff
from parvis.protocols.image_sizes import find_size

MIB = 1 << 20
MAX_PIXELS = 33_177_600  # 7680 x 4320, Mastodon's own limit: what decoding it costs stays bounded
# Kinds we can make pictures of. HEIC is not among them: its decoder is not free to ship.
KINDS = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif")

# Kinds whose name in a refusal is not what their type says.
SAID = {
    "audio/mpeg": "MP3",
    "audio/mp4": "M4A",
    "video/quicktime": "QuickTime",
    "video/webm": "WebM",
}

Folder = Literal["media", "accounts", "emojis", "network"]


def check(field: str, head: bytes, size: int, maximum: int, kinds: tuple[str, ...] = KINDS) -> str:
    """The kind of a file, by its first bytes; refused when no picture can be made of it."""
    check_size(field, size, maximum)
    kind = check_kind(field, head, kinds)
    check_area(field, kind, head)
    return kind


def check_size(field: str, size: int, maximum: int) -> None:
    named = field.capitalize()
    if not size:
        raise Invalid(field, f"Validation failed: {named} can't be blank", reason="ERR_BLANK")
    if size > maximum:
        most = f"{maximum // MIB} MB" if maximum >= MIB else f"{maximum >> 10} KB"
        raise Invalid(field, f"Validation failed: {named} must be less than {most}")


def check_kind(field: str, head: bytes, kinds: tuple[str, ...]) -> str:
    """The kind of a file by its first bytes, one of those that are taken."""
    kind = sniff(head)
    if kind is None or kind not in kinds:
        given = f"{field.capitalize()} type {kind}" if kind else f"This type of {field}"
        names = dict.fromkeys(SAID.get(one, one.partition("/")[2].upper()) for one in kinds)
        *others, last = names
        raise Invalid(
            field,
            f"Validation failed: {given} is not supported; send {', '.join(others)} or {last}",
        )
    return kind


def check_area(field: str, kind: str, head: bytes) -> None:
    """Refuse a picture that says it is larger than we decode."""
    measured = find_size(kind, head)
    if measured is not None and measured[0] * measured[1] > MAX_PIXELS:
        raise Invalid(
            field,
            f"Validation failed: {measured[0]}x{measured[1]} images are not supported;"
            f" make it smaller than {MAX_PIXELS / 1e6:.0f} megapixels",
        )


def new_key(folder: Folder, name: str, extension: str, secret: str | None = None) -> str:
    """A storage key that nobody guesses: 256 bits."""
    secret = secret or secrets.token_urlsafe(32)
    return f"{folder}/{secret[:2]}/{secret}/{name}.{extension}"


async def make_at_once(
    means: Means, field: str, kind: str, content: bytes, *wanted: Wanted
) -> Made:
    """Pictures of a checked upload, made while the caller waits; outside any transaction."""
    try:
        return await means.images.make(kind, content, *wanted)
    except ImageInvalid as refused:
        raise Invalid(field, f"Validation failed: {field.capitalize()} {refused}") from None
