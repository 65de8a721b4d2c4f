"""Status as the API shows it: parts encoded once and joined, with the viewer's marks spliced in.

The parts that are the same for everybody stay on the row they come from, so that they live exactly
as long as it does (domain/statuses/shelves.py decides that, and who sees what).
"""

import msgspec

from parvis.domain.accounts.types import ShownAccount
from parvis.domain.addresses import Addresses
from parvis.domain.ids import NOBODY
from parvis.domain.statuses.types import Shown, StatusRow
from parvis.mastodon_api.entities.accounts import account_bytes
from parvis.mastodon_api.entities.emojis import CustomEmoji, emojis_of
from parvis.mastodon_api.entities.media import MediaAttachment, media_entity
from parvis.mastodon_api.entities.polls import poll_bytes
from parvis.protocols.timestamps import iso

CARD_LONGEST = 300  # letters of a link's description


class MentionEntity(msgspec.Struct):
    id: str
    username: str
    url: str
    acct: str


class TagEntity(msgspec.Struct):
    name: str
    url: str


class ApplicationEntity(msgspec.Struct):
    name: str
    website: str | None


class StatusIdentity(msgspec.Struct):
    """What a reblog has of its own."""

    id: str
    created_at: str
    in_reply_to_id: str | None
    in_reply_to_account_id: str | None
    visibility: str
    uri: str
    url: str | None
    application: ApplicationEntity | None


class QuoteApproval(msgspec.Struct):
    """Quoting is not offered here: nobody may."""

    automatic: list[str] = []
    manual: list[str] = []
    current_user: str = "denied"


class PreviewCard(msgspec.Struct):
    """What a link leads to, as Mastodon names it; here always a page without a picture."""

    url: str
    title: str
    description: str
    language: str | None
    provider_name: str
    provider_url: str
    published_at: str | None
    type: str = "link"
    author_name: str = ""
    author_url: str = ""
    authors: list[str] = []
    html: str = ""
    width: int = 0
    height: int = 0
    image: None = None
    image_description: str = ""
    embed_url: str = ""
    blurhash: None = None


class StatusContent(msgspec.Struct):
    """What a status says, the same for everybody."""

    sensitive: bool
    spoiler_text: str
    language: str | None
    content: str
    edited_at: str | None
    media_attachments: list[MediaAttachment]
    mentions: list[MentionEntity]
    tags: list[TagEntity]
    emojis: list[CustomEmoji]
    quote_approval: QuoteApproval
    tagged_collections: list[str] = []
    quotes_count: int = 0
    card: PreviewCard | None = None
    quote: None = None


class StatusRepeated(msgspec.Struct):
    """What a reblog repeats of the reblogged; the rest stands in `reblog` alone, as on Mastodon."""

    sensitive: bool
    spoiler_text: str
    language: str | None
    content: str
    quote_approval: QuoteApproval
    edited_at: None = None
    media_attachments: list[str] = []
    mentions: list[str] = []
    tags: list[str] = []
    emojis: list[str] = []
    tagged_collections: list[str] = []
    quotes_count: int = 0
    card: None = None
    quote: None = None


def identity_bytes(row: StatusRow) -> bytes:
    kept: bytes | None = row.__dict__.get("api_identity")
    if kept is None:
        entity = StatusIdentity(
            str(row.id),
            iso(row.created_at),
            # Also of a parent that its reader may not see, as Mastodon tells it: the number opens nothing,
            # and clients put what is an answer where answers stand.
            _id(row.in_reply_to_id),
            _id(row.in_reply_to_account_id),
            row.visibility,
            row.uri,
            row.url,
            ApplicationEntity(row.app.name, row.app.website) if row.app else None,
        )
        kept = vars(row)["api_identity"] = msgspec.json.encode(entity)[1:-1]
    return kept


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)


