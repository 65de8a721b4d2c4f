"""Timelines: home, public, of a hashtag, of an account, direct."""

import msgspec
from starlette.responses import Response

from parvis.domain.statuses.types import Shown
from parvis.domain.timelines.account import Wish, show_authored, show_pinned
from parvis.domain.timelines.direct import show_direct
from parvis.domain.timelines.hashtag import Tagged, show_hashtag
from parvis.domain.timelines.home import Homes
from parvis.domain.timelines.public import PublicTimelines, Where
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.statuses import statuses_bytes
from parvis.mastodon_api.routing import Routes

routes = Routes()


class PublicParams(msgspec.Struct):
    local: bool = False
    remote: bool = False
    only_media: bool = False


class HashtagParams(msgspec.Struct):
    any_of: list[str] = msgspec.field(name="any", default_factory=list[str])
    all_of: list[str] = msgspec.field(name="all", default_factory=list[str])
    none_of: list[str] = msgspec.field(name="none", default_factory=list[str])
    local: bool = False
    remote: bool = False
    only_media: bool = False


class AccountParams(msgspec.Struct):
    pinned: bool = False
    only_media: bool = False
    exclude_replies: bool = False
    exclude_reblogs: bool = False
    tagged: str | None = None


@routes.get("/api/v1/timelines/home", scopes="read:statuses", returns="[Status]", paged=True)
async def home(call: Call) -> Response:
    shown = await call.db.kept(Homes).show(call.viewer_id, call.page())
    return answer_page(call, shown)


@routes.get(
    "/api/v1/timelines/public",
    auth="public",
    scopes="read:statuses",
    params=PublicParams,
    returns="[Status]",
    paged=True,
)
async def public(call: Call) -> Response:
    said = await call.params(PublicParams)
    shown = await call.db.kept(PublicTimelines).show(
        call.viewer_id,
        call.page(),
        where=_where(is_local=said.local, is_remote=said.remote),
        only_media=said.only_media,
    )
    return answer_page(call, shown)


@routes.get(
    "/api/v1/timelines/tag/{hashtag}",
    auth="public",
    scopes="read:statuses",
    params=HashtagParams,
    returns="[Status]",
    paged=True,
)
async def hashtag(call: Call) -> Response:
    said = await call.params(HashtagParams)
    where = _where(is_local=said.local, is_remote=said.remote)
    tagged = Tagged(
        call.path["hashtag"], said.any_of, said.all_of, said.none_of, where, said.only_media
    )
    return answer_page(call, await show_hashtag(call.db, call.viewer_id, tagged, call.page()))


@routes.get(
    "/api/v1/accounts/{id}/statuses",
    auth="public",
    scopes="read:statuses",
    params=AccountParams,
    returns="[Status]",
    paged=True,
)
async def account_statuses(call: Call) -> Response:
    said = await call.params(AccountParams)
    if said.pinned:
        shown = await show_pinned(call.db, call.viewer_id, call.id())
        return call.answer(statuses_bytes(shown, call.viewer_id, call.addresses))
    wish = Wish(
        only_media=said.only_media,
        without_replies=said.exclude_replies,
        without_reblogs=said.exclude_reblogs,
        tag=said.tagged,
    )
    shown = await show_authored(call.db, call.viewer_id, call.id(), wish, call.page())
    return answer_page(call, shown)


@routes.get("/api/v1/timelines/direct", scopes="read:statuses", returns="[Status]", paged=True)
async def direct(call: Call) -> Response:
    return answer_page(call, await show_direct(call.db, call.viewer_id, call.page()))


@routes.get("/api/v1/scheduled_statuses", scopes="read:statuses", returns="[ScheduledStatus]")
async def scheduled_statuses(call: Call) -> Response:
    """None: what asks to be published later is refused (see publish_status)."""
    return call.answer(b"[]")


def _where(*, is_local: bool, is_remote: bool) -> Where:
    if is_local == is_remote:
        return "all"
    return "local" if is_local else "remote"


def answer_page(call: Call, shown: list[Shown]) -> Response:
    """A page of statuses whose cursors are the statuses' own ids."""
    if shown:
        call.link(shown[0].status.id, shown[-1].status.id)
    return call.answer(statuses_bytes(shown, call.viewer_id, call.addresses))
