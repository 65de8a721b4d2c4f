"""Timelines: one's home, the squares, lists, and what one marked."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from parvis.domain.access.credentials import change_home
from parvis.domain.errors import Invalid, NotFound, Unauthenticated
from parvis.domain.lists.lists import get_list
from parvis.domain.statuses.marks import list_bookmarks, list_favourites
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.domain.timelines.home import HIDDEN, Homes, Part
from parvis.domain.timelines.lists import show_list
from parvis.domain.timelines.markers import Move, list_markers, move_markers
from parvis.domain.timelines.public import Where, show_public
from parvis.protocols.ids import Id, IdInvalid, parse_id
from parvis.protocols.paging import Page
from parvis.web import previews
from parvis.web.announced import announced
from parvis.web.barred import tell_barred
from parvis.web.composing import sheet as sheets
from parvis.web.locales import N_
from parvis.web.pages.front import about_cards, links
from parvis.web.routing import Pages
from parvis.web.showing_people import suggested
from parvis.web.visit import Visit

pages = Pages()

LIVE: dict[Where, str] = {"local": "local", "all": "public"}  # which stream tells it (web/live.py)


class HomeForm(msgspec.Struct):
    """`toggle` shows or hides a kind; `read` is the newest that was read."""

    toggle: str = ""
    read: Id = 0


class Missed(msgspec.Struct, frozen=True):
    """What came since the reader stopped."""

    since_id: int
    count: int


@pages.get("/home", who="member")
async def home(visit: Visit) -> Response:
    page, hides = visit.page(), _hides(visit)
    homes = visit.db.kept(Homes)
    part = await homes.read(visit.viewer_id, page, hides)
    is_first = page.max_id is None and page.min_id is None
    read_id = await _read_id(visit) if is_first and part.shown else None
    missed = await _missed(visit, homes, read_id) if read_id is not None else None
    await tell_barred(visit, part.shown)
    return visit.render(
        "timelines/home.html",
        announced=await announced(visit) if is_first else [],
        suggested=await suggested(visit),
        heading=visit.locale.text(N_("Home")),
        statuses=part.shown,
        hides=hides,
        is_first=is_first,
        missed=missed,
        reads_to=_reads_to(part, page, read_id),
        live="home",
        **_home_links(part, page),
        composing=await sheets.empty(visit, place="home") if is_first else None,
        **await about_cards(visit),
    )


@pages.post("/home", who="member")
async def change(visit: Visit) -> Response:
    """Show or hide a kind of message, or remember how far one has read."""
    said = await visit.form(HomeForm)
    if said.read:
        await _read(visit, said.read)
        return visit.done("nothing_fragment.html", back="/home")
    if said.toggle not in HIDDEN:
        raise Invalid("toggle", "This kind of message is not known")
    if visit.login is None or visit.login.user_id is None:
        raise Unauthenticated
    await visit.db.run(change_home, visit.login.user_id, _hides(visit) ^ {said.toggle})
    return visit.redirect("/home")


def _hides(visit: Visit) -> frozenset[str]:
    return frozenset() if visit.login is None else visit.login.home_hides


async def _read_id(visit: Visit) -> int | None:
    """Where reading stopped, the same as in the reader's apps; None: it never began."""
    markers = await list_markers(visit.db, visit.viewer_id, ["home"])
    return markers[0].last_read_id if markers else None


async def _missed(visit: Visit, homes: Homes, read_id: int) -> Missed | None:
    """What lies above the marker."""
    count = await homes.count_newer(visit.viewer_id, read_id)
    return Missed(read_id, count) if count else None


def _reads_to(part: Part, page: Page, read_id: int | None) -> int:
    """How far who reads without scripts may say they have read: on the newest page and when catching up,
    where scripts see what was in sight. 0: there is nothing new to say.
    """
    if part.newest_id is None or page.max_id is not None:
        return 0
    return part.newest_id if (read_id or 0) < part.newest_id else 0


async def _read(visit: Visit, newest_id: int) -> None:
    """Reading goes on: the marker moves, never back."""
    if (await _read_id(visit) or 0) < newest_id:
        await visit.db.run(move_markers, visit.viewer_id, [Move("home", newest_id)])


