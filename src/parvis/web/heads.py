"""What a page says of itself to those who link to it: messengers, search engines, readers of feeds.

Nothing stands here that a stranger would not see at first sight of the page: of a warned status the
warning, no picture behind a warning, and nothing at all of what is not public.
"""

import re
from typing import Any

import msgspec
from markupsafe import Markup

from parvis.domain.accounts.types import AccountRow
from parvis.domain.addresses import Addresses
from parvis.domain.network.settings import NetworkSettings
from parvis.domain.statuses.types import Attachment, Shown
from parvis.web import showing

SUMMARY = 200  # letters of a description: what search pages and messengers show
TERRITORIES = {"fr": "fr_FR", "en": "en_US"}  # as OpenGraph writes languages
KINDS = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "opus": "audio/ogg",
    "flac": "audio/flac",
    "wav": "audio/wav",
}
_BREAK = re.compile(r"</p>|<br ?/?>|</li>|</blockquote>")
_SEEN_SMALL = 600  # pixels; a narrower picture would be blown up as a large card


class HeadMedia(msgspec.Struct, frozen=True):
    """A picture, film or sound of a preview."""

    url: str
    kind: str  # "" when its name does not tell
    description: str = ""
    width: int | None = None
    height: int | None = None


class Feed(msgspec.Struct, frozen=True):
    """A feed of the page's messages."""

    href: str
    kind: str
    title: str


class Head(msgspec.Struct, kw_only=True):
    """The page's card. `address` is its canonical one; without a title there is no card."""

    address: str
    title: str
    description: str = ""
    kind: str = "website"
    picture: HeadMedia | None = None
    is_large: bool = False
    video: HeadMedia | None = None
    audio: HeadMedia | None = None
    published: str = ""
    modified: str = ""
    author: str = ""  # @name@domain
    tags: list[str] = []
    first_name: str = ""
    username: str = ""
    feeds: list[Feed] = []
    me: list[str] = []
    oembed: str = ""
    in_languages: bool = False  # the whole page is in the reader's language: each has an address
    data: Markup = Markup("")


def picture_of_network(settings: NetworkSettings, addresses: Addresses) -> HeadMedia | None:
    if not settings.thumbnail:
        return None
    url = showing.absolute(settings.thumbnail, addresses)
    return HeadMedia(url, kind_of(url), settings.thumbnail_description)


def picture_of_account(account: AccountRow, addresses: Addresses) -> HeadMedia | None:
    """The avatar; none of accounts whose pictures moderators found sensitive."""
    if account.avatar is None or account.is_sensitized:
        return None
    url = showing.absolute(account.avatar.static_url, addresses)
    return HeadMedia(url, kind_of(url), account.avatar.description, 400, 400)


def kind_of(url: str) -> str:
    """The type of a file by its name: the names are ours."""
    return KINDS.get(url.partition("?")[0].rpartition(".")[2].lower(), "")


def is_guarded(shown: Shown) -> bool:
    """Whether its media are shown only to who asks for them."""
    status = shown.status
    return bool(status.spoiler_text) or status.is_sensitive or shown.author.is_sensitized


def plain(html: str) -> str:
    """The words of sanitised HTML on one line."""
    return Markup(_BREAK.sub(" ", html)).striptags()  # noqa: S704 - tags are taken off


def shorten(text: str, length: int = SUMMARY) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def summary(shown: Shown, length: int = SUMMARY) -> str:
    """The beginning of a status's text; of a warned one the warning alone."""
    row = shown.status
    return shorten(row.spoiler_text or plain(row.content), length)


def first_media(shown: Shown, kinds: tuple[str, ...], addresses: Addresses) -> HeadMedia | None:
    """The first finished attachment of these kinds, when everybody may see it at once."""
    if is_guarded(shown):
        return None
    found = next((one for one in shown.status.media if one.kind in kinds and one.original), None)
    return found and media_of(found, addresses)


def media_of(one: Attachment, addresses: Addresses, *, is_preview: bool = False) -> HeadMedia:
    key = (one.preview or one.original) if is_preview else one.original
    size: dict[str, Any] = one.meta.get("small" if is_preview else "original") or {}
    url = showing.absolute(key or "", addresses)
    return HeadMedia(
        url, kind_of(url), one.description or "", size.get("width"), size.get("height")
    )


def picture_of_status(shown: Shown, addresses: Addresses) -> HeadMedia | None:
    """Its first picture, or what its film begins with."""
    if is_guarded(shown):
        return None
    for one in shown.status.media:
        if one.kind == "image" and one.original:
            return media_of(one, addresses)
        if one.preview:
            return media_of(one, addresses, is_preview=True)
    return None


def is_wide(picture: HeadMedia | None) -> bool:
    return picture is not None and (picture.width or 0) >= _SEEN_SMALL


def as_script(thing: dict[str, Any]) -> Markup:
    """JSON-LD for a script element of type application/ld+json: data, which no browser runs. Nothing in
    it can end the element.
    """
    written = msgspec.json.encode({"@context": "https://schema.org", **thing}).decode()
    for letter in "<>&\u2028\u2029":
        written = written.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(written)  # noqa: S704 - no markup is left in it
