"""What people do with statuses: favourite, reblog. Each answers the status as it is afterwards."""

from typing import Literal

import msgspec
from starlette.responses import Response

from parvis.domain.statuses.favourite import favourite, unfavourite
from parvis.domain.statuses.reblog import reblog, unreblog
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.routes.statuses import show_one
from parvis.mastodon_api.routing import Routes

routes = Routes()


class ReblogParams(msgspec.Struct):
    visibility: Literal["public", "unlisted", "private"] | None = None


@routes.post("/api/v1/statuses/{id}/favourite", scopes="write:favourites", returns="Status")
async def favourite_status(call: Call) -> Response:
    await call.db.run(favourite, call.viewer_id, call.id())
    return await show_one(call, call.id())


@routes.post("/api/v1/statuses/{id}/unfavourite", scopes="write:favourites", returns="Status")
async def unfavourite_status(call: Call) -> Response:
    await call.db.run(unfavourite, call.viewer_id, call.id())
    return await show_one(call, call.id())


@routes.post(
    "/api/v1/statuses/{id}/reblog", scopes="write:statuses", params=ReblogParams, returns="Status"
)
async def reblog_status(call: Call) -> Response:
    said = await call.params(ReblogParams)
    app_id = call.login.app_id if call.login else None
    reblog_id = await call.db.run(reblog, call.viewer_id, call.id(), said.visibility, app_id)
    return await show_one(call, reblog_id)


@routes.post("/api/v1/statuses/{id}/unreblog", scopes="write:statuses", returns="Status")
async def unreblog_status(call: Call) -> Response:
    return await show_one(call, await call.db.run(unreblog, call.viewer_id, call.id()))
