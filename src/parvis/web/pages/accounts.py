"""An account's page: who it is and what it published."""

from starlette.responses import Response

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import ShownAccount
from parvis.domain.errors import NotFound
from parvis.domain.timelines.pages import find_account, show_authored
from parvis.web import showing
from parvis.web.pages.front import about_cards, links
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

GONE, FORBIDDEN = 410, 403


@pages.get("/@{acct}")
async def account(visit: Visit) -> Response:
    account_id = await find(visit, visit.path["acct"])
    page = visit.page()
    statuses = await show_authored(visit.db, visit.viewer_id, account_id, page)
    shown = (await visit.db.kept(Accounts).show([account_id]))[0]
    row = shown.account
    is_own = row.id == visit.viewer_id
    if row.is_gone:
        status = GONE if row.is_deleted else FORBIDDEN
        return visit.render("gone.html", status, account=row, is_own=is_own)
    return visit.render(
        "account.html",
        shown=shown,
        is_own=is_own,
        banner=banner(visit, shown),
        moved_to=await _moved_to(visit, row.moved_to_id),
        statuses=statuses,
        **links(visit, statuses, page),
        **await about_cards(visit),
    )


@pages.get("/users/{username}")
async def actor(visit: Visit) -> Response:
    """A person who followed an account's ActivityPub id."""
    return visit.redirect(f"/@{visit.path['username']}")


async def find(visit: Visit, acct: str) -> int:
    """The account called `alice`, `alice@here` or `alice@elsewhere`; not found otherwise."""
    username, _, domain = acct.partition("@")
    here = domain.lower() == visit.addresses.domain.lower()
    found = await find_account(visit.db, username, None if here else domain or None)
    if found is None:
        raise NotFound
    return found


def banner(visit: Visit, shown: ShownAccount) -> str:
    header = shown.account.header
    if header is None:
        return visit.door.static.address("header.svg")
    return showing.absolute(header.static_url, visit.addresses)


async def _moved_to(visit: Visit, account_id: int | None) -> ShownAccount | None:
    if account_id is None:
        return None
    found = await visit.db.kept(Accounts).show([account_id])
    return found[0] if found and not found[0].account.is_gone else None
