"""A status's plain text: what it mentions, tags and links to, its length and its HTML.

Who a mention means is asked of the caller; nothing here knows the network.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache

import msgspec

from parvis.protocols import graphemes


class TextInvalid(ValueError):
    """The text cannot be kept; the message says why."""


class TextTooLong(TextInvalid):
    """All that is wrong with it is its length."""


URL_LENGTH = 23  # what every link counts for, as on Mastodon
# A longer link counts in full: else one "link" could carry a book. Browsers stop near here too.
MAX_URL = 2_048
_DISPLAYED = 30  # characters of a link that people see

# A name may hold dots and hyphens inside (remote servers have them), a domain a port (tests do).
_MENTION = (
    r"(?<![=/@\w])@(?P<username>[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*)"
    r"(?:@(?P<domain>\w+(?:[.-]+\w+)*(?::\d{2,5})?))?"
)
# Hosts need a dot, or be localhost: a network founded at home links to itself.
_HOST = r"(?:[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+|localhost)"
# RFC 3987 §2.2 less what ends a sentence or a quotation in French, English, Chinese and Japanese.
_NOT_IN_URL = r"\s<>\"\x00-\x1f\x7f«»“”„‘’‹›、。〈-】〔-〛！（），：；？［］｛｝\ud800-\udfff"
_URL = rf"(?<![@$#\w])https?://{_HOST}(?::\d{{1,5}})?(?:[/?#][^{_NOT_IN_URL}]*)?"
_SEPARATORS = "\u00b7\u30fb\u200c"  # middle dots of Catalan and Japanese, Persian's non-joiner

_URL_END = ".,;:!?'…*~"  # what closes a sentence rather than a link
_PAIRS = {")": "(", "]": "[", "}": "{"}
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BIDI_ENDS = {"\u202c": "\u202a\u202b\u202d\u202e", "\u2069": "\u2066\u2067\u2068"}
_UNKEPT = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PARAGRAPHS = re.compile(r"\n\n+")
_UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"}
_BLANK = set("\u115f\u1160\u2800\u3164\uffa0")  # letters and a pattern that are drawn as nothing


class Mention(msgspec.Struct, frozen=True, gc=False):
    """Someone named with an @, as written."""

    start: int
    end: int
    username: str
    domain: str | None  # None: of this network

    @property
    def acct(self) -> str:
        """The key of this person in what the caller finds: `user` or `user@domain`, lower-case."""
        return (f"{self.username}@{self.domain}" if self.domain else self.username).lower()


class Hashtag(msgspec.Struct, frozen=True, gc=False):
    """A word after a #."""

    start: int
    end: int
    name: str  # as written, without #
    normalised: str  # what tags are compared by


class Url(msgspec.Struct, frozen=True, gc=False):
    """A web address, as written."""

    start: int
    end: int
    url: str


Part = Mention | Hashtag | Url


class Parsed(msgspec.Struct, frozen=True):
    """A text and its parts, in order, never overlapping."""

    text: str
    parts: tuple[Part, ...] = ()

    @property
    def mentions(self) -> list[Mention]:
        return [part for part in self.parts if isinstance(part, Mention)]

    @property
    def hashtags(self) -> list[Hashtag]:
        return [part for part in self.parts if isinstance(part, Hashtag)]

    @property
    def urls(self) -> list[Url]:
        return [part for part in self.parts if isinstance(part, Url)]


def parse(text: str) -> Parsed:
    """Find mentions, hashtags and links; what is written first wins."""
    if "@" not in text and "#" not in text and "://" not in text:
        return Parsed(text)
    parts: list[Part] = []
    search = _scanner().search
    found = search(text)
    while found:
        part = _part(found)
        if part:
            parts.append(part)
        found = search(text, part.end if part else found.end())
    return Parsed(text, tuple(parts))


def length(text: str | Parsed) -> int:
    """Count as Mastodon does: characters as readers see them, links as 23, no domains of people."""
    parsed = parse(text) if isinstance(text, str) else text
    if not parsed.parts:
        return graphemes.count(parsed.text)
    counted: list[str] = []
    end = 0
    for part in parsed.parts:
        if isinstance(part, Url):
            counted += (parsed.text[end : part.start], "x" * URL_LENGTH)
            end = part.end
        elif isinstance(part, Mention) and part.domain:
            counted.append(parsed.text[end : part.end - len(part.domain) - 1])
            end = part.end
    counted.append(parsed.text[end:])
    return graphemes.count("".join(counted))


def to_html(
    parsed: Parsed,
    mention_urls: Mapping[str, tuple[str, str]],
    tag_url: Callable[[str], str],
    *,
    rel_me: bool = False,
) -> str:
    """Write Mastodon's HTML. `mention_urls` gives `Mention.acct` its (url, username); who is not in
    it stays plain text. `tag_url` is given the normalised name. `rel_me` is for profile fields.
    """
    text = parsed.text
    rel = "nofollow noopener noreferrer me" if rel_me else "nofollow noopener noreferrer"
    out: list[str] = []
    end = len(text) - len(text.lstrip("\n"))
    for part in parsed.parts:
        out.append(_plain(text[end : part.start]))
        if isinstance(part, Url):
            out.append(_link(part.url, rel))
        elif isinstance(part, Mention):
            out.append(_mention(part, mention_urls))
        else:
            href, name = _escape(tag_url(part.normalised)), _escape(part.name)
            out.append(
                f'<a href="{href}" class="mention hashtag" rel="tag">#<span>{name}</span></a>'
            )
        end = part.end
    out.append(_plain(text[end:].rstrip("\n")))
    inner = "".join(out)
    return f"<p>{inner}</p>" if inner else ""


