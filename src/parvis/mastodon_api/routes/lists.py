"""Lists: made, changed, filled, read."""

import msgspec
from starlette.responses import Response

from parvis.domain.lists import lists, members
from parvis.domain.lists.types import List, ListDraft, RepliesPolicy
from parvis.domain.timelines.lists import show_list
from parvis.mastodon_api.call import Call, require
from parvis.mastodon_api.routes.accounts import answer_listed, find_account
from parvis.mastodon_api.routes.timelines import answer_page
from parvis.mastodon_api.routing import Routes
from parvis.protocols.ids import Id

routes = Routes()


class ListParams(msgspec.Struct):
    title: str | None = None
    replies_policy: RepliesPolicy | None = None
    exclusive: bool | None = None


class MembersParams(msgspec.Struct):
    account_ids: list[Id] = []


class ListEntity(msgspec.Struct):
    id: str
    title: str
    replies_policy: str
    exclusive: bool


def list_entity(one: List) -> ListEntity:
    return ListEntity(str(one.id), one.title, one.replies_policy, one.is_exclusive)


async def _draft(call: Call) -> ListDraft:
    said = await call.params(ListParams)
    return ListDraft(said.title, said.replies_policy, said.exclusive)


@routes.get("/api/v1/lists", scopes="read:lists", returns="[List]")
async def show_lists(call: Call) -> Response:
    found = await lists.list_lists(call.db, call.viewer_id)
    return call.json([list_entity(one) for one in found])


@routes.post("/api/v1/lists", scopes="write:lists", params=ListParams, returns="List")
async def create(call: Call) -> Response:
    made = await call.db.run(lists.create, call.viewer_id, await _draft(call))
    return call.json(list_entity(made))


@routes.get("/api/v1/lists/{id}", scopes="read:lists", returns="List")
async def show(call: Call) -> Response:
    return call.json(list_entity(await lists.get_list(call.db, call.viewer_id, call.id())))


@routes.put("/api/v1/lists/{id}", scopes="write:lists", params=ListParams, returns="List")
async def change(call: Call) -> Response:
    draft = await _draft(call)
    return call.json(list_entity(await call.db.run(lists.change, call.viewer_id, call.id(), draft)))


@routes.delete("/api/v1/lists/{id}", scopes="write:lists")
async def delete(call: Call) -> Response:
    await call.db.run(lists.delete, call.viewer_id, call.id())
    return call.empty()


@routes.get("/api/v1/lists/{id}/accounts", scopes="read:lists", returns="[Account]", paged=True)
async def show_members(call: Call) -> Response:
    list_id = call.id()
    await lists.get_list(call.db, call.viewer_id, list_id)
    # Apps that fill a form ask for `limit=0`: everybody on it (Mastodon's rule).
    most = 5_000 if call.query().get("limit") == "0" else 80
    page = call.page(default=40, maximum=most)
    if most > 80:  # noqa: PLR2004 - as above
        page = msgspec.structs.replace(page, limit=most)
    found = await members.list_members(call.db, call.viewer_id, list_id, page)
    return answer_listed(call, found)


@routes.post("/api/v1/lists/{id}/accounts", scopes="write:lists", params=MembersParams)
async def add_members(call: Call) -> Response:
    ids = require((await call.params(MembersParams)).account_ids or None, "account_ids")
    await call.db.run(members.add, call.viewer_id, call.id(), ids)
    return call.empty()


@routes.delete("/api/v1/lists/{id}/accounts", scopes="write:lists", params=MembersParams)
async def remove_members(call: Call) -> Response:
    said = await call.params(MembersParams)
    await call.db.run(members.remove, call.viewer_id, call.id(), said.account_ids)
    return call.empty()


@routes.get("/api/v1/accounts/{id}/lists", scopes="read:lists", returns="[List]")
async def show_lists_with(call: Call) -> Response:
    account_id = (await find_account(call)).account.id
    found = await lists.list_lists(call.db, call.viewer_id, with_member_id=account_id)
    return call.json([list_entity(one) for one in found])


@routes.get("/api/v1/timelines/list/{id}", scopes="read:lists", returns="[Status]", paged=True)
async def show_timeline(call: Call) -> Response:
    shown = await show_list(call.db, call.viewer_id, call.id(), call.page())
    return answer_page(call, shown)