def _home_links(part: Part, page: Page) -> dict[str, Any]:
    """As `links`, from what was looked at: all of a page may be hidden."""
    older = newer = None
    if part.oldest_id is not None and (part.is_full or page.min_id is not None):
        older = f"/home?{urlencode({'max_id': part.oldest_id})}"
    is_later = page.max_id is not None or (page.min_id is not None and part.is_full)
    if part.newest_id is not None and is_later:
        newer = f"/home?{urlencode({'min_id': part.newest_id})}"
    return {"older": older, "newer": newer}


@pages.get("/public/local")
async def local(visit: Visit) -> Response:
    return await _public(visit, "local", visit.locale.text(N_("Square")))


@pages.get("/public")
async def public(visit: Visit) -> Response:
    return await _public(visit, "all", visit.locale.text(N_("Everywhere")))


async def _public(visit: Visit, where: Where, heading: str) -> Response:
    page = visit.page()
    statuses = await show_public(visit.db, visit.viewer_id, page, where=where)
    await tell_barred(visit, statuses)
    is_first = page.max_id is None and page.min_id is None
    return visit.render(
        "timelines/public.html",
        heading=heading,
        head=previews.of_square(visit, where, heading, is_first=is_first),
        where=where,
        statuses=statuses,
        live=LIVE[where] if is_first and (visit.login or where == "local") else "",
        **links(visit, statuses, page),
        **await about_cards(visit),
    )


@pages.get("/lists/{id}", who="member")
async def of_list(visit: Visit) -> Response:
    try:
        list_id = parse_id(visit.path["id"])
    except IdInvalid:
        raise NotFound from None
    shown = await get_list(visit.db, visit.viewer_id, list_id)
    page = visit.page()
    statuses = await show_list(visit.db, visit.viewer_id, list_id, page)
    await tell_barred(visit, statuses)
    is_first = page.max_id is None and page.min_id is None
    return visit.render(
        "timelines/list.html",
        heading=shown.title,
        list_id=list_id,
        statuses=statuses,
        live=f"list:{list_id}" if is_first else "",
        **links(visit, statuses, page),
        **await about_cards(visit),
    )


@pages.get("/bookmarks", who="member")
async def bookmarks(visit: Visit) -> Response:
    page = visit.page()
    marks = await list_bookmarks(visit.db, visit.viewer_id, page)
    heading = visit.locale.text(N_("Bookmarks"))
    nothing = visit.locale.text(N_("No bookmarks yet"))
    how = visit.locale.text(N_("Keep a message for later with its bookmark. Nobody else knows."))
    return await _marked(
        visit, page, marks, heading=heading, nothing=nothing, how=how, drawing="bookmark"
    )


@pages.get("/favourites", who="member")
async def favourites(visit: Visit) -> Response:
    page = visit.page()
    marks = await list_favourites(visit.db, visit.viewer_id, page)
    heading = visit.locale.text(N_("Favourites"))
    nothing = visit.locale.text(N_("No favourites yet"))
    how = visit.locale.text(N_("Tell somebody you liked their message with the heart."))
    return await _marked(
        visit, page, marks, heading=heading, nothing=nothing, how=how, drawing="favourite"
    )


async def _marked(visit: Visit, page: Page, marks: list[tuple[int, int]], **words: str) -> Response:
    """Marked messages; the cursors are the marks' own ids."""
    statuses: list[Shown] = await visit.db.kept(Statuses).show(
        visit.viewer_id, [status_id for _, status_id in marks]
    )
    await tell_barred(visit, statuses)
    here = visit.request.scope["path"]
    older = newer = None
    if marks and (len(marks) >= page.limit or page.min_id is not None):
        older = f"{here}?{urlencode({'max_id': marks[-1][0]})}"
    if marks and (page.max_id is not None or (page.min_id and len(marks) >= page.limit)):
        newer = f"{here}?{urlencode({'min_id': marks[0][0]})}"
    return visit.render(
        "timelines/timeline.html",
        statuses=statuses,
        live="",
        older=older,
        newer=newer,
        **words,
        **await about_cards(visit),
    )
