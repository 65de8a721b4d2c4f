"""Where one is logged in: browsers, and the applications that act for one."""

from functools import partial

import msgspec
from starlette.responses import Response

from parvis.domain.access import sessions, tokens
from parvis.protocols.ids import Id
from parvis.web import scopes
from parvis.web.locales import N_
from parvis.web.pages.settings.account import login_of, person
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

SESSIONS = "/settings/sessions"
APPLICATIONS = "/settings/applications"
SAID = {
    "ended": N_("That browser is logged out."),
    "others": N_("Every other browser is logged out."),
    "revoked": N_("That application may do nothing for you any more."),
}


class EndForm(msgspec.Struct):
    id: Id = 0


@pages.get(SESSIONS, who="member", allows_trouble=True)
async def show_sessions(visit: Visit) -> Response:
    visit.is_secret = True
    return visit.render(
        "settings/sessions.html",
        sessions=await sessions.list_sessions(visit.db, person(visit)),
        current_id=login_of(visit).token_id,
        notice=visit.told(SAID),
    )


@pages.post(SESSIONS, who="member", allows_trouble=True)
async def end_session(visit: Visit) -> Response:
    said = await visit.form(EndForm)
    await visit.db.run(sessions.end_one, person(visit), said.id)
    return visit.redirect(SESSIONS, say="ended")


@pages.post("/settings/sessions/others", who="member", allows_trouble=True)
async def end_other_sessions(visit: Visit) -> Response:
    end = partial(sessions.end_all, except_id=login_of(visit).token_id)
    await visit.db.run(end, person(visit))
    return visit.redirect(SESSIONS, say="others")


@pages.get(APPLICATIONS, who="member", allows_trouble=True)
async def show_applications(visit: Visit) -> Response:
    visit.is_secret = True
    grants = await tokens.list_grants(visit.db, person(visit))
    return visit.render(
        "settings/applications.html",
        grants=[(grant, scopes.in_words(grant.scopes, visit.locale)) for grant in grants],
        notice=visit.told(SAID),
    )


@pages.post(APPLICATIONS, who="member", allows_trouble=True)
async def revoke_application(visit: Visit) -> Response:
    said = await visit.form(EndForm)
    await visit.db.run(tokens.revoke_of_app, person(visit), said.id)
    return visit.redirect(APPLICATIONS, say="revoked")
