"""Timelines: home and public."""

import msgspec
from starlette.responses import Response

from parvis.domain.statuses.types import Shown
from parvis.domain.timelines.home import Homes
from parvis.domain.timelines.public import show_public
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.statuses import statuses_bytes
from parvis.mastodon_api.routing import Routes

routes = Routes()


class PublicParams(msgspec.Struct):
    local: bool = False
    remote: bool = False
    only_media: bool = False


@routes.get("/api/v1/timelines/home", scopes="read:statuses", returns="[Status]", paged=True)
async def home(call: Call) -> Response:
    shown = await call.db.kept(Homes).show(call.viewer_id, call.page())
    return answer_page(call, shown)


@routes.get(
    "/api/v1/timelines/public",
    auth="public",
    scopes="read:statuses",
    params=PublicParams,
    returns="[Status]",
    paged=True,
)
async def public(call: Call) -> Response:
    said = await call.params(PublicParams)
    where = "local" if said.local else "remote" if said.remote else "all"
    page = call.page()
    shown = await show_public(
        call.db, call.viewer_id, page, where=where, only_media=said.only_media
    )
    return answer_page(call, shown)


def answer_page(call: Call, shown: list[Shown]) -> Response:
    """A page of statuses whose cursors are the statuses' own ids."""
    if shown:
        call.link(shown[0].status.id, shown[-1].status.id)
    return call.answer(statuses_bytes(shown, call.viewer_id, call.addresses))
