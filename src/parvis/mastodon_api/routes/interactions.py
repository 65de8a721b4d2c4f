"""What people do with statuses, each answered with the status as it is then; and who did."""

from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.statuses.bookmark import bookmark, unbookmark
from parvis.domain.statuses.favourite import favourite, unfavourite
from parvis.domain.statuses.marks import (
    list_bookmarks,
    list_favourited_by,
    list_favourites,
    list_reblogged_by,
)
from parvis.domain.statuses.mute_conversation import mute_conversation, unmute_conversation
from parvis.domain.statuses.pin import pin, unpin
from parvis.domain.statuses.reblog import reblog, unreblog
from parvis.domain.statuses.shelves import Statuses
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.accounts import accounts_bytes
from parvis.mastodon_api.entities.statuses import statuses_bytes
from parvis.mastodon_api.routes.statuses import find, show_one
from parvis.mastodon_api.routing import Routes

routes = Routes()


class ReblogParams(msgspec.Struct):
    visibility: Literal["public", "unlisted", "private"] | None = None


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


def _marks(path: str, command: Callable[..., Awaitable[None]], scopes: str) -> None:
    """Declare what is done with the status of the path, which is then shown as it is."""
    verb = path.rpartition("/")[2]

    async def mark(call: Call) -> Response:
        await call.db.run(command, call.viewer_id, call.id())
        return await show_one(call, call.id())

    summary = f"{verb.capitalize()} status."
    routes.post(path, scopes=scopes, returns="Status", summary=summary)(mark)


_marks("/api/v1/statuses/{id}/favourite", favourite, "write:favourites")
_marks("/api/v1/statuses/{id}/unfavourite", unfavourite, "write:favourites")
_marks("/api/v1/statuses/{id}/bookmark", bookmark, "write:bookmarks")
_marks("/api/v1/statuses/{id}/unbookmark", unbookmark, "write:bookmarks")
_marks("/api/v1/statuses/{id}/pin", pin, "write:accounts")
_marks("/api/v1/statuses/{id}/unpin", unpin, "write:accounts")
_marks("/api/v1/statuses/{id}/mute", mute_conversation, "write:mutes")
_marks("/api/v1/statuses/{id}/unmute", unmute_conversation, "write:mutes")


@routes.get("/api/v1/favourites", scopes="read:favourites", returns="[Status]", paged=True)
async def favourites(call: Call) -> Response:
    return await _statuses(call, await list_favourites(call.db, call.viewer_id, call.page()))


@routes.get("/api/v1/bookmarks", scopes="read:bookmarks", returns="[Status]", paged=True)
async def bookmarks(call: Call) -> Response:
    return await _statuses(call, await list_bookmarks(call.db, call.viewer_id, call.page()))


@routes.get(
    "/api/v1/statuses/{id}/favourited_by",
    auth="public",
    scopes="read:accounts read:statuses",
    returns="[Account]",
    paged=True,
)
async def favourited_by(call: Call) -> Response:
    shown = await find(call, call.id())
    id_ = (shown.reblog or shown).status.id
    page = call.page(default=40, maximum=80)
    return await _accounts(call, await list_favourited_by(call.db, call.viewer_id, id_, page))


@routes.get(
    "/api/v1/statuses/{id}/reblogged_by",
    auth="public",
    scopes="read:accounts read:statuses",
    returns="[Account]",
    paged=True,
)
async def reblogged_by(call: Call) -> Response:
    shown = await find(call, call.id())
    id_ = (shown.reblog or shown).status.id
    page = call.page(default=40, maximum=80)
    return await _accounts(call, await list_reblogged_by(call.db, call.viewer_id, id_, page))


async def _statuses(call: Call, marks: list[tuple[int, int]]) -> Response:
    """Marked statuses; the cursors are the marks' own ids."""
    shown = await call.db.kept(Statuses).show(call.viewer_id, [id_ for _, id_ in marks])
    if marks:
        call.link(marks[0][0], marks[-1][0])
    return call.answer(statuses_bytes(shown, call.viewer_id, call.addresses))


async def _accounts(call: Call, marks: list[tuple[int, int]]) -> Response:
    shown = await call.db.kept(Accounts).show([id_ for _, id_ in marks])
    if marks:
        call.link(marks[0][0], marks[-1][0])
    return call.answer(accounts_bytes(shown, call.addresses))
