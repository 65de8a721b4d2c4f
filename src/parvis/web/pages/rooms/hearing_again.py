"""What was recorded of a room, as a file: played from any second, or kept."""

import re
from urllib.parse import quote

from starlette.responses import FileResponse, Response

from parvis.domain.errors import Forbidden, NotFound
from parvis.domain.rooms import showing
from parvis.web.addressed import id_of
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

FILE = "recording.m4a"
UNFIT = re.compile(r"[^\w .-]+")


@pages.get("/rooms/{id}/recording.m4a")
async def recording(visit: Visit) -> Response:
    """The whole or a part of it (RFC 9110 §14). One statement."""
    room = await showing.find(visit.db, visit.viewer_id, id_of(visit))
    if not room.has_recording:
        raise NotFound
    if room.access == "members" and visit.login is None:
        raise Forbidden("Log in to listen", reason="members")
    folders = visit.means.room_folders
    path = None if folders is None else folders / str(room.id) / FILE
    if path is None or not path.is_file():  # on another machine, or taken away by hand
        raise NotFound
    visit.robots = "noindex"
    headers: dict[str, str] = {}
    if visit.ask("keep"):
        name = UNFIT.sub(" ", room.title).strip()[:80] or "room"
        headers["content-disposition"] = f"attachment; filename*=utf-8''{quote(name)}.m4a"
    return FileResponse(path, headers=headers, media_type="audio/mp4")
