"""A status's page: it, what it answers, and its answers."""

import re

from starlette.responses import Response

from parvis.domain.errors import NotFound
from parvis.domain.statuses.context import show_context
from parvis.domain.statuses.history import list_versions
from parvis.domain.statuses.shelves import Statuses
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.web import heads, previews
from parvis.web.barred import tell_barred
from parvis.web.branches import branches
from parvis.web.composing import sheet as sheets
from parvis.web.pages.front import about_cards
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

SUMMARY = 80  # letters of a title
FIRST = re.compile(r"[0-9]{1,6}")


@pages.get("/@{acct}/{id}")
async def status(visit: Visit) -> Response:
    status_id = _id(visit)
    found = await visit.db.kept(Statuses).show(visit.viewer_id, [status_id])
    if not found:
        raise NotFound
    main = found[0]
    if main.reblog is not None:
        return visit.redirect(f"/@{main.reblog.author.acct}/{main.reblog.status.id}")
    if main.author.acct.lower() != visit.path["acct"].lower():
        return visit.redirect(f"/@{main.author.acct}/{status_id}")
    first = _first(visit)
    around = await show_context(visit.db, visit.viewer_id, status_id, first=first)
    after = around.after
    await tell_barred(visit, [main, *around.before, *after])
    further = f"/@{main.author.acct}/{status_id}?first={first + len(after)}"
    return visit.render(
        "statuses/status.html",
        main=main,
        before=around.before,
        around=around,
        branches=branches(main, after),
        answered=None if first or around.is_cut_after else len(after),
        further=further if around.is_cut_after else None,
        composing=await sheets.answer(visit, main, place="thread") if visit.login else None,
        summary=heads.summary(main, SUMMARY),
        head=previews.of_status(visit, main, after),
        **await about_cards(visit),
    )


def _first(visit: Visit) -> int:
    """How many answers of a long thread were read on the pages before."""
    said = visit.query.get("first")
    return int(said) if isinstance(said, str) and FIRST.fullmatch(said) else 0


@pages.get("/@{acct}/{id}/history")
async def history(visit: Visit) -> Response:
    """All that a message said, the present first."""
    status_id = _id(visit)
    found = await visit.db.kept(Statuses).show(visit.viewer_id, [status_id])
    if not found or found[0].reblog is not None:
        raise NotFound
    main = found[0]
    if main.author.acct.lower() != visit.path["acct"].lower():
        return visit.redirect(f"/@{main.author.acct}/{status_id}/history")
    visit.robots = previews.HIDDEN
    versions = await list_versions(visit.db, main)
    return visit.render(
        "statuses/history.html", main=main, versions=versions[::-1], **await about_cards(visit)
    )


@pages.get("/users/{username}/statuses/{id}")
async def object_of_status(visit: Visit) -> Response:
    """A person who followed a status's ActivityPub id."""
    return visit.redirect(f"/@{visit.path['username']}/{_id(visit)}")


def _id(visit: Visit) -> int:
    try:
        return parse_id(visit.path["id"])
    except IdInvalid:
        raise NotFound from None
