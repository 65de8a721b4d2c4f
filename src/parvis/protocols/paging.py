"""Cursors of a list: reading `max_id`, `since_id`, `min_id`, `limit`, and writing `Link`."""

from collections.abc import Mapping
from typing import Literal, cast
from urllib.parse import quote_plus

import msgspec

from parvis.protocols.ids import MAX_ID


class PageInvalid(ValueError):
    """A cursor or a limit cannot be read; the message names it."""


# A cursor is a bound, not an id: 0 and numbers beyond the largest id have a meaning (apps send
# both). More digits than this are an attack on int().
_MAX_DIGITS = 40
_CURSORS = frozenset({"max_id", "since_id", "min_id"})


class Page(msgspec.Struct, frozen=True, gc=False):
    """Which part of a list is asked for; bounds are exclusive."""

    limit: int
    max_id: int | None = None  # older than this
    since_id: int | None = None  # newer than this, from the newest
    min_id: int | None = None  # newer than this, from the oldest: the page just after


def parse_page(params: Mapping[str, object], *, default: int = 20, maximum: int = 40) -> Page:
    """Read the cursors; a limit out of 1..maximum is brought into it, as Mastodon does."""
    if not params:
        return Page(default)
    asked = _number(params, "limit")
    limit = default if asked is None else min(max(asked, 1), maximum)
    return Page(
        limit, _cursor(params, "max_id"), _cursor(params, "since_id"), _cursor(params, "min_id")
    )


def link_header(
    base_url: str,
    params: Mapping[str, object],
    newest_id: int | None,
    oldest_id: int | None,
    *,
    prev: Literal["min_id", "since_id"] = "min_id",
) -> str:
    """Write the way to the pages before and after this one, or "" when there is none.

    `params` are those of the request: all but the cursors are kept. No `oldest_id` means that
    nothing is older, no `newest_id` that the page is empty.
    """
    # RFC 8288 §3; Rails sorts the pairs and so do we, for apps that compare addresses.
    kept = [] if not params else _kept(params)
    links: list[str] = []
    if oldest_id is not None:
        links.append(f'<{base_url}?{_query(kept, f"max_id={oldest_id}")}>; rel="next"')
    if newest_id is not None:
        links.append(f'<{base_url}?{_query(kept, f"{prev}={newest_id}")}>; rel="prev"')
    return ", ".join(links)


def _number(params: Mapping[str, object], name: str) -> int | None:
    value = params.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        digits = value.removeprefix("-")
        if digits.isascii() and digits.isdigit() and len(digits) <= _MAX_DIGITS:
            return int(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        return value
    raise PageInvalid(f"{name} must be a whole number")


def _cursor(params: Mapping[str, object], name: str) -> int | None:
    value = _number(params, name)
    if value is None:
        return None
    if value < 0:
        raise PageInvalid(f"{name} must not be negative")
    return min(value, MAX_ID)


def _query(kept: list[str], cursor: str) -> str:
    return "&".join(sorted([*kept, cursor])) if kept else cursor


def _kept(params: Mapping[str, object]) -> list[str]:
    pairs: list[str] = []
    for name, value in params.items():
        if name not in _CURSORS:
            _flatten(quote_plus(name), value, pairs)
    return pairs


def _flatten(name: str, value: object, pairs: list[str]) -> None:
    if isinstance(value, str):
        pairs.append(f"{name}={quote_plus(value)}")
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            _flatten(f"{name}%5B%5D", item, pairs)
    elif isinstance(value, dict):
        for key, item in cast("dict[str, object]", value).items():
            _flatten(f"{name}%5B{quote_plus(key)}%5D", item, pairs)
    elif isinstance(value, bool):
        pairs.append(f"{name}={'true' if value else 'false'}")
    elif isinstance(value, int):
        pairs.append(f"{name}={value}")
