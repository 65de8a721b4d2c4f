"""An account's page: who it is and what it published."""

from typing import Literal

from starlette.responses import Response

from parvis.domain.accounts.lookup import find_by_acct, find_left, show_present
from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import ShownAccount
from parvis.domain.errors import NotFound
from parvis.domain.timelines.account import Opening, Wish, show_authored, show_opening
from parvis.protocols.paging import Page
from parvis.web import previews, showing
from parvis.web.barred import tell_barred
from parvis.web.pages.front import about_cards, links
from parvis.web.routing import Pages
from parvis.web.showing_people import familiar, standing
from parvis.web.visit import Visit

pages = Pages()

GONE, FORBIDDEN = 410, 403
Tab = Literal["", "with_replies", "media"]
SIZE, MEDIA_SIZE = 20, 30
WISHES: dict[Tab, Wish] = {
    "": Wish(without_replies=True, without_direct=True),
    "with_replies": Wish(without_direct=True),
    "media": Wish(only_media=True, without_reblogs=True, without_direct=True),
}


@pages.get("/@{acct}")
async def account(visit: Visit) -> Response:
    return await _show(visit, "")


@pages.get("/@{acct}/with_replies")
async def with_replies(visit: Visit) -> Response:
    return await _show(visit, "with_replies")


@pages.get("/@{acct}/media")
async def media(visit: Visit) -> Response:
    return await _show(visit, "media")


async def _show(visit: Visit, tab: Tab) -> Response:
    shown = await find(visit, visit.path["acct"])
    row = shown.account
    is_own = row.id == visit.viewer_id
    if row.is_gone:
        status = GONE if row.is_deleted else FORBIDDEN
        visit.robots = previews.HIDDEN
        return visit.render("people/gone.html", status, account=row, is_own=is_own)
    page = visit.page(size=MEDIA_SIZE if tab == "media" else SIZE)
    is_first = not tab and page.max_id is None and page.min_id is None
    opening = await _read(visit, row.id, page, tab)
    await tell_barred(visit, [*opening.pinned, *opening.latest])
    return visit.render(
        "people/account.html",
        shown=shown,
        head=previews.of_account(visit, shown, is_first=is_first),
        tab=tab,
        is_own=is_own,
        banner=banner(visit, shown),
        relation=None if is_own else await standing(visit, row.id),
        familiar_followers=await familiar(visit, row.id),
        moved_to=await _moved_to(visit, row.moved_to_id),
        pinned=opening.pinned,
        statuses=opening.latest,
        **links(visit, opening.latest, page),
        **await about_cards(visit),
    )


@pages.get("/users/{username}")
async def actor(visit: Visit) -> Response:
    """A person who followed an account's ActivityPub id."""
    return visit.redirect(f"/@{visit.path['username']}")


async def find(visit: Visit, acct: str) -> ShownAccount:
    """The account called `alice`, `alice@here` or `alice@elsewhere`, gone ones among them."""
    account_id = await find_by_acct(visit.db, acct, visit.addresses.domain)
    if account_id is None:
        account_id = await find_left(visit.db, acct, visit.addresses.domain)
    if account_id is None:
        raise NotFound
    # The one who runs the network stands beside: asked for in the same statement.
    beside = visit.network.contact_account_id
    found = await visit.db.kept(Accounts).show([account_id, *([beside] if beside else [])])
    if not found or found[0].account.id != account_id:
        raise NotFound
    if not found[0].account.is_deleted:
        found = await show_present(visit.db, [account_id], visit.viewer_id)
    if not found:
        raise NotFound
    return found[0]


async def find_for_all(visit: Visit, acct: str) -> ShownAccount:
    """The account as everybody may know it, whoever asks."""
    account_id = await find_by_acct(visit.db, acct, visit.addresses.domain)
    found = await show_present(visit.db, [account_id]) if account_id is not None else []
    if not found:
        raise NotFound
    return found[0]


def banner(visit: Visit, shown: ShownAccount) -> str:
    header = shown.account.header
    if header is None:
        return visit.door.static.address("header.svg")
    return showing.absolute(header.static_url, visit.addresses)


async def _read(visit: Visit, account_id: int, page: Page, tab: Tab) -> Opening:
    """What is pinned stands on the first page alone."""
    if not tab and page.max_id is None and page.min_id is None:
        return await show_opening(visit.db, visit.viewer_id, account_id, page.limit)
    shown = await show_authored(visit.db, visit.viewer_id, account_id, WISHES[tab], page)
    return Opening([], shown)


async def _moved_to(visit: Visit, account_id: int | None) -> ShownAccount | None:
    if account_id is None:
        return None
    found = await visit.db.kept(Accounts).show([account_id])
    return found[0] if found and not found[0].account.is_gone else None
