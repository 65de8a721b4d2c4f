"""Who gets a status at this moment: asked once for all accounts that have a stream open in a process.

The same predicates as the timelines decide (visible, wanted, kept at home), so that a stream never
tells what the timeline would not show.
"""

from collections.abc import Collection
from typing import Any

import msgspec

from parvis.domain.events import StatusDeleted, StatusEdited, StatusPublished
from parvis.domain.wakes import wakes
from parvis.domain.wakes.wakes import Wake
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.timelines")

Whose = dict[int, list[int]]  # status → the accounts, or lists, that get it


class Public(msgspec.Struct, frozen=True):
    """A status of the public and hashtag streams, and who of those listening does not get it."""

    is_local: bool
    has_media: bool
    is_listed: bool  # also outside its hashtags: no reply to somebody else
    tags: frozenset[str]
    refuser_ids: frozenset[int]


async def in_homes(db: Db, account_ids: Collection[int], status_ids: Collection[int]) -> Whose:
    rows = await db.fetch(Q.home_audience, list(account_ids), list(status_ids))
    return _whose(rows, "account_id")


async def were_in_homes(db: Db, account_ids: Collection[int], status_ids: Collection[int]) -> Whose:
    """Of deleted statuses."""
    rows = await db.fetch(Q.deleted_audience, list(account_ids), list(status_ids))
    return _whose(rows, "account_id")


async def blocked_by(
    db: Db, account_ids: Collection[int], author_ids: Collection[int]
) -> set[tuple[int, int]]:
    """Pairs of an account and an author who blocked it: of a deleted status nothing else is left."""
    rows = await db.fetch(Q.blocked, list(account_ids), list(author_ids))
    return {(row["account_id"], row["author_id"]) for row in rows}


async def in_lists(db: Db, list_ids: Collection[int], status_ids: Collection[int]) -> Whose:
    """Status → lists."""
    rows = await db.fetch(Q.list_audience, list(list_ids), list(status_ids))
    return _whose(rows, "list_id")


def _whose(rows: list[Any], column: str) -> Whose:
    whose: Whose = {}
    for row in rows:
        whose.setdefault(row["status_id"], []).append(row[column])
    return whose


async def in_public(
    db: Db, account_ids: Collection[int], status_ids: Collection[int]
) -> dict[int, Public]:
    rows = await db.fetch(Q.public_audience, list(account_ids), list(status_ids))
    return {
        row["id"]: Public(
            row["is_local"],
            row["has_media"],
            row["is_listed"],
            frozenset(row["tags"]),
            frozenset(row["refuser_ids"]),
        )
        for row in rows
    }


async def owns_list(db: Db, account_id: int, list_id: int) -> bool:
    return await db.fetchval(Q.owns_list, list_id, account_id)


async def tell_published(tx: Tx, told: list[StatusPublished]) -> None:
    """Handler, after the fan-out: streams may look for these now."""
    await wakes.write(tx, [Wake("status", one.status_id, one.account_id) for one in told])


async def tell_edited(tx: Tx, told: list[StatusEdited]) -> None:
    await wakes.write(tx, [Wake("edit", one.status_id, one.account_id) for one in told])


async def tell_deleted(tx: Tx, told: list[StatusDeleted]) -> None:
    await wakes.write(
        tx,
        [
            Wake(
                "delete",
                one.status_id,
                one.account_id,
                is_public=one.visibility == "public" and one.reblog_of_id is None,
            )
            for one in told
        ],
    )
