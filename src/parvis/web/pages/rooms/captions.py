"""What was said in a room, in writing: as a page that its hosts put right, and as subtitles."""

import asyncio

import msgspec
from starlette.responses import Response

from parvis.domain.errors import Forbidden, Invalid
from parvis.domain.rooms import captions, showing
from parvis.domain.rooms.captions import Span
from parvis.domain.rooms.types import Room
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.web import previews
from parvis.web.addressed import id_of
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

NOTES = "recording.json"  # live/sound/recording.py writes it
_VTT = "text/vtt; charset=utf-8"


class _Notes(msgspec.Struct, frozen=True):
    spans: list[Span]


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
        clock=_clock,
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
    lines = await showing.list_captions(visit.db, room.id)
    if visit.ask("of") == "recording":
        lines = captions.in_recording(lines, await _spans(visit, room))
    visit.robots = previews.HIDDEN
    text = captions.as_webvtt(lines)
    return Response(text, headers={"content-type": _VTT})


async def _spans(visit: Visit, room: Room) -> list[Span]:
    """What of the room is in its recording, as its process wrote it beside the file; nothing without it."""
    folders = visit.means.room_folders
    if folders is None or not room.has_recording:
        return []
    try:
        text = await asyncio.to_thread((folders / str(room.id) / NOTES).read_bytes)
        return msgspec.json.decode(text, type=_Notes).spans
    except (OSError, msgspec.DecodeError):
        return []


async def _heard(visit: Visit) -> Room:
    """The room, for who may hear it. One statement."""
    room = await showing.find(visit.db, visit.viewer_id, id_of(visit))
    if room.access == "members" and visit.login is None:
        raise Forbidden("Log in to listen", reason="members")
    return room


def _clock(ms: int) -> str:
    """Hours, minutes and seconds, as clocks of players show them."""
    minutes, seconds = divmod(ms // 1_000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
