"""Reblogging and undoing it. Given a reblog, both act on what it shows."""

from datetime import datetime

from parvis.domain.accounts.gate import Act, gate_and, has_left
from parvis.domain.errors import Forbidden, NotFound
from parvis.domain.events import StatusDeleted, StatusPublished, Visibility
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.statuses")


async def reblog(
    tx: Tx,
    account_id: int,
    status_id: int,
    visibility: Visibility | None = None,
    app_id: int | None = None,
    reblogged_at: datetime | None = None,
) -> int:
    """Reblog, and answer the reblog's id; the same as before if there is one already.

    Refused: direct statuses, private ones of others, authors the account blocks. What is private stays
    private whatever `visibility` says. `reblogged_at`: what is brought in from elsewhere. Told:
    StatusPublished.
    """
    _touch(tx, account_id)
    tx.touch(Fact.STATUS_COUNTERS, status_id)
    _, row = await gate_and(
        tx,
        Act(account_id, "reblog"),
        Q.reblog,
        account_id,
        status_id,
        visibility,
        app_id,
        StatusPublished.kind(),
        sorted(tx.touched),
        reblogged_at,
    )
    if row["target_id"] is None:
        raise NotFound
    if row["is_refused"]:
        raise Forbidden
    if row["came_id"] is None:
        if row["known_id"] is not None:
            return row["known_id"]
        # Another request won the race after this statement had looked: its reblog is there now. Else
        # the account was left meanwhile.
        won = await tx.fetchval(Q.find_reblog, account_id, row["target_id"])
        if won is None:
            raise has_left()
        return won
    tx.touch(Fact.STATUS_COUNTERS, row["target_id"])
    tx.told = True
    return row["came_id"]


async def unreblog(tx: Tx, account_id: int, status_id: int) -> int:
    """Undo a reblog if there is one; answers the id of what was reblogged. Told: StatusDeleted."""
    _touch(tx, account_id)
    row = await tx.fetchrow(
        Q.unreblog, account_id, status_id, StatusDeleted.kind(), sorted(tx.touched)
    )
    if row is None:
        raise NotFound
    if row["id"] is not None:
        tx.touch(Fact.STATUS, row["id"])
        tx.touch(Fact.STATUS_COUNTERS, row["reblog_of_id"])
        tx.told = True
    return row["reblog_of_id"]


def _touch(tx: Tx, account_id: int) -> None:
    for fact in (Fact.VIEWER, Fact.HOME, Fact.AUTHORED, Fact.ACCOUNT_COUNTERS):
        tx.touch(fact, account_id)


async def touch_reblogged(tx: Tx, told: list[StatusPublished]) -> None:
    """Once more in the worker: the writer knew only the id it was given, perhaps a reblog's."""
    reblogged = [event.reblog_of_id for event in told if event.reblog_of_id is not None]
    tx.touch(Fact.STATUS_COUNTERS, *reblogged)
