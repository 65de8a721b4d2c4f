"""The ballot box of secret ballots: takes a ballot from whoever holds a token, and asks for nothing else.

Nobody's account, session or address is known here. What is kept has no time and no number, and is written
anew in an order of chance before it stands in the log (`mixing.py`).
"""

import time
from typing import Any

import msgspec

from parvis.domain.errors import Conflict, Invalid, NotFound, Refused
from parvis.domain.transparency import appending, entries, openings
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols import secret_ballots
from parvis.protocols.blind_rsa import PublicKey
from parvis.protocols.secret_ballots import SecretBallotInvalid, Signed

Q = queries("parvis.domain.polls")
KEPT_MOST = 2_000
KEPT_S = 60.0
CHOICES_MOST = 100
PLACED_WITHIN_S = 900  # after closing, when the last ballots are mixed


class Box(msgspec.Struct, frozen=True):
    """What ballots of one poll are checked by. `secret` is its log's; None: the poll is over."""

    public: PublicKey
    name: str
    is_ranked: bool
    secret: bytes | None


class Boxes:
    """Reached by `db.kept(Boxes)`: by poll, also those that are none, so that asking costs nothing."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._kept: dict[int, tuple[float, Box | None]] = {}

    async def find(self, poll_id: int) -> Box | None:
        """None: no secret ballot. 0-1 statement."""
        found = self._kept.get(poll_id)
        if found is None or found[0] < time.monotonic():
            row = await self._db.fetchrow(Q.find_key, poll_id)
            box = None
            if row is not None:
                public = PublicKey.parse(row["public"])
                name = secret_ballots.name_of(public)
                box = Box(public, name, row["is_ranked"], row["secret"])
            if len(self._kept) >= KEPT_MOST:
                self._kept.clear()
            found = self._kept[poll_id] = (time.monotonic() + KEPT_S, box)
        return found[1]


class Kept(msgspec.Struct, frozen=True):
    """A ballot that waits for its place, as its row keeps it. `salt` is for polls that hide their totals."""

    ballot: Signed
    salt: bytes

    def entry(self, *, is_sealed: bool) -> bytes:
        """How it stands in the log."""
        ballot = self.ballot
        said: dict[str, object] = {
            "key": ballot.key,
            "prefix": ballot.prefix,
            "signature": ballot.signature,
            "turn": ballot.turn,
        }
        if is_sealed:
            hashed = entries.commitment(self.salt, self.opening().text)
            return entries.encode("sealed secret ballot", sha256=hashed.hex(), **said)
        chosen = {"choices": ballot.choices, "proof": ballot.proof}
        return entries.encode("secret ballot", **said, **chosen)

    def opening(self) -> openings.Sealed:
        """What is held back until the poll closes: the proof too, which would tell the choices."""
        text = _held_back(self.ballot)
        return openings.Sealed(entries.commitment(self.salt, text), self.salt, text)


class SecretCast(msgspec.Struct, frozen=True):
    """A ballot that is in the box: as it will stand in the log `path`, and the promise that it will."""

    path: str
    entry: bytes
    promise: str | None


_kept = msgspec.json.Decoder(Kept)


def _held_back(ballot: Signed) -> str:
    return msgspec.json.encode({"choices": ballot.choices, "proof": ballot.proof}).decode()


def _kept_as(ballot: Signed, box: Box) -> Kept:
    # Not by the text alone: two keys can be found for one proof, and would have one hash.
    said = f"{ballot.token.hex()} {ballot.turn} {_held_back(ballot)}"
    return Kept(ballot, openings.salt_by(box.secret or b"", said))


def read_kept(sent: bytes) -> Kept:
    return _kept.decode(sent)


async def cast_secretly(db: Db, poll_id: int, ballot: Signed) -> SecretCast:
    """Take a ballot; told again, the same answer. 1-4 statements.

    Refused: a token that was not given for this poll, a ballot that its token did not sign, a poll that is
    over, a token that has voted (in a poll where votes may change: in this turn).
    """
    box = await db.kept(Boxes).find(poll_id)
    if box is None:
        raise NotFound("There is no secret ballot here", reason="no_ballot")
    _check_choices(ballot.choices, is_ranked=box.is_ranked)
    try:
        secret_ballots.check(box.public, box.name, ballot)
    except SecretBallotInvalid as wrong:
        raise Refused(f"Validation failed: {wrong}", reason=wrong.reason) from None
    row, kept = await db.run(_put, poll_id, _kept_as(ballot, box))
    entry = kept.entry(is_sealed=row["hides_totals"])
    try:
        within_s = (row["left_s"] or 0.0) + PLACED_WITHIN_S
        promised = await appending.promise(db, row["origin"], entry, within_s=within_s)
    except Conflict:
        return SecretCast(row["path"], entry, None)
    return SecretCast(row["path"], entry, promised.decode())


def _check_choices(choices: list[int], *, is_ranked: bool) -> None:
    if not choices:
        raise Invalid("choices", "Validation failed: Choices can't be blank", reason="ERR_BLANK")
    if len(choices) > CHOICES_MOST or not -1 < min(choices) <= max(choices) < 1 << 15:
        raise _unknown()
    if len(set(choices)) < len(choices):
        raise Invalid(
            "choices", "Validation failed: An option was chosen twice", reason="ERR_TWICE"
        )
    if not is_ranked and choices != sorted(choices):
        raise Invalid("choices", "Validation failed: Choices come in the order of the options")


async def _put(tx: Tx, poll_id: int, kept: Kept) -> tuple[Any, Kept]:
    ballot = kept.ballot
    row = await tx.fetchrow(
        Q.cast_secretly,
        poll_id,
        ballot.token,
        ballot.turn,
        ballot.choices,
        msgspec.json.encode(kept),
    )
    if row is None:
        raise Refused("Validation failed: The poll has already ended", reason="ended")
    if not row["is_cast"]:
        kept = await _same(tx, poll_id, row, kept)
    return row, kept


async def _same(tx: Tx, poll_id: int, row: Any, kept: Kept) -> Kept:
    """What stood in the way: the same ballot is one that is sent again, because its answer was lost."""
    if row["is_unknown"]:
        raise _unknown()
    if row["is_too_many"]:
        raise Invalid("choices", "Validation failed: This poll takes one choice only")
    ballot = kept.ballot
    before = await tx.fetchrow(Q.find_secret_cast, poll_id, ballot.token, ballot.turn)
    if before is None:  # the poll does not let votes change
        raise _used()
    if list(before["choices"]) != ballot.choices:
        raise _used()
    if before["sent"] is not None:
        return read_kept(before["sent"])
    # Mixed meanwhile. The same choices signed anew make another entry, which nobody may be promised.
    if not await appending.has(tx, row["log_id"], kept.entry(is_sealed=row["hides_totals"])):
        raise _used()
    return kept


def _unknown() -> Invalid:
    return Invalid("choices", "Validation failed: The chosen vote option does not exist")


def _used() -> Refused:
    return Refused("Validation failed: This token has voted already", reason="token_used")
