"""One's own account: the way to all settings, the language, the password."""

from functools import partial

import msgspec
from starlette.responses import Response

from parvis.domain.access import (
    credentials,
    email_changes,
    log_in,
    one_time_codes,
    password_changes,
    passwords,
    sessions,
)
from parvis.domain.access.types import Login
from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import AccountRow
from parvis.domain.errors import Forbidden, Invalid
from parvis.web import words
from parvis.web.locales import N_, locale_of
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

ACCOUNT = "/settings/account"
SAID = {
    "password": N_("Your password is changed. Every other browser and application was logged out."),
    "email": N_("Open the link in the letter that we sent to the new address: then it is yours."),
    "withdrawn": N_("Your address stays as it is."),
    "language": N_("From now on these pages and our letters are in this language."),
}


class ChangePasswordForm(msgspec.Struct):
    current: str = ""
    code: str = ""
    password: str = ""


class EmailForm(msgspec.Struct):
    email: str = ""
    current: str = ""
    code: str = ""


class LanguageForm(msgspec.Struct):
    locale: str = ""


@pages.get("/settings", who="member", allows_trouble=True)
async def settings(visit: Visit) -> Response:
    visit.is_secret = True
    return visit.render("settings/all.html", me=await me(visit))


@pages.get(ACCOUNT, who="member", allows_trouble=True)
async def show_account(visit: Visit) -> Response:
    return await _show(visit)


@pages.post("/settings/account/password", who="member", allows_trouble=True)
async def submit_password(visit: Visit) -> Response:
    said = await visit.form(ChangePasswordForm)
    user_id = person(visit)
    try:
        # The new one first: a code is used up by being right.
        hashed = await passwords.prepare_password(said.password, (await me(visit)).username)
        await log_in.prove_again(visit.db, user_id, said.current, said.code, address=visit.address)
    except Invalid as refused:
        return await _show(visit, words.beside(refused, visit.locale))
    change = partial(password_changes.change_password, except_session_id=login_of(visit).token_id)
    await visit.db.run(change, user_id, hashed)
    await renew_session(visit)
    return visit.redirect(ACCOUNT, say="password")


@pages.post("/settings/account/email", who="member", allows_trouble=True)
async def submit_email(visit: Visit) -> Response:
    said = await visit.form(EmailForm)
    user_id = person(visit)
    try:
        await log_in.prove_again(visit.db, user_id, said.current, said.code, address=visit.address)
        await visit.db.run(email_changes.ask, user_id, said.email)
    except Invalid as refused:
        return await _show(visit, words.beside(refused, visit.locale), at="email", email=said.email)
    return visit.redirect(ACCOUNT, say="email")


@pages.post("/settings/account/email/withdraw", who="member", allows_trouble=True)
async def withdraw_email(visit: Visit) -> Response:
    await visit.db.run(email_changes.withdraw, person(visit))
    return visit.redirect(ACCOUNT, say="withdrawn")


@pages.post("/settings/account/language", who="member", allows_trouble=True)
async def change_language(visit: Visit) -> Response:
    said = await visit.form(LanguageForm)
    await visit.db.run(credentials.change_locale, person(visit), said.locale)
    visit.locale = locale_of(said.locale)
    answer = visit.redirect(ACCOUNT, say="language")
    # What this browser chose before the person said it once for all of theirs.
    visit.door.cookies.forget_language(answer)
    return answer


async def _show(
    visit: Visit, errors: dict[str, str] | None = None, *, at: str = "password", email: str = ""
) -> Response:
    """`at`: the form that the errors are of."""
    visit.is_secret = True
    user_id = person(visit)
    emails = await email_changes.get_emails(visit.db, user_id)
    return visit.render(
        "settings/account.html",
        422 if errors else 200,
        me=await me(visit),
        factors=await one_time_codes.get_factors(visit.db, user_id),
        emails=emails,
        email=email,
        errors=errors or {},
        at=at,
        notice=visit.told(SAID),
    )


async def me(visit: Visit) -> AccountRow:
    """The reader's own account."""
    found = await visit.db.kept(Accounts).show([visit.viewer_id])
    return found[0].account


async def renew_session(visit: Visit) -> None:
    """The session goes on under another secret: whoever knew the old one does not."""
    secret = await visit.db.run(sessions.rotate, login_of(visit).token_id)
    visit.new_secret = secret or ""


def person(visit: Visit) -> int:
    """The user who is logged in."""
    user_id = login_of(visit).user_id
    if user_id is None:
        raise Forbidden
    return user_id


def login_of(visit: Visit) -> Login:
    """The login of a page for members."""
    if visit.login is None:
        raise Forbidden
    return visit.login
