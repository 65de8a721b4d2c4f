"""Who votes in a secret ballot: each account gets one token, signed unseen, and the log says that it did.

The server learns who asked and nothing else: what it signs is blinded (RFC 9474), so the token that comes
back with a ballot is one of those it gave, and no more can be known. Those who ask at once are put on record
with one statement, each by its own right, as votes are (`crowds.py`).
"""

import hashlib
from collections.abc import Sequence

import msgspec

from parvis.domain.accounts.gate import gate_each
from parvis.domain.errors import Conflict, Invalid, NotFound, Refused
from parvis.domain.polls.ballot import OpenPolls
from parvis.domain.polls.ballot_keys import BallotKeys
from parvis.domain.polls.eligibility import find_barred, ineligible
from parvis.domain.transparency import entries
from parvis.infra.gathering import Gathering
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols.blind_rsa import PublicKey

Q = queries("parvis.domain.polls")
PACE_S = 0.05  # between statements while many ask


class Asking(msgspec.Struct, frozen=True):
    """Somebody wants their token. `voter` None: the poll is over. `asked` is a hash of what is to be
    signed.
    """

    account_id: int
    poll_id: int
    voter: bytes | None
    asked: bytes
    entry: bytes
    has_rules: bool


class Issued(msgspec.Struct, frozen=True):
    """`signature` is of the blinded message; `entry` says in the log that this voter has a token."""

    signature: bytes
    entry: bytes


class Issuing:
    """Reached by `db.kept(Issuing)`."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._gathering: Gathering[tuple[int, int], Asking, None] = Gathering(
            self._record, pace_s=PACE_S
        )

    async def ask(self, one: Asking) -> None:
        """Put it on record, with others if there are any. Refused: who may have no token, or has one."""
        await self._gathering.ask((one.poll_id, one.account_id), one)

    async def _record(self, several: Sequence[Asking]) -> Sequence[Exception | None]:
        return await self._db.run(record, several)


async def issue_token(db: Db, account_id: int, poll_id: int, blinded: bytes) -> Issued:
    """Sign a voter's blinded message, once it is on record that they got their one token.

    Told again with the same message, the same signature. Refused: who may not vote, a poll that is over,
    another message. 1-4 statements, shared with whoever asks meanwhile; 1.1 ms of CPU for the signature,
    which is checked before it leaves. One that comes out wrong is a fault of ours and no refusal: the voter
    keeps what they asked with, and asks again.
    """
    key = await db.kept(BallotKeys).find(poll_id)
    _check(blinded, key.public if key is not None else None)
    asking = await _asking(db, account_id, poll_id, blinded)
    await db.kept(Issuing).ask(asking)
    if key is None:  # the record refuses every poll that has none
        raise _over()
    return Issued(await db.kept(BallotKeys).sign(key, blinded), asking.entry)


def _check(blinded: bytes, public: PublicKey | None) -> None:
    """Before anything is on record: a voter who sent nonsense can ask again."""
    if public is not None and not public.can_sign(blinded):
        raise Invalid(
            "blinded", "Validation failed: This is no blinded message for this poll's key"
        )


async def _asking(db: Db, account_id: int, poll_id: int, blinded: bytes) -> Asking:
    poll = await db.kept(OpenPolls).find(db, poll_id)
    if poll is None:
        raise NotFound
    voter = entries.pseudonym(poll.secret or b"", str(account_id))
    return Asking(
        account_id,
        poll_id,
        bytes.fromhex(voter) if poll.secret is not None else None,
        hashlib.sha256(blinded).digest(),
        entries.encode("issuance", voter=voter),
        poll.has_rules,
    )


async def record(tx: Tx, several: Sequence[Asking]) -> list[Exception | None]:
    """Put on record who gets a token; answers for each why not, if so. 1-2 statements, one more for each
    whose account asked twice at once. No two of one account in one poll.
    """
    ruled = [(one.poll_id, one.account_id) for one in several if one.has_rules]
    barred = await find_barred(tx, ruled) if ruled else {}
    rows = await gate_each(
        tx,
        Q.issue,
        list(range(len(several))),
        [one.poll_id for one in several],
        [one.account_id for one in several],
        [None if (one.poll_id, one.account_id) in barred else one.voter for one in several],
        [one.asked for one in several],
        [one.entry for one in several],
        sorted({one.poll_id for one in several}),
    )
    answers: list[Exception | None] = []
    for trouble, row in rows:
        number: int = row["number"]
        one = several[number]
        refused = trouble or _refusal(row["why_not"])
        rule = barred.get((one.poll_id, one.account_id))
        if rule is not None and row["why_not"] == "over":  # else they may not even know of it
            refused = ineligible(rule)
        if refused is None and not row["is_issued"]:
            refused = await _had(tx, one, row["asked"])
        answers.append(refused)
    return answers


async def _had(tx: Tx, one: Asking, asked: bytes | None) -> Refused | None:
    """Who has a token already may have its signature again, and no other."""
    if asked is None:  # the one that was first was not there yet
        asked = await tx.fetchval(Q.find_asked, one.poll_id, one.voter)
    if asked == one.asked:
        return None
    return Conflict(
        "You have your token for this poll: it is in the browser or app where you asked for it",
        reason="issued",
    )


def _refusal(why_not: str | None) -> Refused | None:
    match why_not:
        case "not there":
            return NotFound()
        case "not secret":
            words, reason = "This poll is no secret ballot", "not_secret"
        case "own":
            words, reason = "You cannot vote in your own polls", "own_poll"
        case "over":
            return _over()
        case _:
            return None
    return Refused(f"Validation failed: {words}", reason=reason)


def _over() -> Refused:
    return Refused("Validation failed: The poll has already ended", reason="ended")
