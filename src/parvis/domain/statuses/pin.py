"""Pinning statuses to one's own page."""

from parvis.domain.accounts.gate import Act, gate_and
from parvis.domain.errors import NotFound, Refused
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.statuses")
MAX_PINS = 5  # Mastodon's


async def pin(tx: Tx, account_id: int, status_id: int) -> None:
    """Refused in Mastodon's words: others' statuses, direct ones, reblogs, and the sixth."""
    tx.touch(Fact.VIEWER, account_id)
    await tx.fetch(Q.hold_pins, account_id)
    _, row = await gate_and(
        tx, Act(account_id, "change_account"), Q.pin, account_id, status_id, MAX_PINS
    )
    if row["target_id"] is None:
        raise NotFound
    if row["is_pinned"]:
        return
    if row["is_reblog"]:
        raise Refused("Validation failed: A boost cannot be pinned")
    if row["is_foreign"]:
        raise Refused("Validation failed: Someone else's post cannot be pinned")
    if row["is_direct"]:
        raise Refused(
            "Validation failed: Posts that are only visible to mentioned users cannot be pinned"
        )
    raise Refused("Validation failed: You have already pinned the maximum number of posts")


async def unpin(tx: Tx, account_id: int, status_id: int) -> None:
    tx.touch(Fact.VIEWER, account_id)
    if await tx.fetchval(Q.unpin, account_id, status_id) is None:
        raise NotFound
