"""Logging in and out, and what to do while one may not act."""

import msgspec
from starlette.responses import Response

from parvis.domain.access import confirmations, sessions
from parvis.domain.errors import Invalid, TooMany, Unauthenticated
from parvis.web import words
from parvis.web.locales import N_
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

HOME = "/home"  # where members begin
WRONG = N_("This name or address and this password do not go together.")
TOO_FAST = N_("Too many attempts. Wait a few minutes and try again.")
SENT = N_("The letter is on its way.")


class LogInForm(msgspec.Struct):
    name: str = ""  # username or e-mail address
    password: str = ""
    next: str = ""


class ConfirmForm(msgspec.Struct):
    email: str = ""


@pages.get("/auth/log-in")
async def show_log_in(visit: Visit) -> Response:
    visit.is_secret = True
    onward = visit.next(visit.ask("next"), HOME)
    if visit.login is not None and not visit.ask("again"):
        return visit.redirect(onward)
    return visit.render("log_in.html", name="", next=onward, errors={})


@pages.post("/auth/log-in")
async def submit_log_in(visit: Visit) -> Response:
    said = await visit.form(LogInForm)
    agent = visit.request.headers.get("user-agent", "")
    try:
        secret = await sessions.log_in(
            visit.db, said.name, said.password, address=visit.address, user_agent=agent
        )
    except Unauthenticated:
        return _again(visit, said, 422, WRONG)
    except TooMany as refused:
        answer = _again(visit, said, 429, TOO_FAST)
        answer.headers["retry-after"] = str(int(refused.retry_after_s) + 1)
        return answer
    return enter(visit, secret, visit.next(said.next, HOME))


def _again(visit: Visit, said: LogInForm, status: int, text: str) -> Response:
    errors = {"password": visit.locale.text(text)}
    return visit.render(
        "log_in.html", status, name=said.name, next=visit.next(said.next, HOME), errors=errors
    )


def enter(visit: Visit, secret: str, onward: str) -> Response:
    """Go on with a new session."""
    answer = visit.redirect(onward)
    visit.door.cookies.set_session(answer, secret)
    return answer


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
    return _waiting(visit)


@pages.post("/auth/waiting", who="member", allows_trouble=True)
async def send_again(visit: Visit) -> Response:
    """The letter with the link once more, to another address when the first was wrong."""
    if visit.login is None:
        raise Unauthenticated
    said = await visit.form(ConfirmForm)
    try:
        await visit.db.run(confirmations.send_again, visit.login, said.email.strip() or None)
    except Invalid as refused:
        return _waiting(visit, 422, errors=words.beside(refused, visit.locale), email=said.email)
    return _waiting(visit, notice=visit.locale.text(SENT))


def _waiting(
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
        "waiting.html",
        status,
        trouble=visit.login.trouble,
        errors=errors or {},
        email=email,
        notice=notice,
    )
