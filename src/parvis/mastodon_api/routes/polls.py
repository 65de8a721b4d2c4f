"""Polls: show one, vote."""

import msgspec
from starlette.responses import Response

from parvis.domain.errors import NotFound
from parvis.domain.polls.vote import find_status, vote
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.polls import poll_bytes
from parvis.mastodon_api.routes.statuses import find
from parvis.mastodon_api.routing import Routes

routes = Routes()


class VoteParams(msgspec.Struct):
    choices: list[int] = []


@routes.get("/api/v1/polls/{id}", auth="public", scopes="read:statuses", returns="Poll")
async def show_poll(call: Call) -> Response:
    status_id = await find_status(call.db, call.id())
    if status_id is None:
        raise NotFound
    return await _answer(call, status_id)


@routes.post("/api/v1/polls/{id}/votes", scopes="write:statuses", params=VoteParams, returns="Poll")
async def vote_in_poll(call: Call) -> Response:
    said = await call.params(VoteParams)
    return await _answer(call, await call.db.run(vote, call.viewer_id, call.id(), said.choices))


async def _answer(call: Call, status_id: int) -> Response:
    shown = await find(call, status_id)
    if shown.status.poll is None:
        raise NotFound
    return call.answer(poll_bytes(shown, call.viewer_id, call.addresses))
