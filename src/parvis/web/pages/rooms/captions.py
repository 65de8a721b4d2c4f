"""What was said in a room, in writing: as a page that its hosts put right, and as subtitles."""

import msgspec
from starlette.responses import Response

from parvis.domain.errors import Forbidden, Invalid, NotFound
from parvis.domain.rooms import captions, showing
from parvis.domain.rooms.types import Room
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.web import previews
from parvis.web.addressed import id_of
from parvis.web.pages.rooms import recorded
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

_VTT = "text/vtt; charset=utf-8"


class LineForm(msgspec.Struct):
    line: str = ""
    text: str = ""


@pages.get("/rooms/{id}/captions")
async def show(visit: Visit) -> Response:
    room = await _heard(visit)
    visit.robots = previews.HIDDEN
    return visit.render(
        "rooms/captions.html",
        room=room,
        captions=await showing.list_captions(visit.db, room.id),
        clock=recorded.clock,
    )


@pages.post("/rooms/{id}/captions", who="member")
async def correct(visit: Visit) -> Response:
    said, room_id = await visit.form(LineForm), id_of(visit)
    try:
        line = parse_id(said.line)
    except IdInvalid:
        raise Invalid("line", "Say which line") from None
    await visit.db.run(captions.correct, visit.viewer_id, room_id, line, said.text)
    return visit.redirect(f"/rooms/{room_id}/captions#c{line}")


@pages.get("/rooms/{id}/captions.vtt")
async def subtitles(visit: Visit) -> Response:
    room = await _heard(visit)
    if visit.ask("of") == "recording":
        lines = await recorded.lines_of(visit, room, await recorded.notes_of(visit, room))
    else:
        lines = await showing.list_captions(visit.db, room.id)
    visit.robots = previews.HIDDEN
    text = captions.as_webvtt(lines)
    return Response(text, headers={"content-type": _VTT})


async def _heard(visit: Visit) -> Room:
    """The room, for who may hear it. One statement."""
    room = await showing.find(visit.db, visit.viewer_id, id_of(visit))
    if room.is_call:
        raise NotFound
    if room.access == "members" and visit.login is None:
        raise Forbidden("Log in to listen", reason="members")
    return room