def clean(text: str, *, field: str, maximum: int) -> str:
    """Make a person's text fit to keep, or refuse it; `maximum` is in code points. One of which nothing
    can be seen is empty.
    """
    if "\0" in text:
        raise TextInvalid(f"{field} contains a NUL character")
    if len(text) > maximum:
        raise TextTooLong(f"{field} is longer than {maximum} characters")
    if text.isascii() and text.isprintable():
        return text.rstrip()
    try:
        text.encode()
    except UnicodeEncodeError:
        raise TextInvalid(
            f"{field} contains half of a surrogate pair, which is no character"
        ) from None
    for line_end in ("\r\n", "\r", "\u2028", "\u2029", "\x85"):
        text = text.replace(line_end, "\n")
    text = _UNKEPT.sub("", text)
    if _BIDI.search(text):
        text = "\n".join(map(_without_loose_bidi, text.split("\n")))
    return text.rstrip() if any(map(_is_seen, text)) else ""


def normalise_hashtag(name: str) -> str:
    """Give the form by which tags are compared: NFKC, case-folded, only characters of tags."""
    if name.isascii():
        return name.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return _not_in_tags().sub("", folded)


@cache
def _scanner() -> re.Pattern[str]:
    word = f"[\\w{graphemes.marks()}]"
    # The first is no mark: U+0023 U+FE0F U+20E3 is a keycap, not a tag.
    tag = f"(?<![=/)])(?<![^\\W_])#(?P<tag>\\w{word}*(?:[{_SEPARATORS}]+{word}+)*)"
    return re.compile(f"(?P<url>{_URL})|{_MENTION}|{tag}", re.IGNORECASE)


@cache
def _not_in_tags() -> re.Pattern[str]:
    return re.compile(f"[^\\w{graphemes.marks()}{_SEPARATORS}]+")


def _part(found: re.Match[str]) -> Part | None:
    start, end = found.span()
    kind = found.lastgroup
    if kind == "url":
        url = _trimmed(found[0])
        return Url(start, start + len(url), url) if len(url) <= MAX_URL else None
    if kind == "tag":
        name = found["tag"]
        normalised = normalise_hashtag(name) if _is_tag(name) else ""
        return Hashtag(start, end, name, normalised) if normalised else None
    return Mention(start, end, found["username"], found["domain"])


def _is_tag(name: str) -> bool:
    # Mastodon's rule: a letter somewhere, or a separator (the underscore is one) inside.
    if name[0].isalpha() or any(char.isalpha() for char in name):
        return True
    return any(char == "_" or char in _SEPARATORS for char in name[1:-1])


def _trimmed(url: str) -> str:
    """Cut what belongs to the sentence: final punctuation, brackets opened before the link."""
    if url[-1] not in _URL_END and url[-1] not in _PAIRS:
        return url
    # Counted once: a link of nothing but brackets must not cost its length squared.
    loose = {close: url.count(close) - url.count(begin) for close, begin in _PAIRS.items()}
    end = len(url)
    while True:
        last = url[end - 1]
        if loose.get(last, 0) > 0:
            loose[last] -= 1
        elif last not in _URL_END:
            return url[:end]
        end -= 1


def _escape(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#39;")


def _plain(text: str) -> str:
    text = _escape(text)
    if "\n" not in text:
        return text
    return _PARAGRAPHS.sub("</p><p>", text).replace("\n", "<br />")


def _link(url: str, rel: str) -> str:
    seen = url.index("//") + 2
    if url[seen : seen + 4].lower() == "www.":
        seen += 4
    cut = seen + _DISPLAYED
    long = ' class="ellipsis"' if len(url) > cut else ' class=""'
    return (
        f'<a href="{_escape(url)}" rel="{rel}" target="_blank" translate="no">'
        f'<span class="invisible">{url[:seen]}</span><span{long}>{_escape(url[seen:cut])}</span>'
        f'<span class="invisible">{_escape(url[cut:])}</span></a>'
    )


def _mention(mention: Mention, mention_urls: Mapping[str, tuple[str, str]]) -> str:
    known = mention_urls.get(mention.acct)
    if known is None:
        return f"@{mention.username}@{mention.domain}" if mention.domain else f"@{mention.username}"
    url, username = known
    return (
        f'<span class="h-card" translate="no"><a href="{_escape(url)}" class="u-url mention">'
        f"@<span>{_escape(username)}</span></a></span>"
    )


def _is_seen(char: str) -> bool:
    return unicodedata.category(char) not in _UNSEEN and char not in _BLANK


def _without_loose_bidi(line: str) -> str:
    """Drop direction marks that leak out of their line: they turn what others wrote around."""
    opened: list[str] = []
    for mark in _BIDI.findall(line):
        begins = _BIDI_ENDS.get(mark)
        if begins is None:
            opened.append(mark)
        elif not opened or opened.pop() not in begins:
            return _BIDI.sub("", line)
    return _BIDI.sub("", line) if opened else line
