"""Direct exchanges, as each of the people in them lists them.

Publishing moves them (statuses/sql/move_conversations.sql), so that the writer finds theirs at
once; this noun lists, marks and removes them, and tells open streams.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import ShownAccount
from parvis.domain.errors import NotFound
from parvis.domain.events import StatusDeleted, StatusPublished
from parvis.domain.paging import paged
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.domain.wakes import wakes
from parvis.domain.wakes.wakes import Wake
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.conversations")


class ShownConversation(msgspec.Struct):
    """What doors present of one."""

    id: int
    account_id: int  # whose list it is in
    is_unread: bool
    last_status_id: int
    accounts: list[ShownAccount]  # the others; oneself when there are none
    last_status: Shown | None


async def list_conversations(db: Db, account_id: int, page: Page) -> list[ShownConversation]:
    rows = await paged(db, Q, "list", page, account_id)
    return await _present(db, [{"account_id": account_id, **row} for row in rows])


async def find_conversations(db: Db, ids: Iterable[int]) -> list[ShownConversation]:
    """Each as its own account may see it."""
    return await _present(db, [dict(row) for row in await db.fetch(Q.find_all, list(ids))])


async def mark(tx: Tx, account_id: int, id_: int, *, is_unread: bool) -> None:
    if await tx.fetchval(Q.mark, id_, account_id, is_unread) is None:
        raise NotFound


async def remove(tx: Tx, account_id: int, id_: int) -> None:
    """Out of one's own list; it comes back with the next status."""
    if await tx.fetchval(Q.remove, id_, account_id) is None:
        raise NotFound


async def on_published(tx: Tx, told: list[StatusPublished]) -> None:
    direct = [one.status_id for one in told if one.visibility == "direct"]
    if direct:
        await _wake(tx, await tx.fetch(Q.moved, direct))


async def on_deleted(tx: Tx, told: list[StatusDeleted]) -> None:
    direct = [one.status_id for one in told if one.visibility == "direct"]
    if direct:
        await _wake(tx, await tx.fetch(Q.step_back, direct))


async def _wake(tx: Tx, rows: list[Any]) -> None:
    await wakes.write(tx, [Wake("conversation", row["id"], row["account_id"]) for row in rows])


async def _present(db: Db, rows: list[dict[str, Any]]) -> list[ShownConversation]:
    wanted: dict[int, set[int]] = {}
    people: set[int] = set()
    for row in rows:
        wanted.setdefault(row["account_id"], set()).add(row["last_status_id"])
        people.update(row["participant_ids"] or [row["account_id"]])
    statuses = await db.kept(Statuses).show_each(wanted)
    accounts = {one.account.id: one for one in await db.kept(Accounts).show(people)}
    return [
        ShownConversation(
            row["id"],
            row["account_id"],
            row["is_unread"],
            row["last_status_id"],
            [
                accounts[id_]
                for id_ in row["participant_ids"] or [row["account_id"]]
                if id_ in accounts
            ],
            statuses[row["account_id"]].get(row["last_status_id"]),
        )
        for row in rows
    ]
