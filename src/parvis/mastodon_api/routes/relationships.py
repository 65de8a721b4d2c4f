"""Relationships: follow, requests, block, mute, and how one stands to others."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.responses import Response

from parvis.domain.errors import NotFound
from parvis.domain.relationships import blocks, follows, lookup, notes
from parvis.domain.relationships.follows import FollowOptions
from parvis.domain.relationships.lookup import OwnList
from parvis.mastodon_api.call import Call, require
from parvis.mastodon_api.entities.accounts import account_bytes
from parvis.mastodon_api.entities.relationships import relationship_entity
from parvis.mastodon_api.routes.accounts import answer_listed
from parvis.mastodon_api.routing import Routes
from parvis.protocols.ids import Id
from parvis.protocols.timestamps import iso

routes = Routes()


class FollowParams(msgspec.Struct):
    reblogs: bool | None = None
    notify: bool | None = None
    languages: list[str] | None = None


class RelationshipsParams(msgspec.Struct):
    id: list[Id] = []
    with_suspended: bool = False


class MuteParams(msgspec.Struct):
    notifications: bool = True
    duration: int = 0  # seconds; 0: until unmuted


class NoteParams(msgspec.Struct):
    comment: str | None = None


class DomainParams(msgspec.Struct):
    domain: str | None = None


async def _own(call: Call, kind: OwnList) -> Response:
    page = call.page(default=40, maximum=80)
    return answer_listed(call, await lookup.list_own(call.db, kind, call.viewer_id, page))


async def answer_relationship(call: Call, target_id: int) -> Response:
    """How the caller now stands to one account."""
    found = await lookup.list_relationships(call.db, call.viewer_id, [target_id])
    if not found:
        raise NotFound
    return call.json(relationship_entity(found[0]))


async def change(
    call: Call, command: Callable[..., Awaitable[None]], *args: Any, **how: Any
) -> Response:
    """Run a command between the caller and the account of the path; answer how they now stand."""
    target_id = call.id()
    await call.db.run(command, call.viewer_id, target_id, *args, **how)
    return await answer_relationship(call, target_id)


def _changes(path: str, command: Callable[..., Awaitable[None]], scopes: str) -> None:
    """Declare what is done with the account of the path, and nothing else is said."""

    async def act(call: Call) -> Response:
        return await change(call, command)

    summary = f"{command.__name__.replace('_', ' ').capitalize()}."
    routes.post(path, scopes=scopes, returns="Relationship", summary=summary)(act)


_changes("/api/v1/accounts/{id}/unfollow", follows.unfollow, "write:follows")
_changes(
    "/api/v1/accounts/{id}/remove_from_followers", follows.remove_from_followers, "write:follows"
)
_changes("/api/v1/follow_requests/{id}/authorize", follows.authorize, "write:follows follow")
_changes("/api/v1/follow_requests/{id}/reject", follows.reject, "write:follows follow")
_changes("/api/v1/accounts/{id}/block", blocks.block, "write:blocks")
_changes("/api/v1/accounts/{id}/unblock", blocks.unblock, "write:blocks")
_changes("/api/v1/accounts/{id}/unmute", blocks.unmute, "write:mutes")
_changes("/api/v1/accounts/{id}/endorse", notes.endorse, "write:accounts")
_changes("/api/v1/accounts/{id}/pin", notes.endorse, "write:accounts")
_changes("/api/v1/accounts/{id}/unendorse", notes.unendorse, "write:accounts")
_changes("/api/v1/accounts/{id}/unpin", notes.unendorse, "write:accounts")


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


@routes.get(
    "/api/v1/follow_requests", scopes="read:follows follow", returns="[Account]", paged=True
)
async def show_follow_requests(call: Call) -> Response:
    return await _own(call, "follow_requests")


@routes.get("/api/v1/blocks", scopes="read:blocks follow", returns="[Account]", paged=True)
async def show_blocks(call: Call) -> Response:
    return await _own(call, "blocks")


@routes.post(
    "/api/v1/accounts/{id}/mute", scopes="write:mutes", params=MuteParams, returns="Relationship"
)
async def mute(call: Call) -> Response:
    said = await call.params(MuteParams)
    return await change(
        call, blocks.mute, hides_notifications=said.notifications, duration_s=said.duration
    )


@routes.get("/api/v1/mutes", scopes="read:mutes follow", returns="[MutedAccount]", paged=True)
async def show_mutes(call: Call) -> Response:
    page = call.page(default=40, maximum=80)
    found = await lookup.list_own(call.db, "mutes", call.viewer_id, page)
    if found:
        call.link(found[0].relation_id, found[-1].relation_id)
    muted = [
        b'%b,"mute_expires_at":%b}'
        % (
            account_bytes(one.shown, call.addresses)[:-1],
            msgspec.json.encode(iso(one.expires_at) if one.expires_at else None),
        )
        for one in found
    ]
    return call.answer(b"[%b]" % b",".join(muted))


@routes.post(
    "/api/v1/accounts/{id}/note",
    scopes="write:accounts",
    params=NoteParams,
    returns="Relationship",
)
async def note(call: Call) -> Response:
    said = await call.params(NoteParams)
    return await change(call, notes.note, said.comment or "")


@routes.get("/api/v1/domain_blocks", scopes="read:blocks follow", returns="[String]", paged=True)
async def show_domain_blocks(call: Call) -> Response:
    page = call.page(default=100, maximum=200)
    found = await lookup.list_domain_blocks(call.db, call.viewer_id, page)
    if found:
        call.link(found[0][0], found[-1][0])
    return call.json([domain for _, domain in found])


@routes.post("/api/v1/domain_blocks", scopes="write:blocks follow", params=DomainParams)
async def block_domain(call: Call) -> Response:
    domain = require((await call.params(DomainParams)).domain, "domain")
    await call.db.run(blocks.block_domain, call.viewer_id, domain, call.addresses.domain)
    return call.empty()


@routes.delete("/api/v1/domain_blocks", scopes="write:blocks follow", params=DomainParams)
async def unblock_domain(call: Call) -> Response:
    domain = require((await call.params(DomainParams)).domain, "domain")
    await call.db.run(blocks.unblock_domain, call.viewer_id, domain)
    return call.empty()
