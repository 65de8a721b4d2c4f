"""Entering a draw, leaving it again, and the receipt: an entry under a pseudonym of that draw."""

import time
from typing import Any

import msgspec

from parvis.domain.accounts.gate import Act, gate_and
from parvis.domain.draws.types import Announced, Draw, Eligible, announced_of
from parvis.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from parvis.domain.transparency import appending, entries, proofs
from parvis.domain.transparency.serving import PublishedLogs
from parvis.infra.clock import now
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols.merkle_log import leaf_hash

Q = queries("parvis.domain.draws")
KEPT_MOST = 500
KEPT_S = 60.0


class _Entered(msgspec.Struct, frozen=True):
    """What entering asks of a draw that never changes while it is open."""

    announced: Announced
    log_id: int
    origin: str
    secret: bytes


class OpenDraws:
    """Reached by `db.kept(OpenDraws)`: what the manifest says and what makes pseudonyms, by draw."""

    def __init__(self, _: Db) -> None:
        self._kept: dict[int, tuple[float, _Entered]] = {}

    async def find(self, tx: Tx, draw_id: int) -> _Entered:
        """Refused: there is no such draw, or it is over. 0-1 statement."""
        found = self._kept.get(draw_id)
        if found is None or found[0] < time.monotonic():
            if len(self._kept) >= KEPT_MOST:
                self._kept.clear()
            row = await tx.fetchrow(Q.find_open, draw_id)
            if row is None:
                raise NotFound
            if row["secret"] is None:
                raise _is_closed()
            entered = _Entered(
                announced_of(row["manifest"]), row["log_id"], row["origin"], row["secret"]
            )
            found = self._kept[draw_id] = (time.monotonic() + KEPT_S, entered)
        return found[1]


class DrawReceipt(msgspec.Struct, frozen=True):
    """Somebody's entry in a draw's log. `proof` None: it waits for its place; `promise` None: no key yet."""

    draw_id: int
    path: str  # the log's
    entry: bytes
    is_in: bool
    promise: str | None
    proof: bytes | None

    @property
    def proof_path(self) -> str:
        return f"{self.path}/proofs/{leaf_hash(self.entry).hex()}.tlog-proof"


def entry_of(entrant: bytes) -> bytes:
    return entries.encode("entry", entrant=entrant.hex())


async def enter(tx: Tx, account_id: int, draw_id: int, place: str) -> None:
    """Enter a draw that is open, as its manifest allows; who is in already stays. At most 3 statements."""
    kept = tx.db.kept(OpenDraws)
    draw = await kept.find(tx, draw_id)
    places = draw.announced.places
    if "*" not in places and place not in places:
        raise Invalid("place", "Validation failed: Choose where you are", reason="ERR_BLANK")
    entrant = bytes.fromhex(entries.pseudonym(draw.secret, str(account_id)))
    eligible = draw.announced.eligible
    _, row = await gate_and(
        tx,
        Act(account_id, "vote"),
        Q.enter,
        account_id,
        draw_id,
        now(),
        entrant,
        leaf_hash(entry_of(entrant)),
        eligible.older_than_days,
        eligible.follow_the_author,
    )
    if row["is_entered"]:
        await appending.append(tx, draw.log_id, entry_of(entrant))
        return
    _refuse(row)


def _refuse(row: Any) -> None:
    refused: Refused | None = None
    if not row["is_open"]:
        refused = _is_closed()
    elif row["is_own"]:
        refused = Forbidden("You cannot enter your own draw", reason="own_draw")
    else:
        refused = _hindrance(row)
    if refused is not None:
        raise refused


def _hindrance(row: Any) -> Forbidden | None:
    if not row["is_old"]:
        return Forbidden("Your account is too young for this draw", reason="too_young")
    if not row["follows"]:
        return Forbidden("This draw is for followers of its author", reason="not_following")
    if not row["is_listed"]:
        return Forbidden("This draw is for those on a list of its author", reason="not_listed")
    return None


async def find_hindrance(db: Db, account_id: int, draw: Draw) -> Forbidden | None:
    """Why a draw is not for this account, by its rules; None: nothing says so. 0-1 statement."""
    eligible = announced_of(draw.manifest).eligible
    if eligible == Eligible():
        return None
    days, by_following = eligible.older_than_days, eligible.follow_the_author
    row = await db.fetchrow(Q.find_hindrance, account_id, draw.id, days, by_following, now())
    return _hindrance(row) if row is not None else None


async def leave(tx: Tx, account_id: int, draw_id: int) -> None:
    """Leave before the list is frozen; in a series, take no part in what comes. At most 3 statements."""
    kept = tx.db.kept(OpenDraws)
    draw = await kept.find(tx, draw_id)
    entrant = bytes.fromhex(entries.pseudonym(draw.secret, str(account_id)))
    row = await tx.fetchrow(Q.leave, draw_id, entrant, now())
    if row is None or not row["is_open"]:
        raise _is_closed()
    if row["is_left"]:
        await appending.append(tx, draw.log_id, entries.encode("left", entrant=entrant.hex()))


def _is_closed() -> Conflict:
    return Conflict("The list of this draw is closed", reason="draw_closed")


async def find_receipt(db: Db, account_id: int, draw_id: int) -> DrawReceipt:
    """One's own receipt. Refused: one never entered. At most five statements."""
    row = await db.fetchrow(Q.find_entered, draw_id, account_id)
    if row is None:
        raise NotFound("You have not entered this draw", reason="not_entered")
    entry = entry_of(row["entrant"])
    log = await db.kept(PublishedLogs).find(row["path"])
    found = log and await proofs.find_receipt(db, log, leaf_hash(entry))
    try:
        promise = (await appending.promise(db, row["origin"], entry)).decode()
    except Conflict:
        promise = None
    return DrawReceipt(
        draw_id, row["path"], entry, row["is_in"], promise, found.encode() if found else None
    )
