"""Whom to follow next, by two rules that can be told in a sentence each; no model, no history."""

import msgspec

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import ShownAccount
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.relationships")

FOLLOWS_READ = 500  # the latest of one's own: bounds the work for those who follow thousands


class Suggestion(msgspec.Struct, frozen=True):
    shown: ShownAccount
    friends: int  # so many whom one follows follow it; 0: it is merely much followed


async def list_suggestions(db: Db, account_id: int, limit: int) -> list[Suggestion]:
    """Accounts followed by those one follows, most of them first; then the most followed."""
    rows = await db.fetch(Q.suggestions, account_id, limit, FOLLOWS_READ)
    friends = {row["id"]: row["friends"] for row in rows}
    shown = await db.kept(Accounts).show(friends)
    return [Suggestion(one, friends[one.account.id]) for one in shown]


async def dismiss(tx: Tx, account_id: int, target_id: int) -> None:
    """Never suggest somebody again."""
    await tx.execute(Q.dismiss, account_id, target_id)
