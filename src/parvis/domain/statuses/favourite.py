"""Favouriting and taking it back. Given a reblog, both act on what it shows."""

from parvis.domain.accounts.gate import Act, gate_and
from parvis.domain.errors import Forbidden, NotFound
from parvis.domain.events import StatusFavourited, StatusUnfavourited
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.statuses")


async def favourite(tx: Tx, account_id: int, status_id: int) -> None:
    """Refused for what the account may not see (not found) and for authors it blocks."""
    tx.touch(Fact.VIEWER, account_id)
    tx.touch(Fact.STATUS_COUNTERS, status_id)
    _, row = await gate_and(
        tx,
        Act(account_id, "favourite"),
        Q.favourite,
        account_id,
        status_id,
        StatusFavourited.kind(),
        sorted(tx.touched),
    )
    if row["target_id"] is None:
        raise NotFound
    if row["is_blocked"]:
        raise Forbidden
    if row["is_new"]:
        tx.touch(Fact.STATUS_COUNTERS, row["target_id"])
        tx.told = True


async def unfavourite(tx: Tx, account_id: int, status_id: int) -> None:
    """Idempotent; anyone may take back what they did, whatever happened meanwhile."""
    tx.touch(Fact.VIEWER, account_id)
    tx.touch(Fact.STATUS_COUNTERS, status_id)
    gone_id = await tx.fetchval(
        Q.unfavourite, account_id, status_id, StatusUnfavourited.kind(), sorted(tx.touched)
    )
    if gone_id is not None:
        tx.touch(Fact.STATUS_COUNTERS, gone_id)
        tx.told = True


async def touch_favourited(tx: Tx, told: list[StatusFavourited] | list[StatusUnfavourited]) -> None:
    """Once more in the worker: the writer knew only the id it was given, perhaps a reblog's."""
    tx.touch(Fact.STATUS_COUNTERS, *(event.status_id for event in told))
