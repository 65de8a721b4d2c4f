"""Polls: show one, vote."""

from functools import partial

import msgspec
from starlette.responses import Response

from parvis.domain.errors import NotFound
from parvis.domain.polls.receipts import find_receipt
from parvis.domain.polls.tally import end_early
from parvis.domain.polls.vote import find_status, promised, vote
from parvis.domain.statuses.shelves import Statuses
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.polls import common_bytes, poll_bytes, receipt_bytes, voted_bytes
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
    cast = await vote(call.db, call.viewer_id, call.id(), said.choices)
    promise = await promised(call.db, cast)
    common = await cast.round.once(cast.status_id, partial(_common, call, cast.status_id))
    return call.answer(voted_bytes(common, cast.choices, promise))


@routes.post("/api/v1/polls/{id}/close", scopes="write:statuses", returns="Poll")
async def close_poll(call: Call) -> Response:
    """End one's own poll before its time; its log says so. (Ours.)"""
    return await _answer(call, await call.db.run(end_early, call.viewer_id, call.id()))


@routes.get("/api/v1/polls/{id}/receipt", scopes="read:statuses", returns="VoteReceipt")
async def show_receipt(call: Call) -> Response:
    """One's own ballot as it stands in the public log, with the promise or the proof of it. (Ours.)"""
    found = await find_receipt(call.db, call.viewer_id, call.id())
    return call.answer(receipt_bytes(found, call.addresses))


async def _common(call: Call, status_id: int) -> bytes:
    """What all who voted together are told of the poll, read after their votes were committed."""
    found = await call.db.kept(Statuses).show_asked(status_id)
    if found is None or found[0].poll is None:
        raise NotFound
    return common_bytes(*found, call.addresses)


async def _answer(call: Call, status_id: int, promised: str | None = None) -> Response:
    shown = await find(call, status_id)
    if shown.status.poll is None:
        raise NotFound
    return call.answer(poll_bytes(shown, call.viewer_id, call.addresses, promised))
