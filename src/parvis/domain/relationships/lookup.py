"""Looking at relationships: between two accounts, and lists of them."""

from collections.abc import Sequence

import msgspec

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.paging import paged
from parvis.domain.relationships.types import Listed, Relationship
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.relationships")
_relationships = msgspec.json.Decoder(list[Relationship])


async def list_relationships(
    db: Db, account_id: int, target_ids: Sequence[int], *, with_suspended: bool = True
) -> list[Relationship]:
    """How `account_id` stands to each of `target_ids`, in their order; unknown ones are left out."""
    ids = list(dict.fromkeys(target_ids))
    raw = await db.fetchval(Q.relationships, account_id, ids, with_suspended)
    return _relationships.decode(raw)


async def list_follow_requests(db: Db, account_id: int, page: Page) -> list[Listed]:
    """Those who ask to follow `account_id`."""
    return await _listed(db, "follow_requests", page, account_id)


async def _listed(db: Db, name: str, page: Page, *args: object) -> list[Listed]:
    """Accounts of a paged statement that answers `relation_id` and `account_id`."""
    rows = await paged(db, Q, name, page, *args)
    shown = {
        one.account.id: one
        for one in await db.kept(Accounts).show([row["account_id"] for row in rows])
    }
    return [
        Listed(row["relation_id"], shown[row["account_id"]], row.get("expires_at"))
        for row in rows
        if row["account_id"] in shown
    ]
