"""Entries of a petition's log (docs/auditors.md says what each of them means)."""

from datetime import date, datetime

from parvis.domain.transparency import entries
from parvis.protocols.timestamps import iso

# Why somebody's signature may be taken away.
REASONS = ("not a person", "in another’s name", "abusive", "by order", "other")


def manifest(
    petition_id: int, hashes: dict[str, bytes], said: dict[str, object], closes_at: datetime | None
) -> bytes:
    return entries.encode(
        "petition",
        petition=str(petition_id),
        version=1,
        closes_at=iso(closes_at) if closes_at else None,
        **said,
        **{name: hashed.hex() for name, hashed in hashes.items()},
    )


def version(number: int, title: bytes, text: bytes, goal: int) -> bytes:
    return entries.encode("version", version=number, title=title.hex(), text=text.hex(), goal=goal)


def goal(number: int) -> bytes:
    return entries.encode("goal", goal=number)


def signature(person: str, version: int, day: date, place: int | None, name: bytes | None) -> bytes:
    return entries.encode(
        "signature",
        person=person,
        version=version,
        day=day.isoformat(),
        place=place,
        name=name.hex() if name is not None else None,
    )


def withdrawn(person: str) -> bytes:
    return entries.encode("withdrawn", person=person)


def removed(person: str, reason: str, why: bytes) -> bytes:
    return entries.encode("removed", person=person, reason=reason, why=why.hex())


def answer(text: bytes) -> bytes:
    return entries.encode("answer", text=text.hex())


def closed(why: str, version: int, counts: dict[str, int]) -> bytes:
    return entries.encode("closed", why=why, version=version, **counts)
