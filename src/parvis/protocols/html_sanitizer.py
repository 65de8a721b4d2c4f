"""HTML of others, cut down to what Mastodon keeps, and HTML as plain text."""

import re
from html import unescape

import nh3

# The list Mastodon keeps from remote servers: apps are written for it.
_TAGS = """p br span a del s pre blockquote code b strong u i em ul ol li ruby rt rp"""
_CLASSES = """mention hashtag ellipsis invisible quote-inline"""
# Microformats (h-card, u-url, p-name …): hooks for machines, with no look of ours.
_MICROFORMAT = re.compile(r"(?:h|p|u|dt|e)-[a-z0-9-]{1,40}")
_KEPT_CLASSES = frozenset(_CLASSES.split())
# Schemes that open content, not programs of the reader's machine.
_SCHEMES = """http https dat dweb ipfs ipns ssb gopher xmpp magnet gemini"""
_ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "class", "translate"},
    "span": {"class", "translate"},
    "p": {"class"},
    "ol": {"start", "reversed"},
    "li": {"value"},
}
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")
_HEADING = re.compile(r"<(/?)h[1-6](?:\s[^<>]*)?>", re.IGNORECASE)
_BREAKS = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ENDS = re.compile(r"</(?:p|ul|ol|pre|blockquote|h[1-6]|div)>", re.IGNORECASE)
_ITEM_ENDS = re.compile(r"</(?:li|tr|rt)>", re.IGNORECASE)
_MANY_LINES = re.compile(r"\n{3,}")


def _attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return " ".join(filter(_is_kept_class, value.split())) or None
    if name in _VALUES:
        return value if _VALUES[name].fullmatch(value) else None
    return value


def _is_kept_class(name: str) -> bool:
    return name in _KEPT_CLASSES or _MICROFORMAT.fullmatch(name) is not None


_VALUES = {
    "translate": re.compile("no"),
    "dir": re.compile("ltr|rtl|auto"),
    "lang": _LANGUAGE,
    "start": re.compile("-?[0-9]{1,9}"),
    "value": re.compile("-?[0-9]{1,9}"),
}
_CLEANER = nh3.Cleaner(
    tags=set(_TAGS.split()),
    clean_content_tags={"script", "style", "template", "iframe", "object", "svg", "math"},
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes=set(_SCHEMES.split()),
    url_relative="deny",
    link_rel="nofollow noopener noreferrer",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)


# What the network's own long texts are made of.
_DOCUMENT_TAGS = """h2 h3 h4 h5 h6 p br hr a strong em code pre blockquote ul ol li"""
_DOCUMENT_CLEANER = nh3.Cleaner(
    tags=set(_DOCUMENT_TAGS.split()),
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto"},
    url_relative="pass_through",  # to the network's own pages
    link_rel="noopener noreferrer",
)


def sanitize(html: str) -> str:
    """Keep the tags, attributes and classes that are safe and that apps know, and drop the rest."""
    # A heading becomes a bold paragraph. What this pass makes is sanitized after it.
    html = _HEADING.sub(_bold, html) if "<h" in html.lower() else html
    return _CLEANER.clean(html)  # Nothing touches its output: "<" may stand inside an attribute.


def sanitize_document(html: str) -> str:
    """Keep what the network's own long texts are made of: headings, lists, links, words that stand out."""
    return _DOCUMENT_CLEANER.clean(html)


def to_text(html: str) -> str:
    """Give what a reader sees, with line ends where there are blocks."""
    if "<" in html:
        html = _BREAKS.sub("\n", html)
        html = _ENDS.sub("\n\n", html)
        html = _ITEM_ENDS.sub("\n", html)
        html = _STRIPPER.clean(html)
    return _MANY_LINES.sub("\n\n", unescape(html).replace("\0", "")).strip()


def _bold(found: re.Match[str]) -> str:
    return "</strong></p>" if found[1] else "<p><strong>"


_STRIPPER = nh3.Cleaner(tags=set(), clean_content_tags={"script", "style", "template"})
