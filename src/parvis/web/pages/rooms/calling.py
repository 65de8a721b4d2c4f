"""Calling several people at once, in a room that nobody else knows."""

import secrets

import msgspec
from starlette.responses import Response

from parvis.domain.errors import Conflict, Forbidden, Invalid
from parvis.domain.rooms import calling_several, scheduling
from parvis.domain.rooms.calling_several import CallDraft
from parvis.web import previews
from parvis.web.locales import N_
from parvis.web.pages.rooms import wording
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

TITLE = N_("A call")
NAMES_LONGEST = 400


class CallForm(msgspec.Struct):
    """A call as it is typed. `key`: so that a form is sent once."""

    title: str = ""
    speakers: str = ""
    key: str = ""


@pages.get("/rooms/call", who="member")
async def show_call_form(visit: Visit) -> Response:
    key = secrets.token_urlsafe(16)
    who = visit.ask("who")[:NAMES_LONGEST]
    return _show(visit, CallForm(visit.locale.text(TITLE), who, key))


@pages.post("/rooms/call", who="member")
async def call(visit: Visit) -> Response:
    said = await visit.form(CallForm)
    if not scheduling.may_announce(visit.login, visit.network):
        raise Forbidden("Rooms are not yours to open here", reason="no_rooms")
    names = said.speakers.replace(",", " ").split()
    draft = CallDraft(title=said.title, people=names, language=visit.locale.code)
    key = f"call {said.key}"[:100] if said.key else None
    run, mine = visit.db.run, visit.viewer_id
    try:
        room_id = await run(calling_several.start, mine, draft, visit.addresses, key=key)
    except Invalid as refused:
        return _show(visit, said, wording.beside(refused, visit.locale))
    except Conflict as refused:
        return _show(visit, said, {"speakers": wording.refusal(refused, visit.locale)})
    return visit.redirect(f"/rooms/{room_id}")


def _show(visit: Visit, said: CallForm, errors: dict[str, str] | None = None) -> Response:
    visit.robots = previews.HIDDEN
    return visit.render(
        "rooms/call.html",
        422 if errors else 200,
        said=said,
        errors={
            "title" if name == "subject" else name: text for name, text in (errors or {}).items()
        },
        may=scheduling.may_announce(visit.login, visit.network),
        title_longest=scheduling.TITLE_LONGEST,
    )
