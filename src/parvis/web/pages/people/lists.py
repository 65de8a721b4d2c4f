"""One's lists: made, named, filled and deleted. Their timelines are read elsewhere."""

from datetime import timedelta
from functools import partial
from typing import Any, cast, get_args

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.lookup import search_accounts
from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import ShownAccount
from parvis.domain.errors import Invalid
from parvis.domain.lists import lists, members
from parvis.domain.lists.lists import LISTS_MOST, TITLE_LONGEST
from parvis.domain.lists.types import List, ListDraft, RepliesPolicy
from parvis.infra.clock import now
from parvis.protocols.ids import Id, timestamp_of
from parvis.protocols.paging import Page
from parvis.web import words
from parvis.web.addressed import id_of
from parvis.web.locales import N_
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

TWICE = timedelta(seconds=20)
MEMBERS = 1_000  # on one page: a list is edited as a whole
FOUND = 12
BLANK = N_("Give the list a name.")
TOO_MANY = N_("You have as many lists as there may be. Delete one first.")
POLICIES: dict[RepliesPolicy, str] = {
    "list": N_("To people on this list"),
    "followed": N_("To anyone you follow"),
    "none": N_("None"),
}


class ListForm(msgspec.Struct):
    """`do`: change, delete, add or remove; without it a list is made."""

    do: str = ""
    title: str = ""
    replies_policy: str = "list"
    exclusive: bool = False
    account_id: Id = 0
    q: str = ""  # what was searched for when somebody was added


@pages.get("/lists", who="member")
async def show_lists(visit: Visit) -> Response:
    return await _show(visit, ListForm())


@pages.post("/lists", who="member")
async def create(visit: Visit) -> Response:
    said = await visit.form(ListForm)
    just = await _just_made(visit, said.title)
    if just is not None:
        return visit.redirect(f"/lists/{just.id}/edit")
    try:
        made = await visit.db.run(lists.create, visit.viewer_id, _draft(said))
    except Invalid as refused:
        return await _show(visit, said, _beside(refused, visit))
    return visit.redirect(f"/lists/{made.id}/edit")


async def _just_made(visit: Visit, title: str) -> List | None:
    """The list of a form that was sent twice: of this name, and seconds old."""
    own = await lists.list_lists(visit.db, visit.viewer_id)
    newest = own[-1] if own else None
    if newest is None or newest.title != title.strip():
        return None
    return newest if now() - timestamp_of(newest.id) < TWICE else None


@pages.get("/lists/{id}/edit", who="member")
async def edit(visit: Visit) -> Response:
    one = await lists.get_list(visit.db, visit.viewer_id, id_of(visit))
    return await _edit(visit, one, _as_form(one))


@pages.post("/lists/{id}", who="member")
async def change(visit: Visit) -> Response:
    said = await visit.form(ListForm)
    list_id, mine = id_of(visit), visit.viewer_id
    if said.do == "change":
        return await _change(visit, said)
    if said.do == "delete":
        await visit.db.run(lists.delete, mine, list_id)
        return visit.redirect("/lists")
    if said.do == "add":
        try:
            await visit.db.run(members.add, mine, list_id, [said.account_id])
        except Invalid as refused:  # pressed twice: they are on it, as was wished
            if refused.reason != "ERR_TAKEN":
                raise
    elif said.do == "remove":
        await visit.db.run(members.remove, mine, list_id, [said.account_id])
    else:
        raise Invalid("do", "There is no such act")
    one = await lists.get_list(visit.db, mine, list_id)
    if visit.wants_fragment:
        return visit.render("lists/members.html", **await _with_members(visit, one, said.q))
    return visit.redirect(visit.next(visit.came_from, f"/lists/{list_id}/edit"))


async def _change(visit: Visit, said: ListForm) -> Response:
    list_id = id_of(visit)
    try:
        await visit.db.run(lists.change, visit.viewer_id, list_id, _draft(said))
    except Invalid as refused:
        one = await lists.get_list(visit.db, visit.viewer_id, list_id)
        return await _edit(visit, one, said, _beside(refused, visit))
    return visit.redirect(f"/lists/{list_id}/edit?saved=1")


async def _show(visit: Visit, said: ListForm, errors: dict[str, str] | None = None) -> Response:
    return visit.render(
        "lists/lists.html",
        422 if errors else 200,
        lists=await lists.list_lists(visit.db, visit.viewer_id),
        said=said,
        policies=POLICIES,
        longest=TITLE_LONGEST,
        most=LISTS_MOST,
        errors=errors or {},
    )


async def _edit(
    visit: Visit, one: List, said: ListForm, errors: dict[str, str] | None = None
) -> Response:
    return visit.render(
        "lists/edit.html",
        422 if errors else 200,
        said=said,
        policies=POLICIES,
        longest=TITLE_LONGEST,
        is_saved=bool(visit.ask("saved")),
        errors=errors or {},
        **await _with_members(visit, one, visit.ask("q")),
    )


async def _with_members(visit: Visit, one: List, q: str) -> dict[str, Any]:
    """Who is on the list, and whom of those one follows the search found."""
    on = await members.list_members(visit.db, visit.viewer_id, one.id, Page(MEMBERS))
    ids = {listed.shown.account.id for listed in on}
    found: list[ShownAccount] = []
    if q.strip():
        search = partial(search_accounts, limit=FOUND, only_followed=True)
        seen = await search(visit.db, visit.viewer_id, q, visit.addresses.domain)
        found = await visit.db.kept(Accounts).show(seen)
    return {
        "one": one,
        "members": [listed.shown for listed in on],
        "on": ids,
        "found": found,
        "q": q,
    }


def _as_form(one: List) -> ListForm:
    return ListForm(title=one.title, replies_policy=one.replies_policy, exclusive=one.is_exclusive)


def _draft(said: ListForm) -> ListDraft:
    if said.replies_policy not in get_args(RepliesPolicy):
        raise Invalid("replies_policy", "There is no such choice")
    policy = cast("RepliesPolicy", said.replies_policy)
    return ListDraft(said.title, policy, said.exclusive)


def _beside(refused: Invalid, visit: Visit) -> dict[str, str]:
    if refused.field != "title":
        return words.beside(refused, visit.locale)
    text = {"ERR_BLANK": BLANK, "ERR_TOO_MANY": TOO_MANY}.get(refused.reason, words.TOO_LONG)
    return {"title": visit.locale.text(text)}
