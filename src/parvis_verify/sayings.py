"""Entries as they are said, one by one and in order: for logs whose meaning is a story, not a sum."""

from collections.abc import Iterator
from typing import cast

from parvis_verify.auditing import Audit
from parvis_verify.logs import decode
from parvis_verify.reading import Place
from parvis_verify.sources import Source

Said = dict[str, object]


def scan(
    source: Source, place: Place, number: int, entries: list[bytes]
) -> tuple[int, list[bytes]]:
    """Entries themselves: reading them is quick, and they are smaller than what they say."""
    del source
    return place.first(number), entries


def read(at: Audit) -> Iterator[tuple[int, Said, bytes]]:
    """Place, content and bytes of every entry; those that are none are named."""
    for first, some in at.read(scan):
        for place, entry in enumerate(some, first):
            said = decode(entry)
            if said is None:
                at.verdict.wrong("entry-unknown", entry=place)
            else:
                yield place, said, entry


def number_in(said: Said, name: str) -> int:
    """A whole number, or -1."""
    found = said.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else -1


def list_in(said: Said, name: str) -> list[object]:
    found = said.get(name)
    return cast("list[object]", found) if isinstance(found, list) else []


def part(said: Said, name: str) -> Said:
    found = said.get(name)
    return cast("Said", found) if isinstance(found, dict) else {}
