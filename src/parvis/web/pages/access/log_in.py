"""Logging in and out, and what to do while one may not act."""

from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from parvis.domain.access import confirmations, log_in, passkeys, sessions
from parvis.domain.access.log_in import Entered
from parvis.domain.errors import Invalid, NotFound, TooMany, Unauthenticated
from parvis.domain.moderation.decisions import list_decisions
from parvis.protocols.passkeys import Site
from parvis.web import words
from parvis.web.locales import N_
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

LOG_IN = "/auth/log-in"
STEP = "/auth/second-step"
HOME = "/home"  # where members begin
WRONG = N_("This name or address and this password do not go together.")
TOO_FAST = N_("Too many attempts. Wait a few minutes and try again.")
SENT = N_("The letter is on its way.")
SAID = {
    "step": N_("That took too long, or too many codes were wrong. Log in again."),
    "session": N_("Your session has ended. Log in again to go on where you were."),
    "left": N_("Your account is deleted. Nobody sees it any more; what was in it is being erased."),
}


class LogInForm(msgspec.Struct):
    name: str = ""  # username or e-mail address
    password: str = ""
    next: str = ""


class PasskeyForm(msgspec.Struct):
    answer: str = ""
    next: str = ""


class ConfirmForm(msgspec.Struct):
    email: str = ""


@pages.get(LOG_IN)
async def show_log_in(visit: Visit) -> Response:
    visit.is_secret = True
    onward = visit.next(visit.ask("next"), HOME)
    if visit.login is not None and not visit.ask("again"):
        return visit.redirect(onward)
    return _show(visit, LogInForm(next=onward))


@pages.post(LOG_IN)
async def submit_log_in(visit: Visit) -> Response:
    said = await visit.form(LogInForm)
    try:
        entered = await log_in.log_in(visit.db, said.name, said.password, visit.browser)
    except Unauthenticated:
        return _show(visit, said, 422, {"password": WRONG})
    except TooMany as refused:
        return too_fast(refused, _show(visit, said, 429, {"password": TOO_FAST}))
    return enter(visit, entered, visit.next(said.next, HOME))


@pages.post("/auth/passkey/question")
async def ask_passkey(visit: Visit) -> Response:
    """What our script asks the browser's passkeys."""
    asked, secret = await log_in.ask_for_passkey(visit.db, site(visit), address=visit.address)
    answer = visit.json(asked)
    visit.door.cookies.set_question(answer, secret)
    return answer


@pages.post("/auth/passkey")
async def submit_passkey(visit: Visit) -> Response:
    said = await visit.form(PasskeyForm)
    secret = visit.request.cookies.get(visit.door.cookies.question_name, "")
    again = LogInForm(next=said.next)
    try:
        session = await log_in.pass_by_passkey(
            visit.db, site(visit), secret, said.answer, visit.browser
        )
    except Invalid as refused:
        return _show(visit, again, 422, words.beside(refused, visit.locale))
    except Unauthenticated:
        return _show(visit, again, 422, {"answer": SAID["step"]})
    except TooMany as refused:
        return too_fast(refused, _show(visit, again, 429, {"answer": TOO_FAST}))
    return enter(visit, Entered(session), visit.next(said.next, HOME))


def _show(
    visit: Visit, said: LogInForm, status: int = 200, errors: dict[str, str] | None = None
) -> Response:
    visit.is_secret = True
    return visit.render(
        "access/log_in.html",
        status,
        name=said.name,
        next=visit.next(said.next, HOME),
        errors={field: visit.locale.text(text) for field, text in (errors or {}).items()},
        has_passkeys=passkeys.site_of(visit.addresses, visit.network.title) is not None,
        notice=visit.told(SAID),
    )


def too_fast(refused: TooMany, answer: Response) -> Response:
    """A page that says so, and to programs when to come back."""
    answer.headers["retry-after"] = str(int(refused.retry_after_s) + 1)
    return answer


def site(visit: Visit) -> Site:
    """Where passkeys are good for. Refused: at an address where browsers make none."""
    found = passkeys.site_of(visit.addresses, visit.network.title)
    if found is None:
        raise NotFound
    return found


def enter(visit: Visit, entered: Entered, onward: str) -> Response:
    """Go on with a new session, or with the second step before it."""
    if entered.is_step:
        answer = visit.redirect(step_address(onward))
        visit.door.cookies.set_step(answer, entered.secret)
        return answer
    answer = visit.redirect(onward)
    visit.door.cookies.end_steps(answer, visit.request.cookies)
    visit.door.cookies.set_session(answer, entered.secret)
    return answer


def step_address(onward: str) -> str:
    return STEP if onward == HOME else f"{STEP}?{urlencode({'next': onward})}"


@pages.post("/auth/log-out")
async def log_out(visit: Visit) -> Response:
    secret = visit.session_secret
    if secret:
        await visit.db.run(sessions.end, secret)
    answer = visit.redirect("/")
    visit.door.cookies.end_session(answer)
    return answer


@pages.get("/auth/waiting", who="member", allows_trouble=True)
async def waiting(visit: Visit) -> Response:
    """Why this person may not act now, and what they can do about it."""
    return await _waiting(visit)


@pages.post("/auth/waiting", who="member", allows_trouble=True)
async def send_again(visit: Visit) -> Response:
    """The letter with the link once more, to another address when the first was wrong."""
    if visit.login is None:
        raise Unauthenticated
    said = await visit.form(ConfirmForm)
    try:
        await visit.db.run(confirmations.send_again, visit.login, said.email.strip() or None)
    except Invalid as refused:
        return await _waiting(
            visit, 422, errors=words.beside(refused, visit.locale), email=said.email
        )
    return await _waiting(visit, notice=visit.locale.text(SENT))


async def _waiting(
    visit: Visit,
    status: int = 200,
    *,
    errors: dict[str, str] | None = None,
    email: str = "",
    notice: str = "",
) -> Response:
    if visit.login is None or visit.login.trouble is None:
        return visit.redirect(HOME)
    return visit.render(
        "access/waiting.html",
        status,
        trouble=visit.login.trouble,
        is_refused=await _is_refused(visit),
        errors=errors or {},
        email=email,
        notice=notice,
    )


async def _is_refused(visit: Visit) -> bool:
    """Whether it is a request to join that was refused: nobody who was never in is told of a suspension."""
    if visit.login is None or visit.login.trouble != "suspended":
        return False
    decided = await list_decisions(visit.db, visit.viewer_id)
    last = next((one.kind for one in decided if one.kind in {"reject", "suspend"}), None)
    return last == "reject"
