"""Blocking and muting: accounts, and for oneself whole domains."""

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.events import Blocked, Unblocked
from parvis.domain.relationships.follows import touch_pair
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.relationships")


async def block(tx: Tx, account_id: int, target_id: int) -> None:
    """Block: nothing of one reaches the other, and what they had between them ends. Told: Blocked."""
    if account_id == target_id:
        raise Invalid("id", "Validation failed: You cannot block yourself")
    await tx.execute(Q.hold_pair, account_id, target_id)
    touch_pair(tx, account_id, target_id)
    tx.told = True
    if not await tx.fetchval(Q.block, account_id, target_id, Blocked.kind(), sorted(tx.touched)):
        raise NotFound


async def unblock(tx: Tx, account_id: int, target_id: int) -> None:
    """No longer block. Told: Unblocked."""
    touch_pair(tx, account_id, target_id)
    tx.told = True
    if not await tx.fetchval(
        Q.unblock, account_id, target_id, Unblocked.kind(), sorted(tx.touched)
    ):
        raise NotFound
