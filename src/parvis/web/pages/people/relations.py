"""How one stands to somebody: one form for all of it, and the lists of followers and followed."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Literal, cast, get_args

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.lookup import show_present
from parvis.domain.accounts.types import ShownAccount
from parvis.domain.errors import Invalid, NotFound
from parvis.domain.lists import lists, members
from parvis.domain.relationships import blocks, follows, lookup, notes, suggestions
from parvis.domain.relationships.follows import FollowOptions
from parvis.domain.relationships.types import Relationship
from parvis.infra.postgres import Tx
from parvis.protocols.ids import Id
from parvis.web.addressed import by_cursor, id_of
from parvis.web.pages.people.accounts import find
from parvis.web.previews import HIDDEN
from parvis.web.routing import Pages
from parvis.web.showing_people import Act, View, standing, standings
from parvis.web.visit import Visit

pages = Pages()

PAGE = 40


class RelationForm(msgspec.Struct):
    """`do` is the act; `view` says which part of the page to answer. Boxes not ticked are not sent."""

    do: str = ""
    view: str = "button"
    reblogs: bool = False
    notify: bool = False
    chosen: bool = False  # a mute whose form offers a choice; others hide notifications too
    hides: bool = False  # of a mute: notifications too
    duration: int = 0  # of a mute, in seconds; 0: for good
    comment: str = ""
    on: list[Id] = []  # all lists that the account shall be on
    back: str = ""


Command = Callable[[Tx, int, int], Awaitable[None]]


def _command(said: RelationForm) -> Command:
    """The domain's command for an act, taking who acts and on whom."""
    commands: dict[str, Command] = {
        "follow": partial(follows.follow, options=FollowOptions()),
        "options": partial(follows.follow, options=FollowOptions(said.reblogs, said.notify)),
        "unfollow": follows.unfollow,
        "remove_follower": follows.remove_from_followers,
        "accept": follows.authorize,
        "reject": follows.reject,
        "mute": partial(
            blocks.mute,
            hides_notifications=said.hides or not said.chosen,
            duration_s=said.duration,
        ),
        "unmute": blocks.unmute,
        "block": blocks.block,
        "unblock": blocks.unblock,
        "note": partial(notes.note, comment=said.comment),
        "endorse": notes.endorse,
        "unendorse": notes.unendorse,
        "lists": partial(members.place, list_ids=said.on),
        "dismiss": suggestions.dismiss,
    }
    command = commands.get(said.do)
    if command is None:
        raise Invalid("do", "There is no such act")
    return command


@pages.post("/accounts/{id}", who="member")
async def change_relation(visit: Visit) -> Response:
    said = await visit.form(RelationForm)
    target_id = id_of(visit)
    if said.view not in get_args(View):
        raise Invalid("view", "There is no such view")
    view = cast("View", said.view)
    done = cast("Act", said.do)
    try:
        await visit.db.run(_command(said), visit.viewer_id, target_id)
    except NotFound:
        if said.do not in {"accept", "reject"} or view not in {"request", "requests"}:
            raise
        done = await _settled(visit, target_id)
    back = visit.next(said.back, visit.came_from)
    return await _answer(visit, target_id, view, done, back)


async def _settled(visit: Visit, target_id: int) -> Act:
    """What became of a request that is there no more: accepted before, or taken back."""
    relation = await standing(visit, target_id)
    return "accept" if relation is not None and relation.is_followed_by else "gone"


@pages.get("/accounts/{id}/mute", who="member")
async def ask_mute(visit: Visit) -> Response:
    return await _ask(visit, "mute")


@pages.get("/accounts/{id}/block", who="member")
async def ask_block(visit: Visit) -> Response:
    return await _ask(visit, "block")


async def _ask(visit: Visit, act: Literal["mute", "block"]) -> Response:
    """What the menu of a card leads to without scripts; it goes on where it was asked."""
    shown = await _present(visit, id_of(visit))
    if shown.account.id == visit.viewer_id or shown.account.is_gone:
        raise NotFound
    own, before = f"/@{shown.account.acct}", visit.came_from
    is_own_page = before == own or before.startswith(f"{own}/")
    return visit.render(
        "people/ask_hide.html", shown=shown, act=act, back=own if is_own_page else before
    )


async def _answer(visit: Visit, target_id: int, view: View, done: Act, back: str) -> Response:
    if view == "page":  # so much of the page changes that it is read anew
        return visit.redirect(back)
    if not visit.wants_fragment:
        return visit.redirect(_told(back, view, target_id, done))
    if view == "suggestion" and done == "dismiss":
        return visit.render("nothing_fragment.html")
    shown = await _present(visit, target_id)
    return visit.render(
        f"people/{view}.html",
        shown=shown,
        relation=await standing(visit, target_id),
        done=done,
    )


def _told(back: str, view: View, target_id: int, done: Act) -> str:
    """Lists tell without scripts too what was done to whom, with the way back."""
    if view not in ("mutes", "blocks", "requests"):
        return back
    return f"{back.partition('?')[0]}?did={done}&to={target_id}"


async def _present(visit: Visit, account_id: int) -> ShownAccount:
    found = await show_present(visit.db, [account_id], visit.viewer_id)
    if not found:
        raise NotFound
    return found[0]


@pages.get("/@{acct}/followers")
async def show_followers(visit: Visit) -> Response:
    return await _people_of(visit, "followers")


@pages.get("/@{acct}/following")
async def show_following(visit: Visit) -> Response:
    return await _people_of(visit, "following")


async def _people_of(visit: Visit, kind: lookup.PublicList) -> Response:
    of = await find(visit, visit.path["acct"])
    if of.account.is_gone:
        return visit.redirect(f"/@{of.account.acct}")
    page = visit.page(size=PAGE)
    visit.robots = HIDDEN
    found = await lookup.list_of(visit.db, kind, of.account.id, visit.viewer_id, page)
    return visit.render(
        "people/people_of.html",
        of=of,
        kind=kind,
        is_own=of.account.id == visit.viewer_id,
        people=found,
        relations=await standings(visit, [one.shown.account.id for one in found]),
        **by_cursor(visit, [one.relation_id for one in found], page),
    )


@pages.get("/@{acct}/familiar_followers", who="member")
async def show_familiar(visit: Visit) -> Response:
    """Those whom the reader follows among somebody's followers."""
    of = await find(visit, visit.path["acct"])
    found = await lookup.list_familiar_followers(visit.db, visit.viewer_id, [of.account.id])
    visit.robots = HIDDEN
    known: list[ShownAccount] = found[0][1] if found else []
    return visit.render(
        "people/people_of.html",
        of=of,
        kind="familiar",
        is_own=False,
        people=[{"shown": one} for one in known],
        relations=await standings(visit, [one.account.id for one in known]),
        older=None,
        newer=None,
    )


@pages.get("/@{acct}/lists", who="member")
async def show_lists_of(visit: Visit) -> Response:
    """On which of one's own lists somebody is."""
    of = await find(visit, visit.path["acct"])
    if of.account.is_gone:
        raise NotFound
    return visit.render("lists/lists_of.html", of=of, **await _lists(visit, of.account.id))


async def _lists(visit: Visit, account_id: int) -> dict[str, Any]:
    on = await lists.list_lists(visit.db, visit.viewer_id, with_member_id=account_id)
    relation: Relationship | None = await standing(visit, account_id)
    return {
        "own_lists": await lists.list_lists(visit.db, visit.viewer_id),
        "on": {one.id for one in on},
        "may": account_id == visit.viewer_id or (relation is not None and relation.is_following),
    }
