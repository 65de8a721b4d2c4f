"""Relationships: follow, requests, block, mute, and how one stands to others."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.responses import Response

from parvis.domain.errors import NotFound
from parvis.domain.relationships import blocks, follows, lookup
from parvis.domain.relationships.follows import FollowOptions
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.relationships import relationship_entity
from parvis.mastodon_api.parameters import Id
from parvis.mastodon_api.routes.accounts import answer_listed
from parvis.mastodon_api.routing import Routes

routes = Routes()


class FollowParams(msgspec.Struct):
    reblogs: bool | None = None
    notify: bool | None = None
    languages: list[str] | None = None


class RelationshipsParams(msgspec.Struct):
    id: list[Id] = []
    with_suspended: bool = False


async def answer_relationship(call: Call, target_id: int) -> Response:
    """How the caller now stands to one account."""
    found = await lookup.list_relationships(call.db, call.viewer_id, [target_id])
    if not found:
        raise NotFound
    return call.json(relationship_entity(found[0]))


async def change(call: Call, command: Callable[..., Awaitable[None]], *args: Any) -> Response:
    """Run a command between the caller and the account of the path; answer how they now stand."""
    target_id = call.id()
    await call.db.run(command, call.viewer_id, target_id, *args)
    return await answer_relationship(call, target_id)


@routes.get(
    "/api/v1/accounts/relationships",
    scopes="read:follows",
    params=RelationshipsParams,
    returns="[Relationship]",
)
async def show_relationships(call: Call) -> Response:
    said = await call.params(RelationshipsParams)
    found = await lookup.list_relationships(
        call.db, call.viewer_id, said.id, with_suspended=said.with_suspended
    )
    return call.json([relationship_entity(one) for one in found])


@routes.post(
    "/api/v1/accounts/{id}/follow",
    scopes="write:follows",
    params=FollowParams,
    returns="Relationship",
)
async def follow(call: Call) -> Response:
    said = await call.params(FollowParams)
    languages = said.languages
    if languages is not None:
        languages = [language for language in languages if language]
    return await change(call, follows.follow, FollowOptions(said.reblogs, said.notify, languages))


@routes.post("/api/v1/accounts/{id}/unfollow", scopes="write:follows", returns="Relationship")
async def unfollow(call: Call) -> Response:
    return await change(call, follows.unfollow)


@routes.post(
    "/api/v1/accounts/{id}/remove_from_followers", scopes="write:follows", returns="Relationship"
)
async def remove_from_followers(call: Call) -> Response:
    return await change(call, follows.remove_from_followers)


@routes.get(
    "/api/v1/follow_requests", scopes="read:follows follow", returns="[Account]", paged=True
)
async def show_follow_requests(call: Call) -> Response:
    page = call.page(default=40, maximum=80)
    found = await lookup.list_follow_requests(call.db, call.viewer_id, page)
    return answer_listed(call, found)


@routes.post(
    "/api/v1/follow_requests/{id}/authorize", scopes="write:follows follow", returns="Relationship"
)
async def authorize(call: Call) -> Response:
    return await change(call, follows.authorize)


@routes.post(
    "/api/v1/follow_requests/{id}/reject", scopes="write:follows follow", returns="Relationship"
)
async def reject(call: Call) -> Response:
    return await change(call, follows.reject)


@routes.post("/api/v1/accounts/{id}/block", scopes="write:blocks", returns="Relationship")
async def block(call: Call) -> Response:
    return await change(call, blocks.block)


@routes.post("/api/v1/accounts/{id}/unblock", scopes="write:blocks", returns="Relationship")
async def unblock(call: Call) -> Response:
    return await change(call, blocks.unblock)
