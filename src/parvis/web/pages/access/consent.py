"""Letting an application act for oneself: what it asks, in words, and the person's yes or no."""

import re
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from starlette.responses import Response

from parvis.domain.access import authorizations
from parvis.domain.access.authorizations import AuthorizationAsked
from parvis.domain.access.refusals import OAuthRefused
from parvis.domain.accounts.shelves import Accounts
from parvis.domain.errors import Forbidden
from parvis.protocols import oauth
from parvis.web import scopes
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

PATH = "/oauth/authorize"
_TARGET = re.compile(r"https?://[A-Za-z0-9.\-:\[\]]+|[a-z][a-z0-9+.\-]*:")


class AuthorizeForm(msgspec.Struct):
    """The parameters of RFC 6749 §4.1.1 as asked, and the person's answer."""

    client_id: str = ""
    redirect_uri: str = ""
    response_type: str = ""
    scope: str = ""
    state: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""
    answer: str = ""


@pages.get(PATH)
async def show_consent(visit: Visit) -> Response:
    asked = AuthorizeForm(
        **{name: visit.ask(name) for name in AuthorizeForm.__struct_fields__ if name != "answer"}
    )
    checked = await _check(visit, asked)
    if isinstance(checked, Response):
        return checked
    if visit.login is None or visit.ask("force_login").lower() in {"true", "1"}:
        return visit.redirect(_log_in_address(visit))
    if visit.login.trouble is not None:
        return visit.redirect("/auth/waiting")
    visit.is_secret = True
    visit.form_targets = [] if checked.is_out_of_band else [_target(checked.redirect_uri)]
    me = await visit.db.kept(Accounts).show([visit.viewer_id])
    return visit.render(
        "access/consent.html",
        asked=asked,
        app=checked.app,
        me=me[0].account,
        scopes=scopes.in_words(checked.scopes, visit.locale),
        other=_log_in_address(visit),
    )


@pages.post(PATH, who="member")
async def submit_consent(visit: Visit) -> Response:
    asked = await visit.form(AuthorizeForm)
    checked = await _check(visit, asked)
    if isinstance(checked, Response):
        return checked
    visit.is_secret = True
    visit.form_targets = [] if checked.is_out_of_band else [_target(checked.redirect_uri)]
    if visit.login is None or visit.login.user_id is None:
        raise Forbidden
    if asked.answer != "allow":
        if checked.is_out_of_band:
            return visit.render("access/consent_denied.html", app=checked.app)
        return _tell(visit, asked, OAuthRefused("access_denied"))
    code = await visit.db.run(authorizations.allow, checked, visit.login.user_id)
    if checked.is_out_of_band:
        return visit.render("access/consent_code.html", app=checked.app, code=code)
    return visit.redirect(oauth.redirect_with(asked.redirect_uri, [("code", code), *_state(asked)]))


async def _check(visit: Visit, asked: AuthorizeForm) -> AuthorizationAsked | Response:
    """The sound question, or the answer that says what is wrong: never sent to an address that
    the application did not register (RFC 6749 §4.1.2.1).
    """
    try:
        return await authorizations.check(
            visit.db,
            asked.client_id,
            asked.redirect_uri,
            asked.response_type,
            asked.scope or None,
            asked.code_challenge or None,
            asked.code_challenge_method or None,
        )
    except OAuthRefused as refused:
        if refused.may_redirect and asked.redirect_uri != oauth.OUT_OF_BAND:
            return _tell(visit, asked, refused)
        visit.is_secret = True
        return visit.render(
            "access/consent_refused.html", 400, reason=refused.reason, said=str(refused)
        )


def _tell(visit: Visit, asked: AuthorizeForm, refused: OAuthRefused) -> Response:
    told = [("error", refused.reason), ("error_description", str(refused)), *_state(asked)]
    return visit.redirect(oauth.redirect_with(asked.redirect_uri, told))


def _state(asked: AuthorizeForm) -> list[tuple[str, str]]:
    return [("state", asked.state)] if asked.state else []


def _target(redirect_uri: str) -> str:
    """Where the browser may be sent after the form, as a source of the policy (CSP3 §2.3.1)."""
    parts = urlsplit(redirect_uri)
    is_web = parts.scheme in {"http", "https"}
    target = f"{parts.scheme}://{parts.netloc}" if is_web else f"{parts.scheme}:"
    return target if _TARGET.fullmatch(target) else "'self'"


def _log_in_address(visit: Visit) -> str:
    """Logging in, then back to this question; `force_login` is fulfilled by it."""
    kept = [(k, v) for k, v in visit.request.query_params.multi_items() if k != "force_login"]
    back = f"{PATH}?{urlencode(kept)}"
    return f"/auth/log-in?again=1&next={quote(back, safe='/')}"
