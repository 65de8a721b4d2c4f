"""Starting, taking, declining and ending a call. Who is in a call has a line of their own, so that nobody
is in two: a row of `call_lines` is taken or it is not, whoever presses at once.
"""

from datetime import timedelta
from typing import Literal

from parvis.domain.accounts.gate import Act, gate_and
from parvis.domain.calls.types import Started
from parvis.domain.errors import Conflict, Forbidden, NotFound
from parvis.domain.events import Blocked, CallChanged
from parvis.domain.wakes import wakes
from parvis.domain.wakes.wakes import Wake
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.calls")

MISSED_KEPT = timedelta(days=30)
TOLD_KEPT = timedelta(minutes=2)  # how a call ended, for pages that are open on it
ALL = 0  # the one slot of everything that rings

How = Literal["declined", "over"]


async def may_call(db: Db, account_id: int, target_id: int) -> bool:
    """Whether somebody takes calls of this account. One statement."""
    return bool(await db.fetchval(Q.may_call, account_id, target_id))


async def start(tx: Tx, account_id: int, target_id: int) -> Started:
    """Ring; answers which call it is, also the one that these two are in already. Two statements, three when
    the other is in a call: they find that they missed one. Told: CallChanged.
    """
    _, row = await gate_and(tx, Act(account_id, "call"), Q.start, account_id, target_id)
    if row["had"] is not None:
        return Started(row["had"])
    call_id: int | None = row["id"]
    if call_id is None:
        raise Forbidden("They take no calls of yours", reason="no_calls")
    wanted = [account_id] if row["is_silent"] else [account_id, target_id]
    taken = {one["account_id"] for one in await tx.fetch(Q.take_lines, call_id, wanted)}
    if account_id not in taken:
        had = await tx.fetchval(Q.give_way, call_id, account_id, target_id)
        if had is None:
            raise Conflict("You are in a call", reason="in_call")
        return Started(had)  # it was pressed twice at once, or by both of them
    if len(taken) < len(wanted):
        await tx.execute(Q.refuse_busy, call_id, MISSED_KEPT)
        return Started(call_id, is_busy=True)
    _tell(tx, call_id, *{account_id, *wanted})
    return Started(call_id)


async def accept(tx: Tx, account_id: int, call_id: int) -> None:
    """Whoever is rung takes the call. One statement. Refused: it rings no more. Told: CallChanged."""
    _, row = await gate_and(tx, Act(account_id, "call"), Q.accept, account_id, call_id)
    if row["id"] is None:
        raise NotFound
    if row["caller_id"] is not None:
        _tell(tx, call_id, row["caller_id"], account_id)
    elif row["state"] != "talking":  # else it was sent twice, or from another browser
        raise Conflict("It does not ring any more", reason="call_over")


async def close(tx: Tx, account_id: int, call_id: int, how: How) -> None:
    """Decline what rings, or hang up. One statement; of what is over already, nothing. Told: CallChanged."""
    await _close(tx, [call_id], account_id, how)


async def end_due(tx: Tx) -> int:
    """End what rang long enough and what a browser left without a word; answers how many. At most three
    statements. Told: CallChanged.
    """
    due = [row["id"] for row in await tx.fetch(Q.end_due)]
    if due:
        await _close(tx, due, None, "over", is_due=True)
    await tx.execute(Q.forget)
    return len(due)


async def end_blocked(tx: Tx, told: list[Blocked]) -> None:
    """Whoever blocks the other in a call ends it."""
    ones, others = [one.account_id for one in told], [one.target_id for one in told]
    ids = [row["id"] for row in await tx.fetch(Q.between, ones, others)]
    if ids:
        await _close(tx, ids, None, "over")


async def dismiss(tx: Tx, account_id: int, call_id: int | None) -> None:
    """Somebody knows that they missed a call; None: all of them."""
    await tx.execute(Q.dismiss, account_id, call_id)


async def erase(tx: Tx, account_id: int) -> int:
    """What somebody who left was in ends, and is forgotten with what they missed."""
    ids = [row["id"] for row in await tx.fetch(Q.of_account, account_id)]
    if ids:
        await _close(tx, ids, None, "over")
    await tx.execute(Q.erase, account_id)
    return 0


async def tell(tx: Tx, told: list[CallChanged]) -> None:
    """Every open page of these people is told to look."""
    pairs = {(one.call_id, account_id) for one in told for account_id in one.account_ids}
    await wakes.write(tx, [Wake("call", call_id, account_id=one) for call_id, one in sorted(pairs)])


async def _close(
    tx: Tx, call_ids: list[int], account_id: int | None, how: How, *, is_due: bool = False
) -> None:
    rows = await tx.fetch(Q.close, call_ids, account_id, how, MISSED_KEPT, TOLD_KEPT, is_due)
    for row in rows:
        _tell(tx, row["id"], row["caller_id"], row["callee_id"])


def _tell(tx: Tx, call_id: int, *account_ids: int) -> None:
    tx.touch(Fact.CALLS, ALL)
    tx.emit(CallChanged(call_id=call_id, account_ids=sorted(account_ids)))
