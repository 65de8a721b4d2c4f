"""The statuses of one account, as others see them on its page."""

import msgspec

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.errors import NotFound
from parvis.domain.paging import paged
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.paging import Page
from parvis.protocols.text import normalise_hashtag

Q = queries("parvis.domain.timelines")


class Wish(msgspec.Struct, frozen=True):
    """Which of an account's statuses are wanted."""

    only_media: bool = False
    without_replies: bool = False  # to others: a thread of one's own stays whole
    without_reblogs: bool = False
    without_direct: bool = False  # pages are no place for letters
    tag: str | None = None


class Opening(msgspec.Struct, frozen=True):
    """Where an account's page opens: what stands on top, and the latest of the rest."""

    pinned: list[Shown]
    latest: list[Shown]


async def show_authored(
    db: Db, viewer_id: int, account_id: int, wish: Wish, page: Page
) -> list[Shown]:
    """Whoever the account blocks sees nothing; a suspended account shows nothing."""
    await _check_account(db, account_id)
    rows = await paged(
        db,
        Q,
        "authored",
        page,
        viewer_id,
        account_id,
        wish.only_media,
        wish.without_replies,
        wish.without_reblogs,
        wish.without_direct,
        normalise_hashtag(wish.tag.removeprefix("#")) if wish.tag else None,
    )
    return await db.kept(Statuses).show(viewer_id, [row["id"] for row in rows], page.limit)


async def show_pinned(db: Db, viewer_id: int, account_id: int) -> list[Shown]:
    await _check_account(db, account_id)
    rows = await db.fetch(Q.pinned, viewer_id, account_id)
    return await db.kept(Statuses).show(viewer_id, [row["id"] for row in rows])


async def show_opening(db: Db, viewer_id: int, account_id: int, limit: int) -> Opening:
    """The first page of an account: pinned statuses, then its latest without replies to others.

    One statement for the ids of both, one for the statuses (a second when a reblog is not known).
    """
    await _check_account(db, account_id)
    rows = await db.fetch(Q.opening, viewer_id, account_id, limit)
    on_top = {row["id"] for row in rows if row["pin_id"] is not None}
    shown = await db.kept(Statuses).show(viewer_id, [row["id"] for row in rows])
    return Opening(
        [one for one in shown if one.status.id in on_top],
        [one for one in shown if one.status.id not in on_top],
    )


async def _check_account(db: Db, account_id: int) -> None:
    if not await db.kept(Accounts).show([account_id]):
        raise NotFound
