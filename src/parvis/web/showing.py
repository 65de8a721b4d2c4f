"""What templates show of accounts and statuses: names with emoji, letters for faces, bars of polls.

Which statuses and accounts there are to show is the domain's decision (Statuses.show).
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from markupsafe import Markup, escape

from parvis.domain.accounts.types import AccountRow
from parvis.domain.addresses import Addresses
from parvis.domain.statuses.eligible import Rule, rules_of
from parvis.domain.statuses.types import (
    Attachment,
    DrawNamed,
    PetitionNamed,
    PollKind,
    PollRow,
    RoomNamed,
    Shown,
    StatusRow,
    Version,
)
from parvis.infra.clock import now
from parvis.protocols import blurhash, markdown
from parvis.protocols import text as texts

# Browsers name those they descend from, so the more special comes first.
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
VEIL = (4, 3)  # columns and rows of what covers a picture
HUES = 8  # colours of the letters that stand for a missing picture; in the style sheet
_SHORTCODE = re.compile(r":([a-zA-Z0-9_]{2,}):")
_BREAK = re.compile(r"</p>|<br ?/?>")
_SPOKEN_TO = re.compile(r"^(?:@\S+\s+)+")
_MENTION, _MENTION_APART = '<span class="h-card"', '<span dir="ltr" class="h-card"'
# What announces a petition or a draw ends with its address, which the card below leads to.
_ADDRESS_ALONE = re.compile(r'\s*<p><a href="([^"]*)"[^>]*>(?:(?!</?[ap]\b).)*</a></p>$', re.DOTALL)
_TAG = re.compile(r"(<[^>]*>)")


class Face(msgspec.Struct):
    """An account's picture, or the letter and colour that stand for it."""

    url: str | None
    description: str
    letter: str
    hue: int


class Option(msgspec.Struct):
    title: str
    votes: int | None  # None: hidden until the end
    share: float  # 0..1
    is_mine: bool
    is_first: bool  # none has more votes; of a ranked poll that is closed, the winner
    rank: int | None = None  # which the viewer gave it


class PollShown(msgspec.Struct):
    """A poll as this viewer may see it now."""

    options: list[Option]
    is_over: bool
    is_hidden: bool
    is_multiple: bool
    expires_at: datetime | None
    voters: int
    kind: PollKind
    is_changeable: bool
    rules: list[Rule]
    eligible: int | None
    winner: str | None  # of a ranked poll
    rounds: int  # 0: not counted yet, or not ranked

    @property
    def has_invitations(self) -> bool:
        return any(rule.name == "invitation" for rule in self.rules)


MIDDLE = (2, 2)


class Picture(msgspec.Struct):
    """An attachment ready to be shown; `url` None: it is still being processed. `hue`: the colour that stands
    for it until it is there, "" when none is known. `focus`: the point that stays in sight
    where it is cut, in quarters of its width and height.
    """

    kind: str
    url: str | None
    preview: str | None
    description: str
    width: int | None
    height: int | None
    blurhash: str | None
    focus: tuple[int, int] = MIDDLE

    @property
    def hue(self) -> str:
        try:
            return blurhash.average(self.blurhash) if self.blurhash else ""
        except blurhash.BlurhashInvalid:  # other servers write what they like
            return ""


def name(account: AccountRow, addresses: Addresses) -> Markup:
    """The name people chose, with their emoji; the username when they chose none."""
    if account.is_gone:
        return escape(account.username)
    return _emojify(escape(account.display_name or account.username), account.emojis, addresses)


def gist(row: StatusRow | AccountRow) -> str:
    """The words alone, for one or two lines in a list; who is spoken to at the beginning is left out."""
    text = row.content if isinstance(row, StatusRow) else row.note_html
    plain = Markup(_BREAK.sub(" ", text)).striptags()  # noqa: S704 - tags are taken off
    return _SPOKEN_TO.sub("", plain) or plain


def plain_name(account: AccountRow) -> str:
    """The name people chose as text alone, for sentences and titles."""
    chosen = "" if account.is_gone else account.display_name
    return chosen or account.username


def html(row: StatusRow | Version | AccountRow, addresses: Addresses) -> Markup:
    """A status's text or an account's note; both were sanitised when they were kept."""
    text = row.note_html if isinstance(row, AccountRow) else row.content
    if isinstance(row, StatusRow) and row.asks is not None:
        text = _apart_from_card(text, row.asks, addresses)
    # Names in Latin letters do not decide which way an answer to them is read: dir=auto passes over them.
    text = text.replace(_MENTION, _MENTION_APART)
    return _emojify(Markup(text), row.emojis, addresses)  # noqa: S704 - sanitised at the door in


def _apart_from_card(
    text: str, asks: PetitionNamed | DrawNamed | RoomNamed, addresses: Addresses
) -> str:
    """What a message says besides the card below it, which has the address and, of a petition, the title."""
    last = _ADDRESS_ALONE.search(text)
    if last is None or last[1] != f"{addresses.root}{asks.path}":
        return text
    text = text[: last.start()]
    return "" if Markup(text).striptags() == " ".join(asks.title.split()) else text  # noqa: S704 - tags are taken off


