"""Hashtags: looked at, followed, shown on one's page."""

from collections.abc import Awaitable, Callable

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import ShownAccount
from parvis.domain.errors import NotFound
from parvis.domain.statuses import tags
from parvis.mastodon_api.call import Call, require
from parvis.mastodon_api.entities.tags import featured_entity, tag_entity
from parvis.mastodon_api.routes.accounts import find_account
from parvis.mastodon_api.routing import Routes

routes = Routes()


class FeatureParams(msgspec.Struct):
    name: str | None = None


@routes.get("/api/v1/tags/{name}", auth="public", returns="Tag")
async def show(call: Call) -> Response:
    tag = await tags.get_tag(call.db, call.viewer_id, call.path["name"])
    return call.json(tag_entity(tag, call.addresses, is_logged_in=call.viewer_id != 0))


def _changes(path: str, command: Callable[..., Awaitable[None]], scopes: str) -> None:
    """Declare what is done with the hashtag of the path, which is then shown as it is."""
    verb = path.rpartition("/")[2]

    async def change(call: Call) -> Response:
        await call.db.run(command, call.viewer_id, call.path["name"])
        return await show(call)

    routes.post(path, scopes=scopes, returns="Tag", summary=f"{verb.capitalize()}.")(change)


_changes("/api/v1/tags/{name}/follow", tags.follow_tag, "write:follows")
_changes("/api/v1/tags/{name}/unfollow", tags.unfollow_tag, "write:follows")
_changes("/api/v1/tags/{name}/feature", tags.feature_tag, "write:accounts")
_changes("/api/v1/tags/{name}/unfeature", tags.unfeature_tag, "write:accounts")


@routes.get("/api/v1/followed_tags", scopes="read:follows", returns="[Tag]", paged=True)
async def show_followed(call: Call) -> Response:
    page = call.page(default=100, maximum=200)
    found = await tags.list_followed_tags(call.db, call.viewer_id, page)
    if found:
        call.link(found[0][0], found[-1][0])
    return call.json([tag_entity(tag, call.addresses, is_logged_in=True) for _, tag in found])


async def _own(call: Call) -> ShownAccount:
    shown = await call.db.kept(Accounts).show([call.viewer_id])
    if not shown:
        raise NotFound
    return shown[0]


async def _featured(call: Call, of: ShownAccount) -> Response:
    account = of.account
    found = [] if account.is_gone else await tags.list_featured_tags(call.db, account.id)
    return call.json([featured_entity(tag, account.url, call.addresses) for tag in found])


@routes.get(
    "/api/v1/accounts/{id}/featured_tags",
    auth="public",
    scopes="read:accounts",
    returns="[FeaturedTag]",
)
async def show_featured_of(call: Call) -> Response:
    return await _featured(call, await find_account(call))


@routes.get("/api/v1/featured_tags", scopes="read:accounts", returns="[FeaturedTag]")
async def show_featured(call: Call) -> Response:
    return await _featured(call, await _own(call))


@routes.post(
    "/api/v1/featured_tags",
    scopes="write:accounts",
    params=FeatureParams,
    returns="FeaturedTag",
)
async def feature_by_name(call: Call) -> Response:
    name = require((await call.params(FeatureParams)).name, "name")
    await call.db.run(tags.feature_tag, call.viewer_id, name)
    own = await _own(call)
    found = await tags.list_featured_tags(call.db, call.viewer_id, name)
    return call.json(featured_entity(found[0], own.account.url, call.addresses))


@routes.get("/api/v1/featured_tags/suggestions", scopes="read:accounts", returns="[Tag]")
async def show_featurable(call: Call) -> Response:
    found = await tags.list_own_tags(call.db, call.viewer_id)
    return call.json([tag_entity(tag, call.addresses, is_logged_in=True) for tag in found])


@routes.delete("/api/v1/featured_tags/{id}", scopes="write:accounts")
async def unfeature_by_id(call: Call) -> Response:
    await call.db.run(tags.unfeature, call.viewer_id, call.id())
    return call.empty()
