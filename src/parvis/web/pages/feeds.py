"""Feeds of public messages: of a person, of a hashtag, of the network. The same for everybody."""

from email.utils import format_datetime
from urllib.parse import quote

from starlette.responses import Response

from parvis.domain.errors import NotFound
from parvis.domain.ids import NOBODY
from parvis.domain.statuses.types import Shown
from parvis.domain.timelines.account import Wish, show_authored
from parvis.domain.timelines.hashtag import Tagged, show_hashtag
from parvis.domain.timelines.public import show_public
from parvis.protocols.paging import Page
from parvis.web import feeds, heads, previews
from parvis.web.locales import N_
from parvis.web.pages.front import tag_named
from parvis.web.pages.people.accounts import find_for_all
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

KEPT_S = 300  # readers of feeds ask every hour; caches in between may answer for five minutes
SIZE = 20
OWN = Wish(without_replies=True, without_reblogs=True, without_direct=True)


@pages.get("/@{acct}.rss")
@pages.get("/@{acct}.atom")
async def account(visit: Visit) -> Response:
    shown = await find_for_all(visit, visit.path["acct"])
    row = shown.account
    if row.is_gone or row.domain is not None:
        raise NotFound
    page = visit.page(size=SIZE)
    statuses = await show_authored(visit.db, NOBODY, row.id, OWN, page)
    if not row.is_indexable:
        visit.robots = previews.HIDDEN
    name = row.display_name or row.username
    picture = heads.picture_of_account(row, visit.addresses)
    channel = feeds.Channel(
        title=name,
        description=visit.locale.text(
            N_("Public messages of %(name)s on %(network)s"), name=name, network=visit.network.title
        ),
        address=row.url,
        own=f"{visit.addresses.root}/@{row.username}.{_kind(visit)}",
        picture=picture.url if picture else "",
    )
    return _answer(visit, channel, statuses, page)


@pages.get("/tags/{name}.rss")
@pages.get("/tags/{name}.atom")
async def tag(visit: Visit) -> Response:
    name = tag_named(visit)
    page = visit.page(size=SIZE)
    statuses = await show_hashtag(visit.db, NOBODY, Tagged(name), page)
    channel = feeds.Channel(
        title=f"#{name}",
        description=visit.locale.text(
            N_("Public messages with #%(tag)s on %(network)s"),
            tag=name,
            network=visit.network.title,
        ),
        address=visit.addresses.tag_url(name),
        own=f"{visit.addresses.root}/tags/{quote(name)}.{_kind(visit)}",
    )
    return _answer(visit, channel, statuses, page)


@pages.get("/public/local.rss")
@pages.get("/public/local.atom")
async def local(visit: Visit) -> Response:
    page = visit.page(size=SIZE)
    statuses = await show_public(visit.db, NOBODY, page, where="local")
    network = visit.network
    picture = heads.picture_of_network(network, visit.addresses)
    channel = feeds.Channel(
        title=network.title,
        description=network.short_description
        or visit.locale.text(N_("Public messages of this network")),
        address=f"{visit.addresses.root}/",
        own=f"{visit.addresses.root}/public/local.{_kind(visit)}",
        picture=picture.url if picture else "",
    )
    return _answer(visit, channel, statuses, page)


def _kind(visit: Visit) -> str:
    """Which of the two kinds of feed the address names."""
    path: str = visit.request.scope["path"]
    return path.rstrip("/").rpartition(".")[2]


def _answer(visit: Visit, channel: feeds.Channel, statuses: list[Shown], page: Page) -> Response:
    """What is unlisted is not to be spread: only what was said to everybody stands in feeds."""
    open_ones = [one for one in statuses if one.status.visibility == "public"]
    entries = [feeds.entry(one, visit.addresses, visit.locale) for one in open_ones]
    if len(statuses) >= page.limit:
        channel.older = f"{channel.own}?max_id={statuses[-1].status.id}"
    kind = _kind(visit)
    write = feeds.rss if kind == "rss" else feeds.atom
    visit.for_all_s = KEPT_S
    headers = {"content-type": f"application/{kind}+xml; charset=utf-8"}
    changed = feeds.changed_at(entries)
    if changed:
        headers["last-modified"] = format_datetime(changed, usegmt=True)
    return Response(write(channel, entries), headers=headers)
