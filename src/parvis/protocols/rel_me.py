"""Links by which a page says "this is me, too" (microformats, rel=me): whether one names a page of ours.

The page is first made well-formed by the sanitiser's parser, which reads as browsers do and cannot be
made slow; what is left of it is links alone.
"""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import nh3

_ATTRIBUTES = {"a": {"href", "rel"}, "link": {"href", "rel"}, "base": {"href"}}
_CLEANER = nh3.Cleaner(
    tags=set(_ATTRIBUTES),
    attributes=_ATTRIBUTES,
    link_rel=None,
    url_schemes={"http", "https"},
    url_relative="pass_through",
)
LINK_LONGEST = 2_048


def link_of(text: str) -> str | None:
    """The address that a line consists of, when it is one that can be checked: https and nothing else."""
    if not text.startswith("https://") or len(text) > LINK_LONGEST:
        return None
    if any(letter.isspace() or letter < " " for letter in text):
        return None
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return text if parts.hostname and "@" not in parts.netloc else None


def names_me(html: str, address: str, mine: list[str]) -> bool:
    """Whether the page at `address` links to one of `mine` with rel=me."""
    reader = _Reader()
    reader.feed(_CLEANER.clean(html))
    reader.close()
    wanted = {_plain(one) for one in mine}
    return any(_plain(one) in wanted for one in reader.found(address))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._base = ""
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "base":
            self._base = self._base or said.get("href", "")
        elif "me" in said.get("rel", "").lower().split():
            self._links.append(said.get("href", ""))

    def found(self, address: str) -> list[str]:
        return [_join(_join(address, self._base), link) for link in self._links if link]


def _join(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def _plain(address: str) -> str:
    """As addresses are compared: without what does not tell pages apart."""
    try:
        parts = urlsplit(address.strip())
        return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/").lower()
    except ValueError:
        return ""
