"""A ballot as it stands in its poll's log: a pseudonym there, and what was chosen; in a poll that hides its
totals a salted hash of that, whose opening is shown at closing.
"""

import time

import msgspec

from parvis.domain.transparency import entries, openings
from parvis.domain.transparency.openings import Sealed
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.polls")
KEPT_MOST = 2_000
KEPT_S = 60.0


class PollSecret(msgspec.Struct, frozen=True):
    secret: bytes
    is_ranked: bool
    has_rules: bool


class PollSecrets:
    """Reached by `db.kept(PollSecrets)`: what makes pseudonyms, by poll, and how votes in it are read. It
    never changes while the poll is open, and afterwards nobody votes.
    """

    def __init__(self, _: Db) -> None:
        self._kept: dict[int, tuple[float, PollSecret]] = {}

    async def find(self, tx: Tx, poll_id: int) -> PollSecret | None:
        """None: the poll has no log, or is closed. 0-1 statement."""
        found = self._kept.get(poll_id)
        if found is None or found[0] < time.monotonic():
            if len(self._kept) >= KEPT_MOST:
                self._kept.clear()
            row = await tx.fetchrow(Q.find_secret, poll_id)
            if row is None or row["secret"] is None:
                return None
            found = self._kept[poll_id] = (time.monotonic() + KEPT_S, PollSecret(*row.values()))
        return found[1]


class Ballot(msgspec.Struct, frozen=True):
    """The same vote as both entries that it may become: the poll's own row decides which."""

    voter: bytes
    plain: bytes
    sealed: bytes
    opening: Sealed

    def entry(self, *, is_sealed: bool) -> bytes:
        return self.sealed if is_sealed else self.plain


def make(secret: bytes, account_id: int, choices: list[int]) -> Ballot:
    voter = entries.pseudonym(secret, str(account_id))
    opening = openings.sealed(msgspec.json.encode(choices).decode())
    return Ballot(
        bytes.fromhex(voter), plain(voter, choices), sealed(voter, opening.hashed), opening
    )


def columns(ballot: Ballot | None) -> tuple[object, ...]:
    """As the statement that votes takes it; all null for a poll without a log."""
    if ballot is None:
        return None, None, None, None, None, None
    opening = ballot.opening
    return (
        ballot.voter,
        ballot.plain,
        ballot.sealed,
        opening.hashed,
        opening.salt,
        opening.text,
    )


def plain(voter: str, choices: list[int]) -> bytes:
    return entries.encode("ballot", voter=voter, choices=choices)


def sealed(voter: str, hashed: bytes) -> bytes:
    return entries.encode("sealed ballot", voter=voter, sha256=hashed.hex())
