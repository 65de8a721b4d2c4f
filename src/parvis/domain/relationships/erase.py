"""Erasing the follows, blocks and mutes of somebody who left, some at a time."""

from parvis.domain.events import Unfollowed
from parvis.domain.relationships.follows import touch_pair
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.relationships")

AT_ONCE = 50


async def unfollow_some(tx: Tx, account_id: int) -> int:
    """In both directions; counters follow. Told: Unfollowed."""
    rows = await tx.fetch(Q.some_follows, account_id, AT_ONCE)
    for row in rows:
        touch_pair(tx, row["account_id"], row["target_id"])
        await tx.execute(
            Q.unfollow, row["account_id"], row["target_id"], Unfollowed.kind(), sorted(tx.touched)
        )
    tx.told = tx.told or bool(rows)
    return len(rows)


async def erase_rest(tx: Tx, account_id: int) -> int:
    """Blocks, mutes, notes: no counter rests on them."""
    await tx.execute(Q.erase, account_id)
    return 0
