"""Accounts: who am I, who is that, who is there."""

from typing import Literal

import msgspec
from starlette.responses import Response

from parvis.domain.accounts import lookup
from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import ShownAccount
from parvis.domain.errors import NotFound
from parvis.domain.relationships import lookup as relations
from parvis.domain.relationships.lookup import PublicList
from parvis.domain.relationships.types import Listed
from parvis.doors.parameters import Offset
from parvis.mastodon_api.call import Call, require
from parvis.mastodon_api.entities.accounts import account_bytes, accounts_bytes
from parvis.mastodon_api.entities.credentials import credential_bytes, preferences_entity
from parvis.mastodon_api.routing import Routes
from parvis.protocols.ids import Id

routes = Routes()

FOUND_MOST = 80


class IdsParams(msgspec.Struct):
    id: list[Id] = []


class LookupParams(msgspec.Struct):
    acct: str | None = None


class SearchParams(msgspec.Struct):
    q: str | None = None
    limit: int = 40
    offset: Offset = 0
    resolve: bool = False  # no other server is asked: what is known here is what is found
    following: bool = False


class DirectoryParams(msgspec.Struct):
    limit: int = 40
    offset: Offset = 0
    order: Literal["active", "new"] = "active"
    local: bool = False


@routes.get(
    "/api/v1/accounts/verify_credentials",
    scopes="read:accounts profile",
    returns="CredentialAccount",
)
async def verify_credentials(call: Call) -> Response:
    return call.answer(await own_account(call))


async def own_account(call: Call) -> bytes:
    """The caller's own account with its source."""
    shown = await call.db.kept(Accounts).show([call.viewer_id])
    if not shown:
        raise NotFound
    own = await lookup.get_credentials(call.db, call.viewer_id, call.user_id)
    return credential_bytes(shown[0], own, call.addresses)


@routes.get("/api/v1/preferences", scopes="read:accounts", returns="Preferences")
async def show_preferences(call: Call) -> Response:
    return call.json(
        preferences_entity(await lookup.get_credentials(call.db, call.viewer_id, call.user_id))
    )


@routes.get("/api/v1/accounts/{id}", auth="public", scopes="read:accounts", returns="Account")
async def show_account(call: Call) -> Response:
    return call.answer(account_bytes(await find_account(call), call.addresses))


async def find_account(call: Call) -> ShownAccount:
    """The account of the path: a shell when suspended, not found while it waits to be admitted."""
    return await _find(call, call.id())


async def _find(call: Call, account_id: int) -> ShownAccount:
    shown = await lookup.show_present(call.db, [account_id], call.viewer_id)
    if not shown:
        raise NotFound
    return shown[0]


@routes.get(
    "/api/v1/accounts",
    auth="public",
    scopes="read:accounts",
    params=IdsParams,
    returns="[Account]",
)
async def show_accounts(call: Call) -> Response:
    ids = dict.fromkeys((await call.params(IdsParams)).id)
    return await answer_accounts(call, list(ids))


async def answer_accounts(call: Call, ids: list[int]) -> Response:
    shown = await lookup.show_present(call.db, ids, call.viewer_id)
    return call.answer(accounts_bytes(shown, call.addresses))


@routes.get(
    "/api/v1/accounts/lookup",
    auth="public",
    scopes="read:accounts",
    params=LookupParams,
    returns="Account",
)
async def look_up(call: Call) -> Response:
    acct = require((await call.params(LookupParams)).acct, "acct")
    account_id = await lookup.find_by_acct(call.db, acct, call.addresses.domain)
    if account_id is None:
        raise NotFound
    return call.answer(account_bytes(await _find(call, account_id), call.addresses))


@routes.get(
    "/api/v1/accounts/search", scopes="read:accounts", params=SearchParams, returns="[Account]"
)
async def search(call: Call) -> Response:
    said = await call.params(SearchParams)
    ids = await lookup.search_accounts(
        call.db,
        call.viewer_id,
        require(said.q, "q"),
        call.addresses.domain,
        limit=most(said.limit),
        offset=said.offset,
        only_followed=said.following,
    )
    return await answer_accounts(call, ids)


@routes.get("/api/v1/directory", auth="public", params=DirectoryParams, returns="[Account]")
async def show_directory(call: Call) -> Response:
    said = await call.params(DirectoryParams)
    ids = await lookup.list_directory(
        call.db,
        call.viewer_id,
        only_local=said.local,
        newest_first=said.order == "new",
        limit=most(said.limit),
        offset=said.offset,
    )
    return await answer_accounts(call, ids)


def most(limit: int) -> int:
    """A limit as asked, brought into what a page may hold."""
    return min(max(limit, 1), FOUND_MOST)


def answer_listed(call: Call, found: list[Listed]) -> Response:
    """A page of accounts whose cursors are the ids of the relations."""
    if found:
        call.link(found[0].relation_id, found[-1].relation_id)
    return call.answer(accounts_bytes([one.shown for one in found], call.addresses))


async def _list_of(call: Call, kind: PublicList, account_id: int) -> Response:
    page = call.page(default=40, maximum=80)
    found = await relations.list_of(call.db, kind, account_id, call.viewer_id, page)
    return answer_listed(call, found)


def _lists(path: str, kind: PublicList) -> None:
    """Declare a list of those who have to do with the account of the path."""

    async def show(call: Call) -> Response:
        return await _list_of(call, kind, (await find_account(call)).account.id)

    routes.get(
        path,
        auth="public",
        scopes="read:accounts",
        returns="[Account]",
        paged=True,
        summary=f"Show {kind}.",
    )(show)


_lists("/api/v1/accounts/{id}/followers", "followers")
_lists("/api/v1/accounts/{id}/following", "following")
_lists("/api/v1/accounts/{id}/endorsements", "endorsements")


@routes.get("/api/v1/endorsements", scopes="read:accounts", returns="[Account]", paged=True)
async def show_own_endorsements(call: Call) -> Response:
    return await _list_of(call, "endorsements", call.viewer_id)


@routes.get(
    "/api/v1/accounts/familiar_followers",
    scopes="read:follows",
    params=IdsParams,
    returns="[FamiliarFollowers]",
)
async def show_familiar_followers(call: Call) -> Response:
    said = await call.params(IdsParams)
    found = await relations.list_familiar_followers(call.db, call.viewer_id, said.id)
    parts = [
        b'{"id":"%d","accounts":%b}' % (target_id, accounts_bytes(shown, call.addresses))
        for target_id, shown in found
    ]
    return call.answer(b"[%b]" % b",".join(parts))
