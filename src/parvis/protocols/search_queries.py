"""What people type in the search box: words, "phrases", -without and filters such as from:alice.

Nothing typed is an error but too much of it: a filter that makes no sense is a word to look for.
"""

import re
from collections.abc import Callable
from datetime import date

import msgspec

from parvis.protocols.languages import LanguageInvalid, parse_language
from parvis.protocols.usernames import UsernameInvalid, parse_acct


class SearchInvalid(ValueError):
    """The query is too long to be looked for."""


MAX_QUERY = 500  # characters: pasted sentences fit, documents do not
MAX_TERMS = 30  # each costs the index a look-up; more is a pasted text

_HAS = frozenset({"media", "image", "video", "audio", "poll", "link", "embed"})
_IS = frozenset({"reply", "sensitive"})
_IN = frozenset({"all", "library", "public"})  # library: what the searcher wrote or kept
_TOKEN = re.compile(
    r"(?P<negated>[-+]?)"
    r"(?:(?P<name>[a-z]+):(?P<value>[^\s\"“”]+)"
    r"|[\"“”](?P<phrase>[^\"“”]*)[\"“”]?"
    r"|(?P<word>[^\s\"“”]+))",
    re.IGNORECASE,
)


class Term(msgspec.Struct, frozen=True, gc=False):
    """Words to find, or to do without."""

    text: str
    is_phrase: bool = False
    is_negated: bool = False


class Filter(msgspec.Struct, frozen=True, gc=False):
    """A condition on a status: `from` with an acct (or "me"), `has`, `is`, `language`."""

    name: str
    value: str
    is_negated: bool = False


class SearchQuery(msgspec.Struct, frozen=True):
    """A search box, understood."""

    terms: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    scope: str = "all"
    since: date | None = None  # this day and later, in the reader's time zone; None: no bound
    until: date | None = None  # this day and earlier; None: no bound

    @property
    def words(self) -> str:
        """What to look for in names of people and tags, where filters mean nothing."""
        return " ".join(term.text for term in self.terms if not term.is_negated)


class _Reading:
    def __init__(self) -> None:
        self.terms: list[Term] = []
        self.filters: list[Filter] = []
        self.scope = "all"
        self.since: date | None = None
        self.until: date | None = None


def parse_search(text: str) -> SearchQuery:
    """Read a search box."""
    if len(text) > MAX_QUERY:
        raise SearchInvalid(f"A search has at most {MAX_QUERY} characters")
    reading = _Reading()
    for count, found in enumerate(_TOKEN.finditer(text.replace("\0", " ")), 1):
        if count > MAX_TERMS:
            raise SearchInvalid(f"A search has at most {MAX_TERMS} words and filters")
        _read(reading, found)
    return SearchQuery(
        tuple(reading.terms), tuple(reading.filters), reading.scope, reading.since, reading.until
    )


def _read(reading: _Reading, found: re.Match[str]) -> None:
    is_negated = found["negated"] == "-"
    if found["phrase"] is not None:
        phrase = " ".join(found["phrase"].split())
        if phrase:
            reading.terms.append(Term(phrase, is_phrase=True, is_negated=is_negated))
        return
    name, value = (found["name"] or "").lower(), found["value"] or ""
    if name in _FILTERS:
        known = _FILTERS[name](value)
        if known:
            reading.filters.append(Filter(name, known, is_negated))
            return
    elif not is_negated and name in _BOUNDS and _BOUNDS[name](reading, value):
        return
    word = found["word"] or f"{found['name']}:{value}"
    if word.strip("-+"):
        reading.terms.append(Term(word, is_negated=is_negated))


def _one_of(values: frozenset[str]) -> Callable[[str], str | None]:
    def read(value: str) -> str | None:
        value = value.lower()
        return value if value in values else None

    return read


def _acct(value: str) -> str | None:
    try:
        username, domain = parse_acct(value)
    except UsernameInvalid:
        return None
    return f"{username}@{domain}".lower() if domain else username.lower()


def _language(value: str) -> str | None:
    try:
        return parse_language(value)
    except LanguageInvalid:
        return None


def _scope(reading: _Reading, value: str) -> bool:
    value = value.lower()
    if value in _IN:
        reading.scope = value
    return value in _IN


def _date(value: str) -> date | None:
    try:
        # fromisoformat also takes 20261122 and weeks, which nobody means here.
        return date.fromisoformat(value) if len(value) == len("2026-11-22") else None
    except ValueError:
        return None


def _before(reading: _Reading, value: str) -> bool:
    day = _date(value)
    if day is None or day == date.min:
        return False
    last = date.fromordinal(day.toordinal() - 1)
    reading.until = min(last, reading.until or last)
    return True


def _after(reading: _Reading, value: str) -> bool:
    day = _date(value)
    if day is None or day == date.max:
        return False
    first = date.fromordinal(day.toordinal() + 1)
    reading.since = max(first, reading.since or first)
    return True


def _during(reading: _Reading, value: str) -> bool:
    day = _date(value)
    if day is None:
        return False
    reading.since = max(day, reading.since or day)
    reading.until = min(day, reading.until or day)
    return True


_FILTERS: dict[str, Callable[[str], str | None]] = {
    "from": _acct,
    "has": _one_of(_HAS),
    "is": _one_of(_IS),
    "language": _language,
}
_BOUNDS: dict[str, Callable[[_Reading, str], bool]] = {
    "in": _scope,
    "before": _before,
    "after": _after,
    "during": _during,
}
