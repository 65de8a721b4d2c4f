"""The network's long texts, written in Markdown (CommonMark 0.31), as HTML that pages may hold.

Headings begin below that of the page, line ends are kept as they were typed, and bare addresses become
links, as in messages. HTML stands as it was written: as text.
"""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from parvis.protocols import text as texts
from parvis.protocols.html_sanitizer import sanitize_document

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_KEPT = 16  # documents: a network has three, and some previews
_DEEPEST = 6


@lru_cache(maxsize=_KEPT)
def to_html(text: str) -> str:
    """Of nothing but spaces: the empty text."""
    if not text.strip():
        return ""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + 1, _DEEPEST)}"
        elif token.children:
            token.children = _with_links(token.children)
    return sanitize_document(parser.renderer.render(tokens, parser.options, {})).strip()


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415 - 60 ms, and most processes never show a document

    # Pictures would tell other servers who reads; what looks like one is a link to it.
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")


def _with_links(tokens: "list[Token]") -> "list[Token]":
    """Bare addresses as links, outside those that are there."""
    out: list[Token] = []
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type in {"link_open", "link_close"} else 0
        if token.type == "text" and not depth and "://" in token.content:
            out += _linked(token)
        else:
            out.append(token)
    return out


def _linked(token: "Token") -> "list[Token]":
    def made(kind: str, tag: str, nesting: int, content: str = "") -> "Token":
        return type(token)(kind, tag, nesting, content=content)  # pyright: ignore[reportArgumentType]  # nesting is one of three

    text, end = token.content, 0
    out: list[Token] = []
    for part in texts.parse(text).urls:
        opening = made("link_open", "a", 1)
        opening.attrs = {"href": part.url}
        out += [
            made("text", "", 0, text[end : part.start]),
            opening,
            made("text", "", 0, part.url),
            made("link_close", "a", -1),
        ]
        end = part.end
    return [*out, made("text", "", 0, text[end:])]
