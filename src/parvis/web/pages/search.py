"""Looking for people, hashtags and messages; the directory of who wants to be found."""

from typing import Any, Literal, cast, get_args
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.lookup import list_directory, search_accounts, show_present
from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import ShownAccount
from parvis.domain.errors import Invalid
from parvis.domain.search.addresses import find_by_address
from parvis.domain.search.statuses import Bounds, search_statuses
from parvis.domain.search.tags import find_tags
from parvis.domain.statuses import tags
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.tags import Tag
from parvis.domain.statuses.types import Shown
from parvis.protocols.search_queries import (
    MAX_QUERY,
    SearchInvalid,
    SearchQuery,
    parse_search,
)
from parvis.protocols.text import normalise_hashtag
from parvis.web import previews
from parvis.web.addressed import by_cursor, by_offset, offset_of
from parvis.web.barred import tell_barred
from parvis.web.locales import N_
from parvis.web.routing import Pages
from parvis.web.showing_people import standings
from parvis.web.visit import Visit

pages = Pages()

PAGE = 20
FIRST = 4  # people and hashtags before the messages, where all is shown
TOO_MUCH = N_("Search for fewer words: 500 letters and 30 words are read.")

Kind = Literal["", "accounts", "messages", "tags"]
TABS: dict[Kind, str] = {
    "": N_("Everything"),
    "accounts": N_("People"),
    "messages": N_("Messages"),
    "tags": N_("Hashtags"),
}


class TagForm(msgspec.Struct):
    do: str = ""


class Found(msgspec.Struct):
    """`more`: the kinds of which there is more than is shown."""

    accounts: list[ShownAccount] = []
    tags: list[Tag] = []
    messages: list[Shown] = []
    more: set[str] = set()

    @property
    def is_empty(self) -> bool:
        return not (self.accounts or self.tags or self.messages)


@pages.get("/search")
async def search(visit: Visit) -> Response:
    visit.robots = previews.HIDDEN
    text = visit.ask("q").strip()
    asked_kind = visit.ask("type")
    kind = cast("Kind", asked_kind if asked_kind in get_args(Kind) else "")
    found, wrong, turning = Found(), "", {"older": None, "newer": None}
    if text.startswith(("https://", "http://")) and len(text) <= MAX_QUERY:
        found = await _exact(visit, text, kind)
    elif text:
        try:
            found, turning = await _by_words(visit, text, parse_search(text), kind)
        except SearchInvalid:
            wrong = visit.locale.text(TOO_MUCH)
    await tell_barred(visit, found.messages)
    return visit.render(
        "search.html",
        422 if wrong else 200,
        q=text[: MAX_QUERY * 2],
        kind=kind,
        tabs=TABS,
        found=found,
        wrong=wrong,
        relations=await standings(visit, [one.account.id for one in found.accounts]),
        **turning,
    )


async def _exact(visit: Visit, text: str, kind: Kind) -> Found:
    """Whoever pastes an address means exactly that."""
    exact = await find_by_address(visit.db, text, visit.addresses)
    if exact is None:
        return Found()
    if exact.kind == "account" and kind in ("", "accounts"):
        shown = await show_present(visit.db, [exact.id], visit.viewer_id)
        return Found(accounts=[one for one in shown if not one.account.is_gone])
    if exact.kind == "status" and kind in ("", "messages"):
        return Found(messages=await visit.db.kept(Statuses).show(visit.viewer_id, [exact.id]))
    return Found()


async def _by_words(
    visit: Visit, text: str, asked: SearchQuery, kind: Kind
) -> tuple[Found, dict[str, Any]]:
    """One page of one kind, or the first few of each. Visitors get only the first page."""
    found = Found()
    page, offset = visit.page(size=PAGE), offset_of(visit) if visit.viewer_id else 0
    size = PAGE if kind else FIRST
    if kind in ("", "accounts"):
        found.accounts = await _accounts(visit, asked, size, offset)
    if kind in ("", "tags"):
        found.tags = await _tags(visit, asked, size, offset)
    if kind in ("", "messages") and visit.viewer_id:
        bounds = Bounds(limit=PAGE, max_id=page.max_id, min_id=page.min_id)
        found.messages = await _messages(visit, asked, bounds)
    for name, some in (("accounts", found.accounts), ("tags", found.tags)):
        if len(some) > size:
            some.pop()
            found.more.add(name)
    if len(found.messages) >= PAGE:
        found.more.add("messages")
    return found, _turning(visit, found, text, kind)


