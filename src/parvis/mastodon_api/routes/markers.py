"""Markers: where somebody stopped reading."""

from typing import Annotated

import msgspec
from starlette.responses import Response

from parvis.domain.timelines.markers import Marker, Move, Timeline, list_markers, move_markers
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.routing import Routes
from parvis.protocols.ids import Id
from parvis.protocols.timestamps import iso

routes = Routes()
Version = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]  # PostgreSQL's int


class MarkersParams(msgspec.Struct):
    timeline: list[Timeline] = []


class MarkerParams(msgspec.Struct):
    last_read_id: Id
    version: Version | None = None  # ours: the version that was read; another one refuses with 409


class MoveParams(msgspec.Struct):
    home: MarkerParams | None = None
    notifications: MarkerParams | None = None


class MarkerEntity(msgspec.Struct):
    last_read_id: str
    version: int
    updated_at: str


def _entities(markers: list[Marker]) -> dict[str, MarkerEntity]:
    return {
        one.timeline: MarkerEntity(str(one.last_read_id), one.version, iso(one.updated_at))
        for one in markers
    }


@routes.get("/api/v1/markers", scopes="read:statuses", params=MarkersParams, returns="Markers")
async def show_markers(call: Call) -> Response:
    said = await call.params(MarkersParams)
    return call.json(_entities(await list_markers(call.db, call.viewer_id, said.timeline)))


@routes.post("/api/v1/markers", scopes="write:statuses", params=MoveParams, returns="Markers")
async def save_markers(call: Call) -> Response:
    said = await call.params(MoveParams)
    moves: list[Move] = []
    if said.home is not None:
        moves.append(Move("home", said.home.last_read_id, said.home.version))
    if said.notifications is not None:
        place = said.notifications
        moves.append(Move("notifications", place.last_read_id, place.version))
    if not moves:
        return call.empty()
    return call.json(_entities(await call.db.run(move_markers, call.viewer_id, moves)))
