"""Leaving the network for good: what happens, said before; the password once more; then nothing is left."""

import msgspec
from starlette.responses import Response

from parvis.domain.access import leaving, log_in, one_time_codes
from parvis.domain.errors import Forbidden, Invalid, TooMany
from parvis.web import words
from parvis.web.pages.access.log_in import LOG_IN, TOO_FAST, too_fast
from parvis.web.pages.settings.account import login_of, me, person
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

DELETE = "/settings/delete"


class LeaveForm(msgspec.Struct):
    current: str = ""
    code: str = ""


@pages.get(DELETE, who="member", allows_trouble=True)
async def show_leave(visit: Visit) -> Response:
    return await _show(visit)


@pages.post(DELETE, who="member", allows_trouble=True)
async def submit_leave(visit: Visit) -> Response:
    said = await visit.form(LeaveForm)
    user_id = person(visit)
    try:
        await log_in.prove_again(visit.db, user_id, said.current, said.code, address=visit.address)
        await visit.db.run(leaving.leave, visit.viewer_id, user_id)
    except Invalid as refused:
        return await _show(visit, 422, words.beside(refused, visit.locale))
    except TooMany as refused:
        errors = {"current": visit.locale.text(TOO_FAST)}
        return too_fast(refused, await _show(visit, 429, errors))
    except Forbidden as refused:
        hindered = words.hindered(refused, visit.locale)
        if hindered is None:
            raise
        return await _show(visit, 422, {"current": hindered})
    answer = visit.redirect(LOG_IN, say="left")
    visit.door.cookies.end_session(answer)
    return answer


async def _show(visit: Visit, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    visit.is_secret = True
    return visit.render(
        "settings/delete.html",
        status,
        me=await me(visit),
        is_owner=login_of(visit).role == "owner",
        factors=await one_time_codes.get_factors(visit.db, person(visit)),
        errors=errors or {},
    )