def _turning(visit: Visit, found: Found, text: str, kind: Kind) -> dict[str, Any]:
    if kind == "messages":
        ids = [one.status.id for one in found.messages]
        return by_cursor(visit, ids, visit.page(size=PAGE), q=text, type=kind)
    if not kind or not visit.viewer_id:
        return {"older": None, "newer": None}
    return by_offset(visit, offset_of(visit), PAGE, has_more=kind in found.more, q=text, type=kind)


async def _accounts(visit: Visit, asked: SearchQuery, size: int, offset: int) -> list[ShownAccount]:
    """One more than is shown tells that there is more."""
    if not asked.words or asked.words.startswith("#"):
        return []
    ids = await search_accounts(
        visit.db,
        visit.viewer_id,
        asked.words,
        visit.addresses.domain,
        limit=size + 1,
        offset=offset,
    )
    return await visit.db.kept(Accounts).show(ids)


async def _tags(visit: Visit, asked: SearchQuery, size: int, offset: int) -> list[Tag]:
    if "@" in asked.words:
        return []
    prefix = normalise_hashtag(asked.words.replace("#", "").replace(" ", ""))
    return await find_tags(visit.db, visit.viewer_id, prefix, limit=size + 1, offset=offset)


async def _messages(visit: Visit, asked: SearchQuery, bounds: Bounds) -> list[Shown]:
    username = ""
    if any(one.value == "me" for one in asked.filters):
        (me,) = await visit.db.kept(Accounts).show([visit.viewer_id])
        username = me.account.username
    viewer = (visit.viewer_id, username)
    ids = await search_statuses(visit.db, viewer, asked, visit.addresses.domain, bounds)
    return await visit.db.kept(Statuses).show(visit.viewer_id, ids)


@pages.get("/directory")
async def directory(visit: Visit) -> Response:
    """Accounts that want to be found: the lately active or the new ones first."""
    is_new, is_local = visit.ask("order") == "new", visit.ask("local") in {"1", "true"}
    offset = offset_of(visit)
    ids = await list_directory(
        visit.db,
        visit.viewer_id,
        only_local=is_local,
        newest_first=is_new,
        limit=PAGE + 1,
        offset=offset,
    )
    shown = await show_present(visit.db, ids[:PAGE], visit.viewer_id)
    kept = {"order": "new" if is_new else "", "local": "1" if is_local else ""}
    if offset:
        visit.robots = previews.HIDDEN
    return visit.render(
        "directory.html",
        head=previews.of_text(visit, "/directory", visit.locale.text("Directory")),
        people=shown,
        relations=await standings(visit, [one.account.id for one in shown]),
        is_new=is_new,
        is_local=is_local,
        ways={
            "active": _directory(is_local=is_local),
            "new": _directory(order="new", is_local=is_local),
            "local": _directory(order=kept["order"], is_local=not is_local),
        },
        **by_offset(visit, offset, PAGE, has_more=len(ids) > PAGE, **kept),
    )


def _directory(*, order: str = "", is_local: bool) -> str:
    said = {"order": order} if order else {}
    said |= {"local": "1"} if is_local else {}
    return f"/directory?{urlencode(said)}" if said else "/directory"


@pages.get("/followed_tags", who="member")
async def followed_tags(visit: Visit) -> Response:
    page = visit.page(size=100)
    found = await tags.list_followed_tags(visit.db, visit.viewer_id, page)
    return visit.render(
        "followed_tags.html",
        tags=[tag for _, tag in found],
        **by_cursor(visit, [place for place, _ in found], page),
    )


@pages.post("/tags/{name}", who="member")
async def change_tag(visit: Visit) -> Response:
    """Follow a hashtag, or no longer."""
    said = await visit.form(TagForm)
    name = visit.path["name"]
    commands = {"follow": tags.follow_tag, "unfollow": tags.unfollow_tag}
    if said.do not in commands:
        raise Invalid("do", "There is no such act")
    await visit.db.run(commands[said.do], visit.viewer_id, name)
    if not visit.wants_fragment:
        return visit.redirect(visit.came_from)
    tag = await tags.get_tag(visit.db, visit.viewer_id, name)
    return visit.render("people/tag_button.html", tag=tag)
