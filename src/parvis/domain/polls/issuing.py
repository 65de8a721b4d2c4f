"""Who votes in a secret ballot: each account gets one token, signed unseen, and the log says that it did.

The server learns who asked and nothing else: what it signs is blinded (RFC 9474), so the token that comes
back with a ballot is one of those it gave, and no more can be known.
"""

import asyncio
import hashlib
import time
from typing import Any

import msgspec

from parvis.domain.accounts.gate import Act, gate_and
from parvis.domain.errors import Conflict, Invalid, NotFound, Refused
from parvis.domain.polls.ballot import OpenPolls
from parvis.domain.polls.eligibility import find_barred, ineligible
from parvis.domain.statuses.secret_asking import sealed_for
from parvis.domain.transparency import entries
from parvis.infra.postgres import Db, Tx
from parvis.infra.sealing import Sealing
from parvis.infra.sql import queries
from parvis.protocols.blind_rsa import BlindRsaInvalid, PrivateKey, PublicKey

Q = queries("parvis.domain.polls")
KEPT_MOST = 200
KEPT_S = 60.0


class BallotKeys:
    """Reached by `db.kept(BallotKeys)`: keys of open secret ballots, by poll. Opening one takes 40 ms."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._kept: dict[int, tuple[float, PrivateKey]] = {}

    async def find(self, poll_id: int) -> PrivateKey | None:
        """None: no secret ballot, or its key is destroyed. 0-1 statement."""
        found = self._kept.get(poll_id)
        if found is not None and found[0] > time.monotonic():
            return found[1]
        self._kept.pop(poll_id, None)
        row = await self._db.fetchrow(Q.find_key, poll_id)
        if row is None or row["private"] is None:
            return None
        opened = self._db.kept(Sealing).open(row["private"], sealed_for(row["public"]))
        if opened is None:
            raise Conflict(
                "This machine lacks the key that this poll's is sealed with", reason="no_key"
            )
        key = await asyncio.to_thread(PrivateKey.parse, bytes.fromhex(opened))
        if len(self._kept) >= KEPT_MOST:
            self._kept.clear()
        self._kept[poll_id] = (time.monotonic() + KEPT_S, key)
        return key

    def forget(self, poll_id: int) -> None:
        self._kept.pop(poll_id, None)


class Issued(msgspec.Struct, frozen=True):
    """`signature` is of the blinded message; `entry` says in the log that this voter has a token."""

    signature: bytes
    entry: bytes


async def issue_token(db: Db, account_id: int, poll_id: int, blinded: bytes) -> Issued:
    """Sign a voter's blinded message, once it is on record that they got their one token.

    Told again with the same message, the same signature. Refused: who may not vote, a poll that is over,
    another message. 2-4 statements; 1.1 ms of CPU for the signature, which is checked before it leaves.
    """
    key = await db.kept(BallotKeys).find(poll_id)
    _check(blinded, key.public if key is not None else None)
    entry = await db.run(_record, account_id, poll_id, hashlib.sha256(blinded).digest())
    if key is None:  # the record refuses every poll that has none
        raise _over()
    try:
        return Issued(key.blind_sign(blinded), entry)
    except BlindRsaInvalid:
        raise Conflict("The token could not be signed; ask again", reason="not_signed") from None


def _check(blinded: bytes, public: PublicKey | None) -> None:
    """Before anything is on record: a voter who sent nonsense can ask again."""
    size = public.size if public is not None else len(blinded)
    if len(blinded) != size or (public is not None and not public.can_sign(blinded)):
        raise Invalid(
            "blinded", "Validation failed: This is no blinded message for this poll's key"
        )


async def _record(tx: Tx, account_id: int, poll_id: int, asked: bytes) -> bytes:
    """Put on record that this account got its token for this message; answers the log's entry."""
    secrets = tx.db.kept(OpenPolls)
    kept = await secrets.find(tx, poll_id)
    secret = kept.secret if kept is not None else None
    voter = entries.pseudonym(secret or b"", str(account_id))
    entry = entries.encode("issuance", voter=voter)
    _, row = await gate_and(
        tx,
        Act(account_id, "vote"),
        Q.issue,
        account_id,
        poll_id,
        bytes.fromhex(voter) if secret is not None else None,
        asked,
        entry,
    )
    _admit(tx, row, poll_id)
    if row["is_issued"] and kept is not None and kept.has_rules:
        barred = await find_barred(tx, [(poll_id, account_id)])
        if barred:
            raise ineligible(barred[poll_id, account_id])
    had = row["asked"]
    if not row["is_issued"] and had is None:  # the one that was first was not there yet
        had = await tx.fetchval(Q.find_asked, poll_id, bytes.fromhex(voter))
    if not row["is_issued"] and had != asked:
        raise Conflict(
            "You have your token for this poll: it is in the browser or app where you asked for it",
            reason="issued",
        )
    return entry


def _admit(tx: Tx, row: Any, poll_id: int) -> None:
    if row["status_id"] is None:
        raise NotFound
    if not row["is_secret"]:
        raise Refused("Validation failed: This poll is no secret ballot", reason="not_secret")
    if row["is_own"]:
        raise Refused("Validation failed: You cannot vote in your own polls", reason="own_poll")
    if row["is_over"]:
        tx.db.kept(BallotKeys).forget(poll_id)
        raise _over()


def _over() -> Refused:
    return Refused("Validation failed: The poll has already ended", reason="ended")
