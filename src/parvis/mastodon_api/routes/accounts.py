"""Accounts: who am I, and who is that."""

from starlette.responses import Response

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.errors import NotFound
from parvis.domain.relationships.types import Listed
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.accounts import account_bytes, accounts_bytes
from parvis.mastodon_api.routing import Routes

routes = Routes()


@routes.get("/api/v1/accounts/{id}", auth="public", scopes="read:accounts", returns="Account")
async def show_account(call: Call) -> Response:
    shown = await call.db.kept(Accounts).show([call.id()])
    if not shown:
        raise NotFound
    return call.answer(account_bytes(shown[0], call.addresses))


def answer_listed(call: Call, found: list[Listed]) -> Response:
    """A page of accounts whose cursors are the ids of the relations."""
    if found:
        call.link(found[0].relation_id, found[-1].relation_id)
    return call.answer(accounts_bytes([one.shown for one in found], call.addresses))
