"""Who is on a list."""

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.events import Blocked, Unfollowed
from parvis.domain.relationships.lookup import list_accounts
from parvis.domain.relationships.types import Listed
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.lists")


async def add(tx: Tx, account_id: int, list_id: int, member_ids: list[int]) -> None:
    """Put accounts on a list: whom its owner follows, and the owner. All or none."""
    ids = sorted(set(member_ids))
    tx.touch(Fact.HOME, account_id)
    row = await tx.fetchrow(Q.add, account_id, list_id, ids)
    if not row["is_there"] or row["followed"] < len(ids):
        raise NotFound
    if row["added"] < len(ids):
        raise Invalid(
            "account_ids", "Validation failed: Account has already been taken", reason="ERR_TAKEN"
        )


async def remove(tx: Tx, account_id: int, list_id: int, member_ids: list[int]) -> None:
    """Take accounts off a list."""
    tx.touch(Fact.HOME, account_id)
    if not await tx.fetchval(Q.remove, account_id, list_id, member_ids):
        raise NotFound


async def place(tx: Tx, account_id: int, member_id: int, list_ids: list[int]) -> None:
    """Have an account on exactly these lists of the owner's. Only whom the owner follows, and the owner."""
    ids = sorted(set(list_ids))
    tx.touch(Fact.HOME, account_id)
    row = await tx.fetchrow(Q.place, account_id, member_id, ids)
    if row["found"] < len(ids) or (ids and not row["may"]):
        raise NotFound


async def list_members(db: Db, account_id: int, list_id: int, page: Page) -> list[Listed]:
    """Who is on a list of this account."""
    return await list_accounts(db, Q, "members", page, account_id, list_id)


async def leave(tx: Tx, told: list[Unfollowed] | list[Blocked]) -> None:
    """Sweep memberships that ended with a follow, in either direction."""
    pairs = [(event.account_id, event.target_id) for event in told]
    pairs += [(target, account) for account, target in pairs]
    await tx.execute(Q.leave, [one for one, _ in pairs], [other for _, other in pairs])
