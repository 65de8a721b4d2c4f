"""Accounts as moderators see them: with the person behind and the state they are in."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

import msgspec

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import Role, ShownAccount
from parvis.domain.errors import NotFound
from parvis.domain.moderation.types import State
from parvis.domain.paging import paged
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.moderation")

PAGE_SIZE = 20
PAGES_MOST = 500  # deeper than anybody reads; what is further has a filter


class AccountFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which accounts; None and empty: any. `username` and `email` are how they begin."""

    origin: Literal["local", "remote"] | None = None
    states: list[State] = []  # all of them
    roles: list[Role] | None = None
    username: str | None = None
    display_name: str | None = None
    domain: str | None = None
    email: str | None = None


class SeenAccount(msgspec.Struct, frozen=True):
    """An account with what only moderators see; the person's part is None for remote ones."""

    id: int
    username: str
    domain: str | None
    created_at: datetime
    email: str | None
    locale: str | None
    reason: str | None  # why they want to join
    role: Role | None
    last_seen_on: date | None
    inviter: str | None  # whose invitation they came by
    is_confirmed: bool
    is_approved: bool
    is_disabled: bool
    is_sensitized: bool
    is_limited: bool
    is_suspended: bool
    has_factors: bool  # one-time codes or passkeys


class Seen(msgspec.Struct, frozen=True):
    """An account for moderators, with its public face."""

    account: SeenAccount
    shown: ShownAccount


async def list_accounts(db: Db, wanted: AccountFilter, page: Page) -> list[Seen]:
    """A page of accounts, newest first. Three statements."""
    rows = await paged(
        db,
        Q,
        "list_accounts",
        page,
        wanted.origin,
        wanted.states,
        wanted.roles,
        wanted.username,
        wanted.display_name,
        wanted.domain,
        wanted.email,
    )
    ids = [row["id"] for row in rows]
    seen = await show_accounts(db, ids)
    return [seen[id_] for id_ in ids if id_ in seen]


async def list_by_activity(db: Db, wanted: AccountFilter, page: int) -> list[Seen]:
    """Accounts of this network, those who were here last first; `page` counts from 0."""
    rows = await db.fetch(
        Q.list_by_activity,
        wanted.states,
        wanted.roles,
        wanted.username,
        wanted.email,
        PAGE_SIZE,
        min(page, PAGES_MOST) * PAGE_SIZE,
    )
    ids = [row["id"] for row in rows]
    seen = await show_accounts(db, ids)
    return [seen[id_] for id_ in ids if id_ in seen]


async def show_accounts(db: Db, ids: Iterable[int]) -> dict[int, Seen]:
    """Accounts by id, for moderators; unknown ids are left out."""
    ids = sorted(set(ids))
    if not ids:
        return {}
    rows = {row["id"]: row for row in await db.fetch(Q.show_accounts, ids)}
    shown = await db.kept(Accounts).show(ids)
    return {
        one.account.id: Seen(msgspec.convert(dict(rows[one.account.id]), SeenAccount), one)
        for one in shown
        if one.account.id in rows
    }


async def find_account(db: Db, account_id: int) -> Seen:
    """One account, for moderators; not found when there is none."""
    seen = await show_accounts(db, [account_id])
    if account_id not in seen:
        raise NotFound
    return seen[account_id]
