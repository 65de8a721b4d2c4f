"""A ballot as it stands in its poll's log: a pseudonym there, and what was chosen; in a poll that hides its
totals a salted hash of that, whose opening is shown at closing. One that changes a vote names the entry
before it by its leaf, so that nobody has to know which came first.
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


class OpenPoll(msgspec.Struct, frozen=True):
    """What a vote needs to be told of a poll. `secret` None: it has no log, or is closed."""

    status_id: int
    secret: bytes | None
    is_sealed: bool
    is_ranked: bool
    has_rules: bool


class OpenPolls:
    """Reached by `db.kept(OpenPolls)`. All this never changes while a poll is open, and afterwards nobody
    votes; but whether its ballots are sealed may until the first: the statement that casts compares it.
    """

    def __init__(self, _: Db) -> None:
        self._kept: dict[int, tuple[float, OpenPoll]] = {}

    async def find(self, by: Db | Tx, poll_id: int) -> OpenPoll | None:
        """None: there is no such poll. 0-1 statement."""
        found = self._kept.get(poll_id)
        if found is None or found[0] < time.monotonic():
            if len(self._kept) >= KEPT_MOST:
                self._kept.clear()
            row = await by.fetchrow(Q.find_open, poll_id)
            if row is None:
                return None
            found = self._kept[poll_id] = (time.monotonic() + KEPT_S, OpenPoll(*row.values()))
        return found[1]

    def forget(self, poll_id: int) -> None:
        self._kept.pop(poll_id, None)


class Ballot(msgspec.Struct, frozen=True):
    """A vote as the entry that it becomes. `opening` None: it is not sealed."""

    voter: bytes
    entry: bytes
    opening: Sealed | None

    @property
    def commitment(self) -> bytes | None:
        return self.opening.hashed if self.opening is not None else None


def make(
    secret: bytes,
    account_id: int,
    choices: list[int],
    *,
    is_sealed: bool,
    replaces: bytes | None = None,
) -> Ballot:
    voter = entries.pseudonym(secret, str(account_id))
    opening = openings.sealed(msgspec.json.encode(choices).decode()) if is_sealed else None
    hashed = opening.hashed if opening is not None else None
    return Ballot(bytes.fromhex(voter), entry_of(voter, choices, hashed, replaces), opening)


def entry_of(
    voter: str, choices: list[int], commitment: bytes | None, replaces: bytes | None
) -> bytes:
    """The same bytes whenever they are asked for."""
    said: dict[str, object] = {"voter": voter}
    if replaces is not None:
        said["replaces"] = replaces.hex()
    if commitment is not None:
        return entries.encode("sealed ballot", sha256=commitment.hex(), **said)
    return entries.encode("ballot", choices=choices, **said)
