"""Suggestions: whom to follow."""

import msgspec
from starlette.responses import Response

from parvis.domain.relationships import suggestions
from parvis.domain.relationships.suggestions import Suggestion
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.accounts import account_bytes, accounts_bytes
from parvis.mastodon_api.routes.accounts import most
from parvis.mastodon_api.routing import Routes

routes = Routes()


class SuggestionsParams(msgspec.Struct):
    limit: int = 40


async def _found(call: Call) -> list[Suggestion]:
    said = await call.params(SuggestionsParams)
    return await suggestions.list_suggestions(call.db, call.viewer_id, most(said.limit))


@routes.get("/api/v1/suggestions", scopes="read", params=SuggestionsParams, returns="[Account]")
async def show_accounts(call: Call) -> Response:
    found = await _found(call)
    return call.answer(accounts_bytes([one.shown for one in found], call.addresses))


# The older word for a source, then the newer ones.
BY_FRIENDS = b'"source":"past_interactions","sources":["friends_of_friends"]'
BY_FAME = b'"source":"global","sources":["most_followed"]'


@routes.get("/api/v2/suggestions", scopes="read", params=SuggestionsParams, returns="[Suggestion]")
async def show_suggestions(call: Call) -> Response:
    parts = [
        b'{%b,"account":%b}'
        % (BY_FRIENDS if one.friends else BY_FAME, account_bytes(one.shown, call.addresses))
        for one in await _found(call)
    ]
    return call.answer(b"[%b]" % b",".join(parts))


@routes.delete("/api/v1/suggestions/{id}", scopes="read write:accounts")
async def dismiss(call: Call) -> Response:
    await call.db.run(suggestions.dismiss, call.viewer_id, call.id())
    return call.empty()
