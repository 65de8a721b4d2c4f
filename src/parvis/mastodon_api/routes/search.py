"""Search: accounts, hashtags and statuses for what people type or paste."""

from typing import Annotated, Literal

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.lookup import search_accounts, show_present
from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import ShownAccount
from parvis.domain.errors import Invalid, Unauthenticated
from parvis.domain.search.addresses import find_by_address
from parvis.domain.search.statuses import Bounds, search_statuses
from parvis.domain.search.tags import find_tags
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.accounts import accounts_bytes
from parvis.mastodon_api.entities.statuses import statuses_bytes
from parvis.mastodon_api.entities.tags import TagEntity, tag_entity
from parvis.mastodon_api.routing import Routes
from parvis.protocols.ids import Id
from parvis.protocols.search_queries import SearchInvalid, SearchQuery, parse_search
from parvis.protocols.text import normalise_hashtag

routes = Routes()

MAX_PAGE = 40
Kind = Literal["accounts", "hashtags", "statuses"]


class SearchParams(msgspec.Struct):
    q: str = ""
    type: Kind | None = None
    limit: int = 20
    offset: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    following: bool = False
    account_id: Id | None = None
    max_id: Id | None = None
    min_id: Id | None = None
    resolve: bool = False
    exclude_unreviewed: bool = False  # accepted; tags are not reviewed here


class _Found(msgspec.Struct):
    accounts: list[ShownAccount] = []
    statuses: list[Shown] = []
    hashtags: list[TagEntity] = []


@routes.get(
    "/api/v2/search", auth="public", scopes="read:search", params=SearchParams, returns="Search"
)
async def search(call: Call) -> Response:
    """Search accounts, hashtags and (logged in) statuses one may look through."""
    return await _search(call, is_old=False)


@routes.get("/api/v1/search", scopes="read:search", params=SearchParams, returns="V1::Search")
async def search_v1(call: Call) -> Response:
    """Search, with hashtags as plain names, as older apps ask."""
    return await _search(call, is_old=True)


async def _search(call: Call, *, is_old: bool) -> Response:
    said = await call.params(SearchParams)
    text = said.q.strip()
    if not text:
        raise Invalid("q", "Validation failed: q can't be blank", reason="ERR_BLANK")
    if call.login is None and said.offset:
        raise Unauthenticated("Search queries pagination is not supported without authentication")
    if call.login is None and said.resolve:
        raise Unauthenticated(
            "Search queries that resolve remote resources are not supported without authentication"
        )
    if text.startswith(("https://", "http://")):
        found = await _exact(call, text, said)
    else:
        found = await _by_words(call, text, said)
    hashtags: list[TagEntity] | list[str] = found.hashtags
    if is_old:
        hashtags = [tag.name for tag in found.hashtags]
    return call.answer(
        b'{"accounts":%b,"statuses":%b,"hashtags":%b}'
        % (
            accounts_bytes(found.accounts, call.addresses),
            statuses_bytes(found.statuses, call.viewer_id, call.addresses),
            msgspec.json.encode(hashtags),
        )
    )


async def _exact(call: Call, text: str, said: SearchParams) -> _Found:
    found = _Found()
    exact = await find_by_address(call.db, text, call.addresses)
    if exact is None or said.offset:
        return found
    if exact.kind == "account" and said.type in (None, "accounts"):
        shown = await show_present(call.db, [exact.id], call.viewer_id)
        found.accounts = [one for one in shown if not one.account.is_gone]
    elif exact.kind == "status" and said.type in (None, "statuses") and call.viewer_id:
        found.statuses = await call.db.kept(Statuses).show(call.viewer_id, [exact.id])
    return found


async def _by_words(call: Call, text: str, said: SearchParams) -> _Found:
    try:
        asked = parse_search(text)
    except SearchInvalid as wrong:
        raise Invalid("q", f"Validation failed: {wrong}") from None
    found = _Found()
    limit = min(max(said.limit, 1), MAX_PAGE)
    words = asked.words
    if said.type in (None, "accounts") and words and not words.startswith("#"):
        ids = await search_accounts(
            call.db,
            call.viewer_id,
            words,
            call.addresses.domain,
            limit=limit,
            offset=said.offset,
            only_followed=said.following,
        )
        found.accounts = await call.db.kept(Accounts).show(ids)
    if said.type in (None, "hashtags") and "@" not in words:
        prefix = normalise_hashtag(words.replace("#", "").replace(" ", ""))
        tags = await find_tags(call.db, call.viewer_id, prefix, limit=limit, offset=said.offset)
        found.hashtags = [
            tag_entity(tag, call.addresses, is_logged_in=bool(call.viewer_id)) for tag in tags
        ]
    if said.type in (None, "statuses") and call.viewer_id:
        found.statuses = await _statuses(call, asked, said, limit)
    return found


async def _statuses(call: Call, asked: SearchQuery, said: SearchParams, limit: int) -> list[Shown]:
    bounds = Bounds(
        limit=limit,
        offset=said.offset,
        max_id=said.max_id,
        min_id=said.min_id,
        account_id=said.account_id,
    )
    username = ""
    if any(one.value == "me" for one in asked.filters):
        (me,) = await call.db.kept(Accounts).show([call.viewer_id])
        username = me.account.username
    viewer = (call.viewer_id, username)
    ids = await search_statuses(call.db, viewer, asked, call.addresses.domain, bounds)
    return await call.db.kept(Statuses).show(call.viewer_id, ids)