def field_html(text: str, account: AccountRow, addresses: Addresses) -> Markup:
    """A line of a profile, sanitised when it was kept."""
    return _emojify(Markup(text), account.emojis, addresses)  # noqa: S704 - sanitised at the door in


def document(text: str) -> Markup:
    """A long text of the network, written in Markdown; "" stays ""."""
    return Markup(markdown.to_html(text))  # noqa: S704 - sanitised by to_html


def announcement(text: str, addresses: Addresses) -> Markup:
    """What the network announces as paragraphs, its addresses as links."""
    made = texts.to_html(texts.parse(text), {}, addresses.tag_url) if text.strip() else ""
    return Markup(made)  # noqa: S704 - every letter of it was escaped by to_html


def face(account: AccountRow, addresses: Addresses) -> Face:
    shown = account.display_name or account.username
    letter = next((letter for letter in shown if letter.isalnum()), account.username[0]).upper()
    picture = None if account.is_gone else account.avatar
    return Face(
        picture and absolute(picture.static_url, addresses),
        picture.description if picture else "",
        letter[0],
        account.id % HUES,
    )


def poll(shown: Shown) -> PollShown | None:
    row = shown.status.poll
    if row is None:
        return None
    is_over = row.expires_at is not None and row.expires_at <= now()
    is_hidden = row.hides_totals and not is_over
    winner = row.outcome.winner if row.outcome else None
    return PollShown(
        _options(shown, row, winner, is_hidden=is_hidden),
        is_over,
        is_hidden,
        row.is_multiple,
        row.expires_at,
        shown.counters.voters or 0,
        row.kind,
        row.is_changeable,
        rules_of(row.rules),
        row.eligible,
        None if winner is None else row.options[winner],
        len(row.outcome.rounds) if row.outcome else 0,
    )


def _options(shown: Shown, row: PollRow, winner: int | None, *, is_hidden: bool) -> list[Option]:
    tallies = shown.counters.tallies or [0] * len(row.options)
    # Of several choices each counts against the people, not against the sum of the choices.
    voters = shown.counters.voters or 0
    whole = max(voters if row.is_multiple else sum(tallies), 1)
    mine = shown.verdict.choices or []
    most = max(tallies, default=0)
    return [
        Option(
            title,
            None if is_hidden else votes,
            0.0 if is_hidden else votes / whole,
            place in mine,
            place == winner if winner is not None else not is_hidden and votes == most > 0,
            mine.index(place) + 1 if row.is_ranked and place in mine else None,
        )
        for place, (title, votes) in enumerate(zip(row.options, tallies, strict=True))
    ]


def media(attachments: Sequence[Attachment], addresses: Addresses) -> list[Picture]:
    return [_picture(one, addresses) for one in attachments]


def _picture(one: Attachment, addresses: Addresses) -> Picture:
    size: dict[str, Any] = one.meta.get("small") or one.meta.get("original") or {}
    original = one.original or one.remote_url
    return Picture(
        one.kind,
        original and absolute(original, addresses),
        absolute(one.preview, addresses) if one.preview else None,
        one.description or "",
        size.get("width"),
        size.get("height"),
        one.blurhash,
        _focus(one.meta.get("focus")),
    )


def _focus(point: Any) -> tuple[int, int]:
    # Pages carry no styles of their own: a class for each quarter does.
    match point:
        case {"x": int() | float() as x, "y": int() | float() as y}:
            return _quarter((x + 1) / 2), _quarter((1 - y) / 2)
        case _:
            return MIDDLE


def _quarter(share: float) -> int:
    return round(min(1, max(0, share)) * 4)


def veil(attachments: Sequence[Attachment | Picture]) -> list[str]:
    """Colours of the first picture, row by row, that stand in the place of sensitive ones; none: []."""
    found = next((one.blurhash for one in attachments if one.blurhash), None)
    try:
        return blurhash.grid(found, *VEIL) if found else []
    except blurhash.BlurhashInvalid:
        return []


def browser(agent: str) -> str:
    """A browser and its system in two words, from what it says of itself; "" when it says little."""
    known = next((shown for mark, shown in BROWSERS if mark in agent), "")
    system = next((shown for mark, shown in SYSTEMS if mark in agent), "")
    return " · ".join(part for part in (known or agent.partition("/")[0][:40], system) if part)


def absolute(key: str, addresses: Addresses) -> str:
    """The address of a storage key; whole addresses of other servers stay as they are."""
    return key if "://" in key else addresses.media_url(key)


def _emojify(text: Markup, emojis: list[Any], addresses: Addresses) -> Markup:
    """Put the pictures of custom emoji in place of their names, never inside a tag."""
    if not emojis or ":" not in text:
        return text
    known = {one["shortcode"]: absolute(one["static_url"], addresses) for one in emojis}

    def one(found: re.Match[str]) -> str:
        url = known.get(found[1])
        if url is None:
            return found[0]
        return str(
            Markup('<img class="emoji" src="{}" alt="{}" title="{}" loading="lazy">').format(
                url, found[0], found[0]
            )
        )

    parts = _TAG.split(str(text))
    parts[::2] = [_SHORTCODE.sub(one, part) for part in parts[::2]]
    return Markup("".join(parts))  # noqa: S704 - safe parts, and tags made here with escaping
