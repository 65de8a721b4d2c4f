"""Timelines: one's home, the square of this network, everything public."""

from starlette.responses import Response

from parvis.domain.timelines.home import Homes
from parvis.domain.timelines.public import Where, show_public
from parvis.web.announced import announced
from parvis.web.locales import N_
from parvis.web.pages.front import about_cards, links
from parvis.web.routing import Pages
from parvis.web.showing_people import suggested
from parvis.web.visit import Visit

pages = Pages()

LIVE: dict[Where, str] = {"local": "local", "all": "public"}  # which stream tells it (web/live.py)


@pages.get("/home", who="member")
async def home(visit: Visit) -> Response:
    page = visit.page()
    statuses = await visit.db.kept(Homes).show(visit.viewer_id, page)
    return visit.render(
        "home.html",
        announced=await announced(visit),
        suggested=await suggested(visit),
        live="home",
        heading=visit.locale.text(N_("Home")),
        statuses=statuses,
        nothing=visit.locale.text(N_("Your home is still empty")),
        how=visit.locale.text(N_("Follow people on the square: what they publish appears here.")),
        **links(visit, statuses, page),
        **await about_cards(visit),
    )


@pages.get("/public/local")
async def local(visit: Visit) -> Response:
    return await _public(visit, "local", visit.locale.text(N_("Square")))


@pages.get("/public")
async def public(visit: Visit) -> Response:
    return await _public(visit, "all", visit.locale.text(N_("Everywhere")))


async def _public(visit: Visit, where: Where, heading: str) -> Response:
    page = visit.page()
    statuses = await show_public(visit.db, visit.viewer_id, page, where=where)
    return visit.render(
        "public.html",
        live=LIVE[where] if visit.login or where == "local" else "",
        heading=heading,
        where=where,
        statuses=statuses,
        **links(visit, statuses, page),
        **await about_cards(visit),
    )
