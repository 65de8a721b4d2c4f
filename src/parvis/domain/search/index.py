"""Keeping the text index of statuses: the worker's part of searching."""

from parvis.domain.events import StatusDeleted, StatusEdited, StatusPublished
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.search")


async def index(tx: Tx, told: list[StatusPublished] | list[StatusEdited]) -> None:
    """Index new and changed statuses, those nobody else may find included: authors find their own."""
    await tx.execute(Q.index_statuses, [event.status_id for event in told])


async def forget(tx: Tx, told: list[StatusDeleted]) -> None:
    await tx.execute(Q.forget_statuses, [event.status_id for event in told])
