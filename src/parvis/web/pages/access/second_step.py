"""The second step of a log-in: a code of an app, a recovery code, or a passkey."""

from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from parvis.domain.access import log_in, one_time_codes, passkeys, steps
from parvis.domain.access.log_in import Entered
from parvis.domain.errors import Invalid, TooMany, Unauthenticated
from parvis.web import words
from parvis.web.pages.access.log_in import HOME, LOG_IN, STEP, TOO_FAST, enter, site, too_fast
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()


class StepForm(msgspec.Struct):
    """A code, or the answer of a passkey."""

    code: str = ""
    answer: str = ""
    next: str = ""


@pages.get(STEP)
async def show_step(visit: Visit) -> Response:
    return await _show(visit, visit.next(visit.ask("next"), HOME))


@pages.post(STEP)
async def submit_step(visit: Visit) -> Response:
    said = await visit.form(StepForm)
    onward, secret = visit.next(said.next, HOME), _secret(visit)
    try:
        if said.answer:
            session = await log_in.pass_by_passkey(
                visit.db, site(visit), secret, said.answer, visit.browser
            )
        else:
            session = await log_in.pass_by_code(visit.db, secret, said.code, visit.browser)
    except Invalid as refused:
        return await _show(visit, onward, 422, words.beside(refused, visit.locale))
    except TooMany as refused:
        text = {"code": visit.locale.text(TOO_FAST)}
        return too_fast(refused, await _show(visit, onward, 429, text))
    except Unauthenticated:
        return _too_old(visit, onward)
    return enter(visit, Entered(session), onward)


@pages.post("/auth/second-step/question")
async def ask_passkey(visit: Visit) -> Response:
    """What our script asks the passkeys of somebody whose password is known."""
    return visit.json(await passkeys.ask_for_second_step(visit.db, site(visit), _secret(visit)))


async def _show(
    visit: Visit, onward: str, status: int = 200, errors: dict[str, str] | None = None
) -> Response:
    visit.is_secret = True
    user_id = await steps.find(visit.db, _secret(visit))
    if user_id is None:
        return _too_old(visit, onward) if visit.login is None else visit.redirect(onward)
    factors = await one_time_codes.get_factors(visit.db, user_id)
    is_possible = passkeys.site_of(visit.addresses, visit.network.title) is not None
    return visit.render(
        "access/second_step.html",
        status,
        next=onward,
        errors=errors or {},
        has_passkeys=is_possible and factors.passkeys > 0,
    )


def _too_old(visit: Visit, onward: str) -> Response:
    address = LOG_IN if onward == HOME else f"{LOG_IN}?{urlencode({'next': onward})}"
    return visit.redirect(address, say="step")


def _secret(visit: Visit) -> str:
    return visit.request.cookies.get(visit.door.cookies.step_name, "")
