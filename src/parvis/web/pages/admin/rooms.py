"""Live rooms from the owner's side: who announces them, and who still hears them in an emergency."""

from typing import Literal

import msgspec
from starlette.responses import Response

from parvis.domain.errors import Invalid
from parvis.domain.network import settings
from parvis.domain.network.settings import Lanes, Starters
from parvis.domain.rooms import lanes
from parvis.web.locales import N_
from parvis.web.pages.admin.frame import render
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

PATH = "/admin/rooms"
DONE = {
    "who": N_("Kept."),
    "lanes": N_("Switched."),
    "strangers": N_("Switched."),
    "writing": N_("Switched."),
}


class RoomsForm(msgspec.Struct):
    """`do`: who, lanes, strangers or writing."""

    do: str = ""
    rooms_by: Starters = "members"
    rooms_lanes: Lanes = "open"
    strangers: Literal["wait", "work"] = "wait"
    writing: Literal["everybody", "staff"] = "everybody"


@pages.get(PATH, who="admin")
async def show(visit: Visit) -> Response:
    return render(visit, "admin/rooms.html", notice=visit.told(DONE))


@pages.post(PATH, who="admin")
async def submit(visit: Visit) -> Response:
    said = await visit.form(RoomsForm)
    if said.do == "who":
        await visit.db.run(settings.change, rooms_by=said.rooms_by)
    elif said.do == "lanes":
        await visit.db.run(lanes.switch, said.rooms_lanes)
    elif said.do == "strangers":
        await visit.db.run(settings.change, strangers_work=said.strangers == "work")
    elif said.do == "writing":
        await visit.db.run(settings.change, is_read_only=said.writing == "staff")
    else:
        raise Invalid("do", "There is no such act")
    return visit.redirect(PATH, say=said.do)
