"""The network's front, what it says about itself, and its hashtags."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.errors import NotFound
from parvis.domain.network import rules
from parvis.domain.network.numbers import Counted, find_document
from parvis.domain.statuses import tags
from parvis.domain.statuses.tags import Tag
from parvis.domain.statuses.types import Shown
from parvis.domain.timelines.hashtag import Tagged, show_hashtag
from parvis.domain.timelines.public import show_public
from parvis.protocols.paging import Page
from parvis.protocols.text import TextInvalid, clean
from parvis.web import heads, previews, showing
from parvis.web.announced import announced
from parvis.web.barred import tell_barred
from parvis.web.live import TAG_LONGEST, of_tag
from parvis.web.locales import N_
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

FRONT_SIZE = 10  # messages: enough to see how people speak here, and half as much to load


@pages.get("/")
async def front(visit: Visit) -> Response:
    page = visit.page(size=FRONT_SIZE)
    statuses = await show_public(visit.db, visit.viewer_id, page, where="local")
    is_first = page.max_id is None and page.min_id is None
    return visit.render(
        "front.html",
        announced=await announced(visit),
        statuses=statuses,
        is_first=is_first,
        banner=heads.picture_of_network(visit.network, visit.addresses),
        numbers=await visit.db.kept(Counted).numbers.read() if is_first else None,
        head=previews.of_front(visit, is_first=is_first),
        **links(visit, statuses, page),
        **await about_cards(visit),
    )


@pages.get("/about")
async def about(visit: Visit) -> Response:
    text = showing.document(visit.network.description)
    counted = visit.db.kept(Counted)
    staff = await counted.staff.read()
    shown = await visit.db.kept(Accounts).show([one.account_id for one in staff])
    accounts = {one.account.id: one.account for one in shown if not one.account.is_gone}
    title = visit.locale.text("About %(network)s", network=visit.network.title)
    return visit.render(
        "about.html",
        text=text,
        numbers=await counted.numbers.read(),
        staff=[(one.role, accounts[one.account_id]) for one in staff if one.account_id in accounts],
        head=previews.of_text(visit, "/about", title, heads.plain(text)),
        **await about_cards(visit),
    )


@pages.get("/privacy-policy")
async def privacy_policy(visit: Visit) -> Response:
    return await _document(visit, "privacy_policy", N_("Privacy policy"))


@pages.get("/terms-of-service")
async def terms_of_service(visit: Visit) -> Response:
    return await _document(visit, "terms_of_service", N_("Terms of service"))


async def _document(visit: Visit, key: str, heading: str) -> Response:
    found = await find_document(visit.db, key)
    if found is None:
        visit.robots = previews.HIDDEN
    return visit.render(
        "document.html",
        200 if found else 404,
        heading=visit.locale.text(heading),
        head=previews.of_text(visit, visit.request.scope["path"], visit.locale.text(heading)),
        text=showing.document(found.text) if found else "",
        changed_at=found.updated_at if found else None,
        **await about_cards(visit),
    )


@pages.get("/tags/{name}")
async def tag(visit: Visit) -> Response:
    name = tag_named(visit)
    page = visit.page()
    statuses = await show_hashtag(visit.db, visit.viewer_id, Tagged(name), page)
    await tell_barred(visit, statuses)
    return visit.render(
        "timelines/tag.html",
        tag=name,
        known=await _known(visit, name),
        live=of_tag(name),
        head=previews.of_tag(visit, name, is_first=page.max_id is None and page.min_id is None),
        statuses=statuses,
        **links(visit, statuses, page),
        **await about_cards(visit),
    )


def tag_named(visit: Visit) -> str:
    """The hashtag of an address. One of which nothing can be seen has no page."""
    name = visit.path["name"]
    try:
        is_seen = bool(clean(name, field="name", maximum=TAG_LONGEST))
    except TextInvalid:
        is_seen = False
    if not is_seen:
        raise NotFound
    return name


async def _known(visit: Visit, name: str) -> Tag | None:
    """The hashtag as a member may follow it; None for who may not, and for what is no hashtag.

    Spelled as in the address: how others spell it would tell that it is used.
    """
    if visit.login is None or visit.login.trouble is not None:
        return None
    try:
        found = await tags.get_tag(visit.db, visit.viewer_id, name)
    except NotFound:
        return None
    return msgspec.structs.replace(found, display_name=name)


async def about_cards(visit: Visit) -> dict[str, Any]:
    """What stands beside every public page: who runs the network, and its rules."""
    owner_id = visit.network.contact_account_id
    owners = await visit.db.kept(Accounts).show([owner_id]) if owner_id else []
    return {"owner": owners[0] if owners else None, "rule_list": await rules.list_rules(visit.db)}


def links(visit: Visit, statuses: list[Shown], page: Page) -> dict[str, Any]:
    """Addresses of the pages before and after; none beyond a page that is not full."""
    here = visit.request.scope["path"]
    older = newer = None
    if statuses:
        if len(statuses) >= page.limit or page.min_id is not None:
            older = f"{here}?{urlencode({'max_id': statuses[-1].status.id})}"
        if page.max_id is not None or (page.min_id is not None and len(statuses) >= page.limit):
            newer = f"{here}?{urlencode({'min_id': statuses[0].status.id})}"
    return {"older": older, "newer": newer}
