"""Whom to follow next, by two rules that can be told in a sentence each; no model, no history."""

import time

import msgspec

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import ShownAccount
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact, slot_of
from parvis.infra.sql import queries

Q = queries("parvis.domain.relationships")

FOLLOWS_READ = 500  # the latest of one's own: bounds the work for those who follow thousands
KEPT_S = 600  # whom others follow changes; whom one may like to follow hardly does
ACCOUNTS_KEPT = 20_000
FOUND = 12  # kept of each, so that some may go


class Suggestion(msgspec.Struct, frozen=True):
    shown: ShownAccount
    friends: int  # so many whom one follows follow it; 0: it is merely much followed


async def list_suggestions(db: Db, account_id: int, limit: int) -> list[Suggestion]:
    """Accounts followed by those one follows, most of them first; then the most followed."""
    rows = await db.fetch(Q.suggestions, account_id, limit, FOLLOWS_READ)
    friends = {row["id"]: row["friends"] for row in rows}
    shown = await db.kept(Accounts).show(friends)
    return [Suggestion(one, friends[one.account.id]) for one in shown]


class Suggested:
    """The first suggestions of each account, kept for minutes while its own circle stands: they are
    beside every home. Reached by `db.kept(Suggested)`.
    """

    def __init__(self, db: Db) -> None:
        self.db = db
        self._kept: dict[int, tuple[int, float, list[Suggestion]]] = {}

    async def show(self, account_id: int, limit: int) -> list[Suggestion]:
        """As `list_suggestions`; those who no longer want to be found are left out at once."""
        value = self.db.slots.values[slot_of(Fact.VIEWER, account_id)]
        kept = self._kept.get(account_id)
        if kept is None or kept[0] != value or kept[1] < time.monotonic():
            found = await list_suggestions(self.db, account_id, FOUND)
            if len(self._kept) >= ACCOUNTS_KEPT:
                for old in list(self._kept)[: ACCOUNTS_KEPT // 4]:
                    del self._kept[old]
            kept = self._kept[account_id] = (value, time.monotonic() + KEPT_S, found)
        friends = {one.shown.account.id: one.friends for one in kept[2]}
        now = await self.db.kept(Accounts).show(friends)
        return [
            Suggestion(one, friends[one.account.id])
            for one in now
            if one.account.is_discoverable and not (one.account.is_gone or one.account.is_limited)
        ][:limit]


async def dismiss(tx: Tx, account_id: int, target_id: int) -> None:
    """Never suggest somebody again."""
    tx.touch(Fact.VIEWER, account_id)
    await tx.execute(Q.dismiss, account_id, target_id)
