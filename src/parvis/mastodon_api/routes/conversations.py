"""Conversations: direct exchanges, by their last status."""

from starlette.responses import Response

from parvis.domain.conversations import conversations
from parvis.domain.errors import NotFound
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.conversations import conversation_bytes
from parvis.mastodon_api.routing import Routes

routes = Routes()


@routes.get("/api/v1/conversations", scopes="read:statuses", returns="[Conversation]", paged=True)
async def list_conversations(call: Call) -> Response:
    shown = await conversations.list_conversations(call.db, call.viewer_id, call.page())
    if shown:
        call.link(shown[0].last_status_id, shown[-1].last_status_id)
    return call.answer(
        b"[%b]" % b",".join([conversation_bytes(one, call.addresses) for one in shown])
    )


@routes.delete("/api/v1/conversations/{id}", scopes="write:conversations")
async def remove_conversation(call: Call) -> Response:
    await call.db.run(conversations.remove, call.viewer_id, call.id())
    return call.empty()


@routes.post(
    "/api/v1/conversations/{id}/read", scopes="write:conversations", returns="Conversation"
)
async def mark_read(call: Call) -> Response:
    return await _mark(call, is_unread=False)


@routes.post(
    "/api/v1/conversations/{id}/unread", scopes="write:conversations", returns="Conversation"
)
async def mark_unread(call: Call) -> Response:
    return await _mark(call, is_unread=True)


async def _mark(call: Call, *, is_unread: bool) -> Response:
    await call.db.run(conversations.mark, call.viewer_id, call.id(), is_unread=is_unread)
    shown = await conversations.find_conversations(call.db, [call.id()])
    if not shown:
        raise NotFound
    return call.answer(conversation_bytes(shown[0], call.addresses))
