"""Pushing a published status into the homes of those who follow its author or its hashtags."""

from parvis.domain.events import Followed, StatusPublished
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact, slot_of
from parvis.infra.sql import queries

Q = queries("parvis.domain.timelines")

PUSHED_FOLLOWERS = 500  # above it an author's statuses are merged at read: constant writes a status
BACKFILLED = (
    40  # newest statuses of somebody newly followed: two pages, so that a home is not empty
)


async def push(tx: Tx, told: list[StatusPublished]) -> None:
    """One insert-select for the whole batch; homes that got something are touched."""
    rows = await tx.fetch(Q.fan_out, [event.status_id for event in told], PUSHED_FOLLOWERS)
    tx.touched.update(slot_of(Fact.HOME, row["account_id"]) for row in rows)


async def backfill(tx: Tx, told: list[Followed]) -> None:
    """Homes of new followers get what the followed published last."""
    rows = await tx.fetch(
        Q.backfill,
        [event.account_id for event in told],
        [event.target_id for event in told],
        BACKFILLED,
    )
    tx.touched.update(slot_of(Fact.HOME, row["account_id"]) for row in rows)