def content_bytes(row: StatusRow, addresses: Addresses) -> bytes:
    kept: bytes | None = row.__dict__.get("api_content")
    if kept is None:
        entity = StatusContent(
            row.is_sensitive,
            row.spoiler_text,
            row.language,
            row.content,
            iso(row.edited_at) if row.edited_at else None,
            [media_entity(media, addresses) for media in row.media],
            [MentionEntity(str(m.id), m.username, m.url, m.acct) for m in row.mentions],
            [TagEntity(name, addresses.tag_url(name)) for name in row.tags],
            emojis_of(row.emojis, addresses),
            QuoteApproval(),
            card=_card(row, addresses),
        )
        kept = vars(row)["api_content"] = msgspec.json.encode(entity)[1:-1]
    return kept


def _card(row: StatusRow, addresses: Addresses) -> PreviewCard | None:
    """Of a petition or room that is announced here; nothing is fetched for any other link."""
    named = row.petition
    if row.room is not None:
        return PreviewCard(
            f"{addresses.root}{row.room.path}",
            row.room.title,
            f"{row.room.starts_at:%Y-%m-%d %H:%M} UTC",
            row.language,
            addresses.domain,
            addresses.root,
            iso(row.created_at),
        )
    if named is None:
        return None
    return PreviewCard(
        f"{addresses.root}/petitions/{named.id}",
        named.title,
        f"{named.addressee} · {' '.join(named.text.split())}"[:CARD_LONGEST],
        row.language,
        addresses.domain,
        addresses.root,
        iso(row.created_at),
    )


def repeated_bytes(row: StatusRow) -> bytes:
    kept: bytes | None = row.__dict__.get("api_repeated")
    if kept is None:
        entity = StatusRepeated(
            row.is_sensitive, row.spoiler_text, row.language, row.content, QuoteApproval()
        )
        kept = vars(row)["api_repeated"] = msgspec.json.encode(entity)[1:-1]
    return kept


def _marks(bits: int, pinned: bytes) -> bytes:
    words = tuple(b"true" if bits >> place & 1 else b"false" for place in range(4))
    return (
        b',"favourited":%b,"reblogged":%b,"muted":%b,"bookmarked":%b,"filtered":[]' % words + pinned
    )


# The viewer's marks for every combination, encoded once: index = bits of the verdict. Whether it is
# pinned is told only of what could be: an own status that is no reblog and not direct.
_MARKS = [
    _marks(bits, pinned)
    for pinned in (b"", b',"pinned":false', b',"pinned":true')
    for bits in range(16)
]


def marks_bytes(shown: Shown, proper: Shown, viewer_id: int) -> bytes:
    """What the viewer did with it; nothing for nobody."""
    if viewer_id == NOBODY:
        return b""
    verdict, row = proper.verdict, shown.status
    index = (
        verdict.is_favourited
        | verdict.is_reblogged << 1
        | verdict.is_muted << 2
        | verdict.is_bookmarked << 3
    )
    if row.account_id == viewer_id and shown is proper and row.visibility != "direct":
        index += 32 if verdict.is_pinned else 16
    return _MARKS[index]


def status_bytes(shown: Shown, viewer_id: int, addresses: Addresses) -> bytes:
    """A whole Status for this viewer."""
    inner = shown.reblog
    proper = inner or shown
    row, counters = proper.status, proper.counters
    return (
        b'{%b,"account":%b,%b,"replies_count":%d,"reblogs_count":%d,"favourites_count":%d%b,'
        b'"reblog":%b,"poll":%b}'
        % (
            identity_bytes(shown.status),
            account_bytes(ShownAccount(shown.author, shown.author_counters), addresses),
            content_bytes(row, addresses) if inner is None else repeated_bytes(row),
            counters.replies,
            counters.reblogs,
            counters.favourites,
            marks_bytes(shown, proper, viewer_id),
            b"null" if inner is None else status_bytes(inner, viewer_id, addresses),
            b"null"
            if row.poll is None or inner is not None
            else poll_bytes(proper, viewer_id, addresses),
        )
    )


def source_bytes(shown: Shown, viewer_id: int, addresses: Addresses) -> bytes:
    """A whole Status with the text as it was written."""
    text = msgspec.json.encode(shown.status.text)
    return b'%b,"text":%b}' % (status_bytes(shown, viewer_id, addresses)[:-1], text)


def statuses_bytes(shown: list[Shown], viewer_id: int, addresses: Addresses) -> bytes:
    return b"[%b]" % b",".join([status_bytes(one, viewer_id, addresses) for one in shown])
