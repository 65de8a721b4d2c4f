"""Making, changing and deleting lists."""

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.lists.types import List, ListDraft
from parvis.domain.words import clean
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.lists")

LISTS_MOST = 50
TITLE_LONGEST = 255


async def create(tx: Tx, account_id: int, draft: ListDraft) -> List:
    """A new list, empty."""
    if draft.title is None:
        raise Invalid("title", "Validation failed: Title can't be blank", reason="ERR_BLANK")
    title = _title(draft.title)
    await tx.execute(Q.hold, account_id)
    row = await tx.fetchrow(
        Q.create,
        account_id,
        title,
        draft.replies_policy or "list",
        draft.is_exclusive or False,
        LISTS_MOST,
    )
    if row is None:
        raise Invalid(
            "title",
            f"Validation failed: You have reached the maximum number of lists ({LISTS_MOST})",
            reason="ERR_TOO_MANY",
        )
    return List(*row)


async def change(tx: Tx, account_id: int, list_id: int, draft: ListDraft) -> List:
    """Change what the draft says."""
    title = None if draft.title is None else _title(draft.title)
    tx.touch(Fact.HOME, account_id)
    row = await tx.fetchrow(
        Q.change, account_id, list_id, title, draft.replies_policy, draft.is_exclusive
    )
    if row is None:
        raise NotFound
    return List(*row)


async def delete(tx: Tx, account_id: int, list_id: int) -> None:
    """Delete a list; those on it stay followed."""
    tx.touch(Fact.HOME, account_id)
    if await tx.fetchval(Q.delete, account_id, list_id) is None:
        raise NotFound


def _title(title: str) -> str:
    title = clean(title, "title", TITLE_LONGEST * 10).strip()
    if not title:
        raise Invalid("title", "Validation failed: Title can't be blank", reason="ERR_BLANK")
    if len(title) > TITLE_LONGEST:
        raise Invalid(
            "title",
            f"Validation failed: Title is too long (maximum is {TITLE_LONGEST} characters)",
            reason="ERR_TOO_LONG",
        )
    return title


async def list_lists(db: Db, account_id: int, *, with_member_id: int | None = None) -> list[List]:
    """All lists of an account, or those that some account is on."""
    return [List(*row) for row in await db.fetch(Q.show, account_id, None, with_member_id)]


async def get_list(db: Db, account_id: int, list_id: int) -> List:
    """A list of this account; anybody else's is not found."""
    row = await db.fetchrow(Q.show, account_id, list_id, None)
    if row is None:
        raise NotFound
    return List(*row)
