"""Trends: what many use and like at the moment."""

from typing import Annotated

import msgspec
from starlette.responses import Response

from parvis.domain.search.trends import Trends
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.statuses import statuses_bytes
from parvis.mastodon_api.entities.tags import tag_entity
from parvis.mastodon_api.routing import Routes

routes = Routes()


class TrendsParams(msgspec.Struct):
    limit: int | None = None
    offset: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0


def _limit(said: TrendsParams, default: int, maximum: int) -> int:
    return min(max(default if said.limit is None else said.limit, 1), maximum)


@routes.get(
    "/api/v1/trends/tags",
    auth="public",
    scopes="read read:statuses",
    params=TrendsParams,
    returns="[Tag]",
)
async def list_tags(call: Call) -> Response:
    """List hashtags by how many accounts used them in public in the last two days."""
    said = await call.params(TrendsParams)
    tags = await call.db.kept(Trends).tags(
        call.viewer_id, limit=_limit(said, 10, 20), offset=said.offset
    )
    is_logged_in = bool(call.viewer_id)
    return call.json([tag_entity(tag, call.addresses, is_logged_in=is_logged_in) for tag in tags])


@routes.get(
    "/api/v1/trends",
    auth="public",
    scopes="read read:statuses",
    params=TrendsParams,
    returns="[Tag]",
)
async def list_tags_old(call: Call) -> Response:
    """List trending hashtags, as older apps ask."""
    return await list_tags(call)


@routes.get(
    "/api/v1/trends/statuses",
    auth="public",
    scopes="read read:statuses",
    params=TrendsParams,
    returns="[Status]",
)
async def list_statuses(call: Call) -> Response:
    """List public statuses of the last two days by favourites and reblogs."""
    said = await call.params(TrendsParams)
    shown = await call.db.kept(Trends).statuses(
        call.viewer_id, limit=_limit(said, 20, 40), offset=said.offset
    )
    return call.answer(statuses_bytes(shown, call.viewer_id, call.addresses))


@routes.get(
    "/api/v1/trends/links",
    auth="public",
    scopes="read read:statuses",
    params=TrendsParams,
    returns="[Trends::Link]",
)
async def list_links(call: Call) -> Response:
    """List trending links: none, since links are not fetched."""
    await call.params(TrendsParams)
    return call.json([])
