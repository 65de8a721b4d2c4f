"""One's own account: language, password, browsers that are logged in, applications."""

from functools import partial

import msgspec
from starlette.responses import Response

from parvis.domain.access import credentials, password_changes, passwords, sessions, tokens
from parvis.domain.access.types import Login
from parvis.domain.accounts.shelves import Accounts
from parvis.domain.errors import Forbidden, Invalid
from parvis.web import scopes, words
from parvis.web.locales import N_, locale_of
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

CHANGED = N_("Your password is changed. Every other browser and application was logged out.")
ENDED = N_("That browser is logged out.")
REVOKED = N_("That application may do nothing for you any more.")
SPOKEN = N_("From now on these pages and our letters are in this language.")


class ChangePasswordForm(msgspec.Struct):
    current: str = ""
    password: str = ""


class LanguageForm(msgspec.Struct):
    locale: str = ""


class EndForm(msgspec.Struct):
    id: int = 0


@pages.get("/settings", who="member", allows_trouble=True)
async def settings(visit: Visit) -> Response:
    return visit.redirect("/settings/account")


@pages.get("/settings/account", who="member", allows_trouble=True)
async def show_account(visit: Visit) -> Response:
    return await _show(visit)


@pages.post("/settings/account/password", who="member", allows_trouble=True)
async def submit_password(visit: Visit) -> Response:
    said = await visit.form(ChangePasswordForm)
    user_id = person(visit)
    is_right = await passwords.is_password_of(
        visit.db, user_id, said.current, address=visit.address
    )
    if not is_right:
        wrong = Invalid("current", "Current password is not right")
        return await _show(visit, words.beside(wrong, visit.locale))
    try:
        hashed = await passwords.prepare_password(said.password)
    except Invalid as refused:
        return await _show(visit, words.beside(refused, visit.locale))
    change = partial(password_changes.change_password, except_session_id=_login(visit).token_id)
    await visit.db.run(change, user_id, hashed)
    return await _show(visit, notice=visit.locale.text(CHANGED))


@pages.post("/settings/account/sessions", who="member", allows_trouble=True)
async def end_session(visit: Visit) -> Response:
    said = await visit.form(EndForm)
    await visit.db.run(sessions.end_one, person(visit), said.id)
    return await _show(visit, notice=visit.locale.text(ENDED))


@pages.post("/settings/account/applications", who="member", allows_trouble=True)
async def revoke_application(visit: Visit) -> Response:
    said = await visit.form(EndForm)
    await visit.db.run(tokens.revoke_of_app, person(visit), said.id)
    return await _show(visit, notice=visit.locale.text(REVOKED))


@pages.post("/settings/account/language", who="member", allows_trouble=True)
async def change_language(visit: Visit) -> Response:
    said = await visit.form(LanguageForm)
    await visit.db.run(credentials.change_locale, person(visit), said.locale)
    visit.locale = locale_of(said.locale)
    answer = await _show(visit, notice=visit.locale.text(SPOKEN))
    # What this browser chose before the person said it once for all of theirs.
    visit.door.cookies.forget_language(answer)
    return answer


async def _show(
    visit: Visit, errors: dict[str, str] | None = None, *, notice: str = ""
) -> Response:
    visit.is_secret = True
    me = await visit.db.kept(Accounts).show([visit.viewer_id])
    return visit.render(
        "settings.html",
        422 if errors else 200,
        me=me[0].account,
        sessions=await sessions.list_sessions(visit.db, person(visit)),
        grants=[
            (grant, scopes.in_words(grant.scopes, visit.locale))
            for grant in await tokens.list_grants(visit.db, person(visit))
        ],
        current_id=_login(visit).token_id,
        errors=errors or {},
        notice=notice,
    )


def person(visit: Visit) -> int:
    """The user who is logged in."""
    user_id = _login(visit).user_id
    if user_id is None:
        raise Forbidden
    return user_id


def _login(visit: Visit) -> Login:
    if visit.login is None:
        raise Forbidden
    return visit.login
