"""Somebody's notifications: reading them, and putting them aside.

The newest are kept in process while nothing changed for that account. A notification whose
status is not theirs to see any more, or whose account is gone, is not shown.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import ShownAccount
from parvis.domain.errors import NotFound
from parvis.domain.events import NotificationsRead
from parvis.domain.paging import paged
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact, slot_of
from parvis.infra.sql import queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.notifications")

KEPT_ROWS = 80
ACCOUNTS_KEPT = 20_000
MOST_COUNTED = 100  # unread; a badge shows 99+
SPARE = 8  # asked beyond a page: some may not be shown any more, and it should still be full


class Notification(msgspec.Struct, frozen=True):
    """A row, as told."""

    id: int
    account_id: int  # who is told
    kind: str
    from_account_id: int
    status_id: int | None
    report_id: int | None
    created_at: datetime


class ReportTold(msgspec.Struct, frozen=True):
    """What staff are told of a report."""

    id: int
    account_id: int
    target_id: int
    status_ids: list[int]
    rule_ids: list[int]
    category: Literal["spam", "legal", "violation", "other"]
    comment: str
    is_forwarded: bool
    created_at: datetime
    resolved_at: datetime | None
    target: ShownAccount


class ShownNotification(msgspec.Struct):
    """What doors present of one."""

    notification: Notification
    account: ShownAccount
    status: Shown | None
    report: ReportTold | None


class Wanted(msgspec.Struct, frozen=True):
    """Which notifications are asked for. `kinds` None: all."""

    kinds: list[str] | None = None
    excluded_kinds: list[str] = []
    from_account_id: int | None = None

    def has(self, one: Notification) -> bool:
        return (
            (self.kinds is None or one.kind in self.kinds)
            and one.kind not in self.excluded_kinds
            and self.from_account_id in (None, one.from_account_id)
        )


class _Newest(msgspec.Struct):
    slots: list[tuple[int, int]]
    rows: list[Notification]
    is_whole: bool  # there is nothing older


class Notifications:
    """Reached by `db.kept(Notifications)`."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self._kept: dict[int, _Newest] = {}
        self._unread: dict[int, tuple[list[tuple[int, int]], int]] = {}

    async def show(self, account_id: int, page: Page, wanted: Wanted) -> list[ShownNotification]:
        """A page; nothing asked of the database when all is kept."""
        rows = await self._rows(account_id, page, wanted)
        shown = await self._present({account_id: rows})
        if len(shown) < min(len(rows), page.limit):  # what is kept is behind
            self._kept.pop(account_id, None)
            rows = await self._ask(account_id, page, wanted)
            shown = await self._present({account_id: rows})
        if page.min_id is not None:  # what lies immediately above the cursor is asked for
            return shown[-page.limit :]
        return shown[: page.limit]

    async def find(self, account_id: int, id_: int) -> ShownNotification:
        """One of this account's notifications."""
        found = [
            one for one in await self.find_all([id_]) if one.notification.account_id == account_id
        ]
        if not found:
            raise NotFound
        return found[0]

    async def find_all(self, ids: Iterable[int]) -> list[ShownNotification]:
        """Notifications of whomever, each as its own account may see it."""
        by_account: dict[int, list[Notification]] = {}
        for row in await self.db.fetch(Q.find, list(ids)):
            by_account.setdefault(row["account_id"], []).append(Notification(*row))
        return await self._present(by_account)

    async def count_unread(self, account_id: int, wanted: Wanted, most: int) -> int:
        """How many lie above the account's marker, at most `most`."""
        return await self.db.fetchval(
            Q.count_unread,
            account_id,
            wanted.kinds,
            wanted.excluded_kinds,
            wanted.from_account_id,
            most,
        )

    async def unread(self, account_id: int) -> int:
        """How many pages tell of, at most MOST_COUNTED; kept while nothing changed."""
        values = self.db.slots.values
        kept = self._unread.get(account_id)
        if kept is not None and all(values[slot] == value for slot, value in kept[0]):
            return kept[1]
        marks = [(slot, values[slot]) for slot in _slots(account_id)]
        count = await self.count_unread(account_id, Wanted(), MOST_COUNTED)
        if len(self._unread) >= ACCOUNTS_KEPT:
            for old in list(self._unread)[: ACCOUNTS_KEPT // 4]:
                del self._unread[old]
        self._unread[account_id] = marks, count
        return count

    def last_unread(self, account_id: int) -> int:
        """What `unread` last answered in this process."""
        kept = self._unread.get(account_id)
        return kept[1] if kept else 0

    async def count_unread_of(self, account_ids: Collection[int]) -> dict[int, int]:
        """How many each account has not read, at most MOST_COUNTED; one statement for all."""
        rows = await self.db.fetch(Q.count_unread_of, list(account_ids), MOST_COUNTED)
        return {row["account_id"]: row["unread"] for row in rows}

    async def _rows(self, account_id: int, page: Page, wanted: Wanted) -> list[Notification]:
        if page.min_id is None and page.since_id is None and page.max_id is None:
            newest = await self._newest(account_id)
            rows = [one for one in newest.rows if wanted.has(one)][: page.limit + SPARE]
            if newest.is_whole or len(rows) >= page.limit:
                return rows
        asked = msgspec.structs.replace(page, limit=page.limit + SPARE)
        return await self._ask(account_id, asked, wanted)

    async def _ask(self, account_id: int, page: Page, wanted: Wanted) -> list[Notification]:
        args = wanted.kinds, wanted.excluded_kinds, wanted.from_account_id
        return [
            Notification(*row) for row in await paged(self.db, Q, "list", page, account_id, *args)
        ]

    async def _newest(self, account_id: int) -> _Newest:
        values = self.db.slots.values
        newest = self._kept.get(account_id)
        if newest is not None and all(values[slot] == value for slot, value in newest.slots):
            return newest
        marks = [(slot, values[slot]) for slot in _slots(account_id)]
        rows = await self._ask(account_id, Page(KEPT_ROWS), Wanted())
        if len(self._kept) >= ACCOUNTS_KEPT:
            for old in list(self._kept)[: ACCOUNTS_KEPT // 4]:
                del self._kept[old]
        newest = self._kept[account_id] = _Newest(marks, rows, len(rows) < KEPT_ROWS)
        return newest

    async def _present(self, told: dict[int, list[Notification]]) -> list[ShownNotification]:
        rows = [one for of_account in told.values() for one in of_account]
        accounts = {
            one.account.id: one
            for one in await self.db.kept(Accounts).show({one.from_account_id for one in rows})
            if not one.account.is_gone
        }
        wanted = {
            account_id: {one.status_id for one in of_account if one.status_id is not None}
            for account_id, of_account in told.items()
        }
        statuses = await self.db.kept(Statuses).show_each(wanted)
        reports = await self._reports(rows)
        shown: list[ShownNotification] = []
        for one in rows:
            account = accounts.get(one.from_account_id)
            status = statuses[one.account_id].get(one.status_id or 0)
            report = reports.get((one.account_id, one.report_id))
            is_whole = (status or one.status_id is None) and (report or one.report_id is None)
            if account is not None and is_whole:
                shown.append(ShownNotification(one, account, status, report))
        return shown

    async def _reports(self, rows: list[Notification]) -> dict[tuple[int, int | None], ReportTold]:
        """(reader, report) → the report, for those who are staff now; asked anew, as they move."""
        told = [(one.account_id, one.report_id) for one in rows if one.report_id is not None]
        if not told:
            return {}
        readers, ids = zip(*told, strict=True)
        found = await self.db.fetch(Q.reports, list(readers), list(ids))
        targets = {
            one.account.id: one
            for one in await self.db.kept(Accounts).show({row["target_id"] for row in found})
        }
        return {
            (row["reader_id"], row["id"]): _report(row, targets[row["target_id"]])
            for row in found
            if row["target_id"] in targets
        }


def _slots(account_id: int) -> list[int]:
    return [slot_of(fact, account_id) for fact in (Fact.NOTIFICATIONS, Fact.VIEWER)]


def _report(row: Any, target: ShownAccount) -> ReportTold:
    columns = {name: value for name, value in row.items() if name != "reader_id"}
    return ReportTold(**columns, target=target)


async def dismiss(tx: Tx, account_id: int, id_: int) -> None:
    """Put one aside; nothing tells it again."""
    tx.touch(Fact.NOTIFICATIONS, account_id)
    if not await tx.fetchval(Q.dismiss, id_, account_id):
        raise NotFound
    tx.emit(NotificationsRead(account_id))


async def dismiss_some(tx: Tx, account_id: int, ids: list[int]) -> None:
    """Put several aside, such as a group of them; those that went meanwhile do not matter."""
    tx.touch(Fact.NOTIFICATIONS, account_id)
    if not await tx.fetchval(Q.dismiss_some, ids, account_id):
        raise NotFound
    tx.emit(NotificationsRead(account_id))


async def clear(tx: Tx, account_id: int) -> None:
    """Put all aside."""
    tx.touch(Fact.NOTIFICATIONS, account_id)
    await tx.execute(Q.clear, account_id)
    tx.emit(NotificationsRead(account_id))
