"""Joining: the form, confirming one's address, and a new password for who forgot theirs."""

from functools import partial

import msgspec
from starlette.responses import Response

from parvis.domain.access import (
    confirmations,
    email_changes,
    links,
    log_in,
    password_changes,
    passwords,
    register,
)
from parvis.domain.access.register import Registration
from parvis.domain.accounts.types import AccountRow
from parvis.domain.errors import Invalid, NotFound
from parvis.domain.network import rules
from parvis.web import words
from parvis.web.pages.access.log_in import HOME, enter
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()


class SignUpForm(msgspec.Struct):
    username: str = ""
    email: str = ""
    password: str = ""
    reason: str = ""
    agreement: bool = False
    next: str = ""


class WayIn(msgspec.Struct):
    """How somebody comes to the form. `inviter`: whose invitation brought them, and whether they will
    follow whoever it is.
    """

    action: str = "/auth/sign-up"
    needs_reason: bool = False
    inviter: AccountRow | None = None
    is_followed: bool = False


class EmailForm(msgspec.Struct):
    email: str = ""


class PasswordForm(msgspec.Struct):
    password: str = ""


@pages.get("/auth/sign-up")
async def show_sign_up(visit: Visit) -> Response:
    onward = visit.next(visit.ask("next"), HOME)
    if visit.login is not None:
        return visit.redirect(onward)
    if visit.network.registrations == "closed":
        return visit.render("access/closed.html")
    return await _form(visit, SignUpForm(next=onward))


@pages.post("/auth/sign-up")
async def submit_sign_up(visit: Visit) -> Response:
    said = await visit.form(SignUpForm)
    try:
        return await join(visit, said)
    except Invalid as refused:
        return await _form(visit, said, words.beside(refused, visit.locale))


async def join(visit: Visit, said: SignUpForm, invitation_id: int | None = None) -> Response:
    """Make the account, and log its person in."""
    asked = Registration(
        username=said.username,
        email=said.email,
        password=said.password,
        reason=said.reason,
        agrees=said.agreement,
        locale=visit.locale.code,
        invitation_id=invitation_id,
    )
    admitted = await register.admit(visit.db, asked, address=visit.address)
    _need_reason(admitted)
    prepared = await register.prepare(admitted, visit.db)
    registered = await visit.db.run(register.register, prepared, visit.addresses)
    entered = await log_in.enter(
        visit.db, registered.user_id, visit.browser, asks_second_step=False
    )
    may_act = admitted.is_confirmed and admitted.is_approved
    return enter(visit, entered, visit.next(said.next, HOME) if may_act else "/auth/waiting")


def _need_reason(admitted: Registration) -> None:
    """Who is read by a moderator says something to read."""
    if not admitted.is_approved and not admitted.reason.strip():
        raise Invalid("reason", "Reason can't be blank", reason="ERR_BLANK")


async def _form(visit: Visit, said: SignUpForm, errors: dict[str, str] | None = None) -> Response:
    way_in = WayIn(needs_reason=visit.network.registrations == "approval")
    return await show_form(visit, said, errors or {}, way_in)


async def show_form(
    visit: Visit, said: SignUpForm, errors: dict[str, str], way_in: WayIn
) -> Response:
    """The form to join."""
    visit.is_secret = True
    return visit.render(
        "access/sign_up.html",
        422 if errors else 200,
        said=said,
        errors=errors,
        next=visit.next(said.next, HOME),
        rule_list=await rules.list_rules(visit.db),
        way_in=way_in,
    )


@pages.get(links.PATHS["confirm"] + "{secret}")
async def show_confirm(visit: Visit) -> Response:
    """A button, since mail programs open links by themselves to look for dangers."""
    return await _link_page(visit, "confirm", "access/confirm.html")


@pages.post(links.PATHS["confirm"] + "{secret}")
async def submit_confirm(visit: Visit) -> Response:
    try:
        await visit.db.run(confirmations.confirm, visit.path["secret"])
    except NotFound:
        return visit.render("access/link_ended.html", 404, purpose="confirm")
    return visit.render("access/confirmed.html")


@pages.get(links.PATHS["email"] + "{secret}")
async def show_new_email(visit: Visit) -> Response:
    """A button, as above."""
    return await _link_page(visit, "email", "access/email_new.html")


@pages.post(links.PATHS["email"] + "{secret}")
async def submit_new_email(visit: Visit) -> Response:
    try:
        await visit.db.run(email_changes.confirm, visit.path["secret"])
    except NotFound:
        return visit.render("access/link_ended.html", 404, purpose="email")
    return visit.render("access/email_new.html", errors={}, is_done=True)


@pages.get("/auth/password/new")
async def show_ask_reset(visit: Visit) -> Response:
    return visit.render("access/password_ask.html", email="", errors={}, is_sent=False)


@pages.post("/auth/password/new")
async def submit_ask_reset(visit: Visit) -> Response:
    """The answer is the same whether anybody has that address."""
    said = await visit.form(EmailForm)
    try:
        await visit.db.run(partial(password_changes.ask_reset, address=visit.address), said.email)
    except Invalid as refused:
        errors = words.beside(refused, visit.locale)
        return visit.render(
            "access/password_ask.html", 422, email=said.email, errors=errors, is_sent=False
        )
    return visit.render("access/password_ask.html", email=said.email, errors={}, is_sent=True)


@pages.get(links.PATHS["password"] + "{secret}")
async def show_reset(visit: Visit) -> Response:
    return await _link_page(visit, "password", "access/password_set.html")


@pages.post(links.PATHS["password"] + "{secret}")
async def submit_reset(visit: Visit) -> Response:
    said = await visit.form(PasswordForm)
    secret = visit.path["secret"]
    try:
        hashed = await passwords.prepare_password(said.password)
        user_id = await visit.db.run(password_changes.reset_password, secret, hashed)
    except Invalid as refused:
        errors = words.beside(refused, visit.locale)
        return visit.render("access/password_set.html", 422, errors=errors)
    except NotFound:
        return visit.render("access/link_ended.html", 404, purpose="password")
    return enter(visit, await log_in.enter_by_link(visit.db, user_id, visit.browser), HOME)


async def _link_page(visit: Visit, purpose: links.Purpose, template: str) -> Response:
    visit.is_secret = True
    if not await links.is_open(visit.db, purpose, visit.path["secret"]):
        return visit.render("access/link_ended.html", 404, purpose=purpose)
    return visit.render(template, errors={})
