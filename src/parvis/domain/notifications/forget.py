"""Notifications that must not stay."""

from parvis.domain.events import Blocked
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.notifications")


async def forget_blocked(tx: Tx, told: list[Blocked]) -> None:
    """After a block neither keeps notifications from the other."""
    await tx.execute(
        Q.forget_blocked, [event.account_id for event in told], [event.target_id for event in told]
    )
    for event in told:
        tx.touch(Fact.NOTIFICATIONS, event.account_id)
        tx.touch(Fact.NOTIFICATIONS, event.target_id)
