"""RSS 2.0 and Atom (RFC 4287) of public messages, for readers of feeds.

A feed is read far from here, where nobody can fold what is warned of: of a warned message stand the
warning and the way to it, and media behind a warning are left out.
"""

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import msgspec

from parvis.domain.addresses import Addresses
from parvis.domain.statuses.types import Shown
from parvis.web import heads, showing
from parvis.web.heads import HeadMedia
from parvis.web.locales import N_, Locale

TITLE = 80  # letters of an entry without a warning
# What XML 1.0 has no way to write (§2.2), not even as a reference.
_UNWRITABLE = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_SPACES = {
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:media": "http://search.yahoo.com/mrss/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
}


class Channel(msgspec.Struct, kw_only=True):
    """What a feed is of. `address` is the page it follows, `own` its own address."""

    title: str
    description: str
    address: str
    own: str
    picture: str = ""
    older: str = ""  # the page of the feed before this one (RFC 5005)


class Entry(msgspec.Struct):
    id: str
    url: str
    title: str
    html: str
    author: str
    author_url: str
    published: datetime
    updated: datetime
    language: str
    tags: list[str]
    media: list[HeadMedia]


def entry(shown: Shown, addresses: Addresses, locale: Locale) -> Entry:
    row, author = shown.status, shown.author
    url = row.url or row.uri
    is_guarded = heads.is_guarded(shown)
    name = author.display_name or author.username
    if row.spoiler_text:
        way = locale.text(N_("Read it on the network"))
        html = f'<p><a href="{escape(url)}">{escape(way)}</a></p>'
    else:
        html = str(showing.html(row, addresses)) + _options(shown)
    title = heads.summary(shown, TITLE) or locale.text(N_("Message of %(name)s"), name=name)
    media = (
        [] if is_guarded else [heads.media_of(one, addresses) for one in row.media if one.original]
    )
    return Entry(
        row.uri,
        url,
        title,
        html,
        name,
        author.url,
        row.created_at,
        row.edited_at or row.created_at,
        row.language or "",
        [] if row.spoiler_text else list(row.tags),
        media,
    )


def changed_at(entries: list[Entry]) -> datetime | None:
    return max((one.updated for one in entries), default=None)


def rss(channel: Channel, entries: list[Entry]) -> bytes:
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        _open("rss", {"version": "2.0", **_SPACES}),
    ]
    parts += [
        "<channel>\n",
        _element("title", channel.title),
        _element("link", channel.address),
        _element("description", channel.description),
        _empty("atom:link", rel="self", type="application/rss+xml", href=channel.own),
    ]
    if channel.older:
        parts.append(
            _empty("atom:link", rel="next", type="application/rss+xml", href=channel.older)
        )
    changed = changed_at(entries)
    if changed:
        parts.append(_element("lastBuildDate", format_datetime(changed)))
    if channel.picture:
        parts += [
            "<image>",
            _element("url", channel.picture),
            _element("title", channel.title),
            _element("link", channel.address),
            "</image>\n",
        ]
    parts += [_rss_entry(one) for one in entries]
    parts.append("</channel>\n</rss>\n")
    return "".join(parts).encode()


def _rss_entry(one: Entry) -> str:
    parts = [
        "<item>",
        _element("title", one.title),
        _element("link", one.url),
        _element("guid", one.id, isPermaLink="false"),
        _element("pubDate", format_datetime(one.published)),
        _element("dc:creator", one.author),
        _element("description", one.html),
    ]
    parts += [_element("category", tag) for tag in one.tags]
    if one.media:  # one at most (RSS); its length, which it must have, is not known
        first = one.media[0]
        parts.append(_empty("enclosure", url=first.url, type=first.kind or _UNKNOWN, length="0"))
    for media in one.media:
        size = {"width": media.width, "height": media.height}
        told = {name: str(number) for name, number in size.items() if number}
        medium = (media.kind or _UNKNOWN).partition("/")[0]
        parts.append(
            _open(
                "media:content",
                {"url": media.url, "type": media.kind or _UNKNOWN, "medium": medium, **told},
            )
        )
        if media.description:
            parts.append(_element("media:description", media.description, type="plain"))
        parts.append("</media:content>\n")
    parts.append("</item>\n")
    return "".join(parts)


def atom(channel: Channel, entries: list[Entry]) -> bytes:
    changed = changed_at(entries) or datetime.fromtimestamp(0, UTC)
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        _open("feed", {"xmlns": _SPACES["xmlns:atom"]}),
    ]
    parts += [
        _element("id", channel.own),
        _element("title", channel.title),
        _element("subtitle", channel.description),
        _element("updated", _moment(changed)),
        _empty("link", rel="self", type="application/atom+xml", href=channel.own),
        _empty("link", rel="alternate", type="text/html", href=channel.address),
    ]
    if channel.older:
        parts.append(_empty("link", rel="next", type="application/atom+xml", href=channel.older))
    if channel.picture:
        parts.append(_element("icon", channel.picture))
    parts += [_atom_entry(one) for one in entries]
    parts.append("</feed>\n")
    return "".join(parts).encode()


def _atom_entry(one: Entry) -> str:
    language = {"xml:lang": one.language} if one.language else {}
    parts = [
        _open("entry", language),
        _element("id", one.id),
        _element("title", one.title),
        _element("published", _moment(one.published)),
        _element("updated", _moment(one.updated)),
        _empty("link", rel="alternate", type="text/html", href=one.url),
        "<author>",
        _element("name", one.author),
        _element("uri", one.author_url),
        "</author>\n",
        _element("content", one.html, type="html"),
    ]
    parts += [_empty("category", term=tag) for tag in one.tags]
    parts += [
        _empty("link", rel="enclosure", type=media.kind or _UNKNOWN, href=media.url)
        for media in one.media
    ]
    parts.append("</entry>\n")
    return "".join(parts)


_UNKNOWN = "application/octet-stream"


def _options(shown: Shown) -> str:
    poll = shown.status.poll
    if poll is None:
        return ""
    return "<ul>" + "".join(f"<li>{escape(one)}</li>" for one in poll.options) + "</ul>"


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _written(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)


def _element(name: str, text: str, **attributes: str) -> str:
    return f"{_open(name, attributes)}{escape(_written(text))}</{name}>\n"


def _empty(name: str, **attributes: str) -> str:
    return f"{_open(name, attributes)[:-1]}/>\n"


def _open(name: str, attributes: dict[str, Any]) -> str:
    told = "".join(f" {key}={quoteattr(_written(value))}" for key, value in attributes.items())
    return f"<{name}{told}>"
