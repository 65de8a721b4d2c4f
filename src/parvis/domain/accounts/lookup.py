"""Finding accounts: by name, by words, in the directory; and what one's own person sees of one."""

import unicodedata
from typing import Any

import msgspec

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import Role, ShownAccount
from parvis.domain.errors import NotFound
from parvis.domain.events import Visibility
from parvis.infra.postgres import Db
from parvis.infra.slots import Fact, slot_of
from parvis.infra.sql import queries

Q = queries("parvis.domain.accounts")

KEPT = 10_000
QUERY_LONGEST = 200  # nobody is called so; a longer one only costs time


class Credentials(msgspec.Struct, frozen=True):
    """What only the account's own person sees."""

    role: Role
    default_visibility: Visibility
    default_sensitive: bool
    default_language: str | None
    preferences: dict[str, Any]
    follow_requests: int


class _Own:
    """`Credentials` by account, trusted while what they rest on stands still."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self.kept: dict[int, tuple[list[tuple[int, int]], Credentials]] = {}

    async def read(self, account_id: int, user_id: int) -> Credentials:
        values = self.db.slots.values
        found = self.kept.get(account_id)
        if found is not None and all(values[slot] == value for slot, value in found[0]):
            return found[1]
        rests_on = (
            slot_of(Fact.LOGIN, user_id),
            slot_of(Fact.VIEWER, account_id),  # who asks to follow
            slot_of(Fact.HOME, 0),  # somebody who asked was suspended, reinstated, or left
        )
        slots = [(slot, values[slot]) for slot in rests_on]
        row = await self.db.fetchrow(Q.credentials, account_id)
        if row is None:
            raise NotFound
        if len(self.kept) >= KEPT:
            for old in list(self.kept)[: KEPT // 4]:
                del self.kept[old]
        self.kept[account_id] = slots, Credentials(*row)
        return self.kept[account_id][1]


async def get_credentials(db: Db, account_id: int, user_id: int) -> Credentials:
    """What somebody sees of their own account besides its face. 0 or 1 statement."""
    return await db.kept(_Own).read(account_id, user_id)


async def find_by_acct(db: Db, acct: str, own_domain: str) -> int | None:
    """The id of `user`, `@user` or `user@domain`, in any case; None: nobody known here."""
    username, domain = split_acct(acct, own_domain)
    if not username or "\0" in username + domain:
        return None
    return await db.fetchval(Q.find_by_acct, username, domain)


async def find_left(db: Db, acct: str, own_domain: str) -> int | None:
    """The id of an account whose person has left, by its name; None: nobody of that name left."""
    username, domain = split_acct(acct, own_domain)
    if not username or "\0" in username + domain:
        return None
    return await db.fetchval(Q.find_left, username, domain)


def split_acct(acct: str, own_domain: str) -> tuple[str, str]:
    """Name and domain of an address as people write it; "" is this network."""
    username, _, domain = acct.strip().removeprefix("@").partition("@")
    domain = domain.lower()
    return username, "" if domain == own_domain else domain


async def show_present(db: Db, ids: list[int], viewer_id: int = 0) -> list[ShownAccount]:
    """Those of `ids` whom people may know of: not left, and admitted (or the viewer). Suspended
    ones are among them: doors show them as shells.
    """
    shown = [one for one in await db.kept(Accounts).show(ids) if not one.account.is_deleted]
    waiting = {
        one.account.id for one in shown if one.account.is_pending and one.account.id != viewer_id
    }
    if not waiting:
        return shown
    # A row may tell of somebody admitted meanwhile.
    still = {row["account_id"] for row in await db.fetch(Q.list_pending, list(waiting))}
    return [one for one in shown if one.account.id not in still]


async def search_accounts(  # noqa: PLR0913 - the documented parameters
    db: Db,
    viewer_id: int,
    words: str,
    own_domain: str,
    *,
    limit: int,
    offset: int = 0,
    only_followed: bool = False,
) -> list[int]:
    """Ids of accounts for `words`: names that begin so first, then those that contain or resemble.

    Accents and case do not matter. `user@domain` looks for beginnings of both.
    """
    words = words.replace("\0", "").strip()[:QUERY_LONGEST].strip()
    username, at, domain = words.removeprefix("@").partition("@")
    name = fold(username).strip()
    if not name:
        return []
    domain = domain.lower()
    rows = await db.fetch(
        Q.search,
        viewer_id,
        name,
        as_pattern(name) + "%",
        as_pattern(domain) if at else None,
        own_domain.startswith(domain),
        only_followed,
        limit,
        offset,
    )
    return [row["id"] for row in rows]


def fold(text: str) -> str:
    """As PostgreSQL's plain() folds: without accents and case."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def as_pattern(text: str) -> str:
    """Text as LIKE takes it literally."""
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


async def list_directory(
    db: Db, viewer_id: int, *, only_local: bool, newest_first: bool, limit: int, offset: int
) -> list[int]:
    """Ids of accounts that want to be found."""
    rows = await db.fetch(Q.directory, viewer_id, only_local, newest_first, limit, offset)
    return [row["id"] for row in rows]
