"""Calling somebody, what rings, and the page of a call."""

import secrets
from typing import Any

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import ShownAccount
from parvis.domain.calls import calling, ringing
from parvis.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.web.addressed import id_of
from parvis.web.locales import N_
from parvis.web.routing import Pages
from parvis.web.rung import is_relayed, meet_rung
from parvis.web.visit import Visit

pages = Pages()

SAID = {
    "busy": N_("They are in another call now. They will see that you called."),
    "in_call": N_("You are in another call. End it first."),
    "no_calls": N_(
        "They do not take calls of yours. Everybody chooses whose they take: by default those of people"
        " whom they follow and who follow them."
    ),
    "call_over": N_("It does not ring any more."),
}


class StartForm(msgspec.Struct):
    """`key`: of one page, so that only what is sent twice is a double click (web/repeats.py)."""

    who: str = ""
    key: str = ""


class ActForm(msgspec.Struct):
    do: str = ""


@pages.get("/calls/new", who="member")
async def ask(visit: Visit) -> Response:
    """Before it rings: what a call is, and whether they take one."""
    return await _ask(visit, await _named(visit, visit.ask("who")))


@pages.post("/calls", who="member")
async def start(visit: Visit) -> Response:
    other = await _named(visit, (await visit.form(StartForm)).who)
    try:
        started = await visit.db.run(calling.start, visit.viewer_id, other.account.id)
    except (Forbidden, Conflict) as refused:
        if refused.reason not in SAID:
            raise
        return await _ask(visit, other, refused)
    return visit.redirect(f"/calls/{started.call_id}", say="busy" if started.is_busy else "")


@pages.get("/calls/now", who="member")
async def now(visit: Visit) -> Response:
    """What rings for the reader, as every page shows it."""
    visit.is_secret = True
    await meet_rung(visit)
    return visit.render("calls/rung.html")


@pages.get("/calls/{id}", who="member")
async def show(visit: Visit) -> Response:
    visit.is_secret, visit.may_hear = True, True
    return visit.render("calls/call.html", notice=visit.told(SAID), **await _values(visit))


@pages.get("/calls/{id}/now", who="member")
async def show_now(visit: Visit) -> Response:
    """How a call stands, as a reload would show it."""
    visit.is_secret = True
    return visit.render("calls/stands.html", notice="", **await _values(visit))


@pages.post("/calls/{id}", who="member")
async def act(visit: Visit) -> Response:
    said, call_id = await visit.form(ActForm), id_of(visit)
    run, mine = visit.db.run, visit.viewer_id
    if said.do == "accept":
        try:
            await run(calling.accept, mine, call_id)
        except Conflict as refused:
            return visit.redirect(f"/calls/{call_id}", say=refused.reason)
    elif said.do in ("decline", "hang_up"):
        await run(calling.close, mine, call_id, "declined" if said.do == "decline" else "over")
    elif said.do == "dismiss":
        await run(calling.dismiss, mine, call_id)
        return visit.done("nothing_fragment.html", back="/conversations")
    else:
        raise Invalid("do", "There is no such act")
    if said.do == "decline" and visit.wants_fragment:
        await meet_rung(visit)
        return visit.render("calls/rung.html")
    return visit.redirect(f"/calls/{call_id}")


async def _values(visit: Visit) -> dict[str, Any]:
    call = await ringing.find(visit.db, visit.viewer_id, id_of(visit))
    found = await visit.db.kept(Accounts).show([call.other_id])
    if not found:
        raise NotFound
    return {"call": call, "other": found[0].account, "is_relayed": is_relayed(visit)}


async def _named(visit: Visit, who: str) -> ShownAccount:
    try:
        found = await visit.db.kept(Accounts).show([parse_id(who)])
    except IdInvalid:
        raise Invalid("who", "Say whom to call") from None
    if not found or found[0].account.is_gone or found[0].account.id == visit.viewer_id:
        raise NotFound
    return found[0]


async def _ask(visit: Visit, other: ShownAccount, refused: Refused | None = None) -> Response:
    may = await calling.may_call(visit.db, visit.viewer_id, other.account.id)
    why = refused.reason if refused else "" if may else "no_calls"
    return visit.render(
        "calls/new.html",
        422 if refused else 200,
        other=other.account,
        may=may,
        key=secrets.token_urlsafe(8),
        why=visit.locale.text(SAID[why]) if why else "",
        is_relayed=is_relayed(visit),
    )
