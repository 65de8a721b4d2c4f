"""Polls: show one, vote."""

import base64
from functools import partial

import msgspec
from starlette.responses import Response

from parvis.domain.errors import Invalid, NotFound, Refused
from parvis.domain.polls.invitations import list_invitations, use_invitation
from parvis.domain.polls.issuing import issue_token
from parvis.domain.polls.receipts import find_receipt
from parvis.domain.polls.tally import end_early
from parvis.domain.polls.vote import find_status, promised, vote
from parvis.domain.statuses.shelves import Statuses
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.polls import (
    invitation_entities,
    poll_bytes,
    receipt_bytes,
    shared_bytes,
    token_bytes,
    voted_bytes,
)
from parvis.mastodon_api.routes.statuses import find
from parvis.mastodon_api.routing import Routes

routes = Routes()


class VoteParams(msgspec.Struct):
    choices: list[int] = []


class TokenParams(msgspec.Struct):
    blinded: str = ""  # base64


@routes.get("/api/v1/polls/{id}", auth="public", scopes="read:statuses", returns="Poll")
async def show_poll(call: Call) -> Response:
    status_id = await find_status(call.db, call.id())
    if status_id is None:
        raise NotFound
    return await _answer(call, status_id)


@routes.post("/api/v1/polls/{id}/votes", scopes="write:statuses", params=VoteParams, returns="Poll")
async def vote_in_poll(call: Call) -> Response:
    said = await call.params(VoteParams)
    try:
        cast = await vote(call.db, call.viewer_id, call.id(), said.choices)
    except Refused as no:
        raise _with_page(call, no) from None
    promise = await promised(call.db, cast)
    shared = await cast.round.once(cast.status_id, partial(_shared, call, cast.status_id))
    return call.answer(voted_bytes(shared, cast.choices, promise))


@routes.post(
    "/api/v1/polls/{id}/token", scopes="write:statuses", params=TokenParams, returns="BallotToken"
)
async def give_token(call: Call) -> Response:
    """The one token of a secret ballot, signed unseen; cast at /polls/:id/ballots without it. (Ours.)"""
    said = await call.params(TokenParams)
    try:
        blinded = base64.b64decode(said.blinded, validate=True)
    except ValueError:
        raise Invalid("blinded", "Validation failed: Blinded is base64") from None
    issued = await issue_token(call.db, call.viewer_id, call.id(), blinded)
    return call.answer(token_bytes(issued))


@routes.post("/api/v1/polls/{id}/close", scopes="write:statuses", returns="Poll")
async def close_poll(call: Call) -> Response:
    """End one's own poll before its time; its log says so. (Ours.)"""
    return await _answer(call, await call.db.run(end_early, call.viewer_id, call.id()))


@routes.get("/api/v1/polls/{id}/receipt", scopes="read:statuses", returns="VoteReceipt")
async def show_receipt(call: Call) -> Response:
    """One's own ballot as it stands in the public log, with the promise or the proof of it. (Ours.)"""
    found = await find_receipt(call.db, call.viewer_id, call.id())
    return call.answer(receipt_bytes(found, call.addresses))


async def _shared(call: Call, status_id: int) -> bytes:
    """What all who voted together are told of the poll, read after their votes were committed."""
    found = await call.db.kept(Statuses).show_asked(status_id)
    if found is None or found[0].poll is None:
        raise NotFound
    return shared_bytes(*found, call.addresses)


@routes.get("/api/v1/polls/{id}/invitations", scopes="read:statuses", returns="[PollInvitation]")
async def show_invitations(call: Call) -> Response:
    """Those of one's own poll. Who used which is not kept. (Ours.)"""
    made = await list_invitations(call.db, call.viewer_id, call.id())
    return call.json(invitation_entities(made, call.addresses))


@routes.post("/api/v1/poll_invitations/{code}", scopes="write:statuses", returns="Poll")
async def accept_invitation(call: Call) -> Response:
    """Use an invitation: from then on this account may vote in its poll. (Ours.)"""
    code = call.path["code"]
    used = await call.db.run(use_invitation, call.viewer_id, code)
    return await _answer(call, used.status_id)


def _with_page(call: Call, no: Refused) -> Refused:
    """Ordinary apps cannot vote in secret ballots: they show where one can."""
    if no.reason != "secret_ballot":
        return no
    page = f"{call.addresses.root}/polls/{call.id()}/ballot"
    return Refused(f"{no.message} Vote on its page: {page}", reason=no.reason)


async def _answer(call: Call, status_id: int) -> Response:
    shown = await find(call, status_id)
    if shown.status.poll is None:
        raise NotFound
    return call.answer(poll_bytes(shown, call.viewer_id, call.addresses))
