"""Lists that pages show: whose account is that, what it published, what a hashtag gathers, a thread."""

from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.domain.timelines import account
from parvis.domain.timelines.account import Wish
from parvis.domain.timelines.hashtag import Tagged, show_hashtag
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.timelines")
MAX_THREAD = 400  # statuses of one thread on a page


async def find_account(db: Db, username: str, domain: str | None) -> int | None:
    """The id of an account by its name; None: nobody has it."""
    return await db.fetchval(Q.find_account, username, domain)


async def show_authored(db: Db, viewer_id: int, account_id: int, page: Page) -> list[Shown]:
    """What an account published or reblogged, as far as the viewer may see it."""
    wish = Wish(without_replies=True, without_direct=True)
    return await account.show_authored(db, viewer_id, account_id, wish, page)


async def show_tagged(db: Db, viewer_id: int, tag: str, page: Page) -> list[Shown]:
    """Public statuses with a hashtag."""
    return await show_hashtag(db, viewer_id, Tagged(tag), page)


async def show_thread(db: Db, viewer_id: int, status_id: int) -> list[Shown]:
    """A status among what it answers and what answers it, in reading order."""
    rows = await db.fetch(Q.thread, viewer_id, status_id, MAX_THREAD)
    return await db.kept(Statuses).show(viewer_id, [row["id"] for row in rows])
