"""Statuses: publish, show, delete."""

import msgspec
from starlette.responses import Response

from parvis.domain.errors import NotFound
from parvis.domain.events import Visibility
from parvis.domain.statuses.delete import delete
from parvis.domain.statuses.publish import Draft, PollDraft, publish
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.statuses import source_bytes, status_bytes
from parvis.mastodon_api.routing import Routes

routes = Routes()


class PollParams(msgspec.Struct):
    options: list[str] = []
    expires_in: int = 86_400
    multiple: bool = False
    hide_totals: bool = False


class PublishParams(msgspec.Struct):
    status: str = ""
    spoiler_text: str = ""
    visibility: Visibility | None = None
    sensitive: bool | None = None
    language: str | None = None
    in_reply_to_id: int | None = None
    media_ids: list[int] = []
    poll: PollParams | None = None


class DeleteParams(msgspec.Struct):
    delete_media: bool = False


@routes.post("/api/v1/statuses", scopes="write:statuses", params=PublishParams, returns="Status")
async def publish_status(call: Call) -> Response:
    said = await call.params(PublishParams)
    draft = Draft(
        text=said.status,
        spoiler_text=said.spoiler_text,
        visibility=said.visibility,
        is_sensitive=said.sensitive,
        language=said.language or None,
        in_reply_to_id=said.in_reply_to_id,
        media_ids=said.media_ids,
        poll=said.poll
        and PollDraft(
            said.poll.options, said.poll.expires_in, said.poll.multiple, said.poll.hide_totals
        ),
        idempotency_key=call.request.headers.get("idempotency-key") or None,
        app_id=call.login.app_id if call.login else None,
    )
    status_id = await call.db.run(publish, call.viewer_id, draft, call.addresses)
    return await show_one(call, status_id)


@routes.delete(
    "/api/v1/statuses/{id}", scopes="write:statuses", params=DeleteParams, returns="Status"
)
async def delete_status(call: Call) -> Response:
    """Answers the status as it was, with its source, so that an app can offer to write it anew."""
    said = await call.params(DeleteParams)
    shown = await find(call, call.id())
    await call.db.run(delete, call.viewer_id, call.id(), deletes_media=said.delete_media)
    return call.answer(source_bytes(shown, call.viewer_id, call.addresses))


@routes.get("/api/v1/statuses/{id}", auth="public", scopes="read:statuses", returns="Status")
async def show_status(call: Call) -> Response:
    return await show_one(call, call.id())


async def find(call: Call, status_id: int) -> Shown:
    """The status as the caller may see it; not found otherwise."""
    shown = await call.db.kept(Statuses).show(call.viewer_id, [status_id])
    if not shown:
        raise NotFound
    return shown[0]


async def show_one(call: Call, status_id: int) -> Response:
    return call.answer(status_bytes(await find(call, status_id), call.viewer_id, call.addresses))
