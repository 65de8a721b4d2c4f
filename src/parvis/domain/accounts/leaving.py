"""An account whose person leaves: at once it is nobody's face any more."""

from typing import Any

from parvis.domain.errors import NotFound
from parvis.infra import jobs
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.accounts")


async def leave(tx: Tx, account_id: int) -> None:
    """Everything that rests on the account is hidden by this; jobs erase it. Refused: done already."""
    was = await tx.fetchrow(Q.leave, account_id)
    if was is None:
        raise NotFound
    # As for a suspension (standing.py): every verdict on a status rests on its author's row.
    for fact in (Fact.ACCOUNT, Fact.AUTHORED, Fact.ACCOUNT_COUNTERS):
        tx.touch(fact, account_id)
    tx.touch(Fact.PUBLIC, 0)
    tx.touch(Fact.HOME, 0)
    keys = [key for part in (was["avatar"], was["header"]) for key in _keys(part)]
    if keys:
        await jobs.enqueue(tx, "remove_files", {"keys": sorted(set(keys))})


async def finish(tx: Tx, account_id: int) -> None:
    """All jobs of the erasure are done."""
    await tx.execute(Q.finish_erasure, account_id)


def _keys(picture: dict[str, Any] | None) -> list[str]:
    if picture is None:
        return []
    return [key for key in (picture["url"], picture["static_url"]) if "://" not in key]
