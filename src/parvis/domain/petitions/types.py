"""What petitions share with those who show them."""

from datetime import UTC, date, datetime, time
from typing import Literal

import msgspec

Verifier = Literal["none", "email domain", "roll", "openid"]
ShownAs = Literal["public", "initials", "hidden"]
State = Literal["signed", "withdrawn", "removed"]


class Petition(msgspec.Struct, frozen=True, kw_only=True):
    """A petition with the newest version of its text. `account_id` and `addressee_id` are accounts."""

    id: int
    account_id: int | None
    status_id: int
    version: int
    goal: int
    addressee: str
    addressee_id: int | None
    places: list[str]
    verifier: Verifier
    domains: list[str]
    takes_strangers: bool
    closes_at: datetime | None
    closed_at: datetime | None
    closed_why: str | None
    answer: str | None  # "": erased
    answered_at: datetime | None
    created_at: datetime
    title: str
    text: str
    asks: str | None  # what its list asks signatories to write
    issuer_name: str | None
    issuer: str | None  # that knows who may sign
    claim: str | None  # that its token has to hold
    claim_value: str | None
    path: str  # the log's
    has_link: bool  # whether the addressee was made a link
    removed: int  # signatures that were taken away
    is_over: bool


class OwnSignature(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's signature, as they themselves see it."""

    id: int
    petition_id: int
    account_id: int | None
    person: str
    version: int
    signed_on: date
    place: int | None
    shown: ShownAs
    name: str | None
    commitment: bytes | None
    state: State
    is_over: bool
    newest: int
    title: str
    path: str
    origin: str

    @property
    def signed_at(self) -> datetime:
        """The beginning of the day on which it was signed: no more is kept."""
        return datetime.combine(self.signed_on, time(), UTC)


class Tally(msgspec.Struct, frozen=True):
    """Signatures in force: of the newest version, by day and place of those, and of versions before."""

    signatures: int
    earlier: int
    days: list[tuple[date, int]]
    places: list[tuple[int, int]]  # the place's number, -1: undeclared
