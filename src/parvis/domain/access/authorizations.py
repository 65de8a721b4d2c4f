"""Authorization codes: what an application asks of a person, and what the person's yes gives it."""

import secrets
from datetime import timedelta

import msgspec

from parvis.domain.access import tokens
from parvis.domain.access.apps import App, find_app
from parvis.domain.access.logins import digest
from parvis.domain.access.refusals import OAuthRefused, missing
from parvis.domain.access.tokens import Token
from parvis.domain.errors import Invalid
from parvis.domain.words import clean
from parvis.infra.clock import now
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols import oauth

Q = queries("parvis.domain.access")

CODE_LIFETIME = timedelta(minutes=10)  # RFC 6749 §4.1.2


class AuthorizationAsked(msgspec.Struct, frozen=True):
    """A sound question: the consent page shows it, `allow` answers it."""

    app: App
    redirect_uri: str
    scopes: frozenset[str]
    code_challenge: str | None  # None: without PKCE

    @property
    def is_out_of_band(self) -> bool:
        """The code is shown to the person, who carries it to the application."""
        return self.redirect_uri == oauth.OUT_OF_BAND


async def check(  # noqa: PLR0913, PLR0917 - the parameters of RFC 6749 §4.1.1 and RFC 7636 §4.3
    db: Db,
    client_id: str | None,
    redirect_uri: str | None,
    response_type: str | None,
    scope: str | None = None,
    code_challenge: str | None = None,
    code_challenge_method: str | None = None,
) -> AuthorizationAsked:
    """Refused with OAuthRefused, whose `may_redirect` says whether the application may be told."""
    app = await _check_client(db, client_id)
    if not redirect_uri:
        raise missing("redirect_uri")
    if not oauth.matches_redirect_uri(app.redirect_uris, redirect_uri):
        raise OAuthRefused("invalid_redirect_uri")
    if not response_type:
        raise missing("response_type", may_redirect=True)
    if response_type != "code":
        raise OAuthRefused("unsupported_response_type", may_redirect=True)
    try:
        scopes = tokens.choose_scopes(scope, app.scopes)
        challenge = (
            oauth.parse_challenge(code_challenge, code_challenge_method) if code_challenge else None
        )
    except oauth.PkceInvalid as refused:
        raise OAuthRefused("invalid_request", f"{refused}.", may_redirect=True) from None
    except OAuthRefused as refused:
        refused.may_redirect = True
        raise
    return AuthorizationAsked(app, redirect_uri, scopes, challenge)


async def _check_client(db: Db, client_id: str | None) -> App:
    if not client_id:
        raise missing("client_id")
    try:
        app = await find_app(db, clean(client_id, "client_id", 200))
    except Invalid:
        app = None
    if app is None:
        raise OAuthRefused("invalid_client")
    return app


async def allow(tx: Tx, asked: AuthorizationAsked, user_id: int) -> str:
    """The person said yes. Answers the code, which is shown only now and works once."""
    code = secrets.token_urlsafe(32)
    await tx.execute(
        Q.allow,
        digest(code),
        asked.app.id,
        user_id,
        asked.redirect_uri,
        sorted(asked.scopes),
        asked.code_challenge,
        now() + CODE_LIFETIME,
    )
    return code


async def redeem(
    tx: Tx, app: App, code: str, redirect_uri: str, code_verifier: str | None
) -> Token | None:
    """A token for a code; None: refuse it, after this transaction was committed.

    A code that comes a second time was copied on its way: what it gave is revoked
    (RFC 6749 §4.1.2).
    """
    code_sha256 = digest(code)
    found = await tx.fetchrow(Q.find_code, code_sha256, app.id)
    if found is None:
        return None
    if not found["is_used"]:
        if found["is_expired"] or found["redirect_uri"] != redirect_uri:
            return None
        if not _proves(found["code_challenge"], code_verifier):
            return None
        token = await tokens.give_for_code(tx, app.id, code_sha256)
        if token is not None:
            return token
    await tokens.revoke_from_code(tx, code_sha256)
    return None


def _proves(challenge: str | None, verifier: str | None) -> bool:
    if challenge is None:
        # A verifier without a challenge: the challenge was taken out on its way (RFC 9700 §4.8.2).
        return not verifier
    return oauth.verify_pkce(challenge, "S256", verifier)
