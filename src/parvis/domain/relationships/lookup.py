"""Looking at relationships: between two accounts, and lists of them."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import ShownAccount
from parvis.domain.paging import paged
from parvis.domain.relationships.types import Listed, Relationship
from parvis.infra.postgres import Db
from parvis.infra.sql import Queries, queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.relationships")
_relationships = msgspec.json.Decoder(list[Relationship])

FAMILIAR_MOST = 40  # of each account asked for

OwnList = Literal["follow_requests", "blocks", "mutes"]
PublicList = Literal["followers", "following", "endorsements"]


async def list_relationships(
    db: Db, account_id: int, target_ids: Sequence[int], *, with_suspended: bool = True
) -> list[Relationship]:
    """How `account_id` stands to each of `target_ids`, in order; unknown ones are left out."""
    ids = list(dict.fromkeys(target_ids))
    raw = await db.fetchval(Q.relationships, account_id, ids, with_suspended)
    return _relationships.decode(raw)


async def list_own(db: Db, kind: OwnList, account_id: int, page: Page) -> list[Listed]:
    """Accounts that ask to follow `account_id`, or that it blocks or mutes: for itself only."""
    return await list_accounts(db, Q, kind, page, account_id)


async def list_of(
    db: Db, kind: PublicList, account_id: int, viewer_id: int, page: Page
) -> list[Listed]:
    """Followers, followed or endorsed accounts of `account_id`, as far as `viewer_id` may see."""
    return await list_accounts(db, Q, kind, page, account_id, viewer_id)


async def list_domain_blocks(db: Db, account_id: int, page: Page) -> list[tuple[int, str]]:
    """Servers that `account_id` blocks, with the cursors of the list."""
    rows = await paged(db, Q, "domain_blocks", page, account_id)
    return [(row["id"], row["domain"]) for row in rows]


async def list_familiar_followers(
    db: Db, account_id: int, target_ids: Sequence[int]
) -> list[tuple[int, list[ShownAccount]]]:
    """For each of `target_ids`, those whom `account_id` follows among its followers."""
    ids = list(dict.fromkeys(target_ids))
    rows = await db.fetch(Q.familiar_followers, account_id, ids, FAMILIAR_MOST)
    everyone = {id_ for row in rows for id_ in row["account_ids"]}
    shown = {one.account.id: one for one in await db.kept(Accounts).show(everyone)}
    return [
        (row["target_id"], [shown[id_] for id_ in row["account_ids"] if id_ in shown])
        for row in rows
    ]


async def list_accounts(
    db: Db, queries_: Queries, name: str, page: Page, *args: object
) -> list[Listed]:
    """Accounts of a paged statement that answers `relation_id` and `account_id`."""
    rows = await paged(db, queries_, name, page, *args)
    shown = {
        one.account.id: one
        for one in await db.kept(Accounts).show([row["account_id"] for row in rows])
    }
    return [
        Listed(row["relation_id"], shown[row["account_id"]], row.get("expires_at"))
        for row in rows
        if row["account_id"] in shown
    ]
