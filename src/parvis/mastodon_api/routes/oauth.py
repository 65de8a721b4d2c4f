"""OAuth 2: tokens for codes, for applications, for passwords; revoking them; who I am."""

from base64 import b64decode
from binascii import Error as Base64Invalid
from typing import TypeVar
from urllib.parse import unquote_plus

import msgspec
from starlette.responses import Response

from parvis.domain.access import apps, authorizations, passwords, tokens
from parvis.domain.access.apps import App
from parvis.domain.access.refusals import OAuthRefused, missing
from parvis.domain.access.tokens import Token
from parvis.domain.accounts.shelves import Accounts
from parvis.domain.errors import Invalid, NotFound
from parvis.doors.parameters import BodyMalformed
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.accounts import picture
from parvis.mastodon_api.entities.apps import token_entity
from parvis.mastodon_api.routing import Routes
from parvis.protocols.oauth import SCOPES
from parvis.protocols.parameters import ParametersInvalid

routes = Routes()
T = TypeVar("T", bound=msgspec.Struct)

NOT_KEPT = {"cache-control": "no-store", "pragma": "no-cache"}  # RFC 6749 §5.1
# What a program that knows the password alone is told; its person can log in on our pages.
SECOND_STEP = (
    "This account asks for a second step at log-in, so a password is not enough. Use the authorization"
    " code grant: open /oauth/authorize in a browser."
)
GRANTS = ("authorization_code", "password", "client_credentials")


class TokenParams(msgspec.Struct):
    grant_type: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    code: str | None = None
    redirect_uri: str | None = None
    code_verifier: str | None = None
    scope: str | None = None
    username: str | None = None  # or an e-mail address
    password: str | None = None


class RevokeParams(msgspec.Struct):
    client_id: str | None = None
    client_secret: str | None = None
    token: str | None = None


@routes.post("/oauth/token", auth="open", params=TokenParams, returns="Token")
async def give_token(call: Call) -> Response:
    said = await _params(call, TokenParams)
    if not said.grant_type:
        raise missing("grant_type")
    if said.grant_type not in GRANTS:
        raise OAuthRefused("unsupported_grant_type")
    app = await _client(call, said.client_id, said.client_secret)
    if said.grant_type == "authorization_code":
        token = await _for_code(call, app, said)
    elif said.grant_type == "password":
        token = await _for_password(call, app, said)
    else:
        scopes = tokens.choose_scopes(said.scope, app.scopes)
        token = await call.db.run(tokens.give, app.id, None, scopes)
    call.headers.update(NOT_KEPT)
    return call.json(token_entity(token))


async def _for_code(call: Call, app: App, said: TokenParams) -> Token:
    if not said.code:
        raise missing("code")
    if not said.redirect_uri:
        raise missing("redirect_uri")
    token = await call.db.run(
        authorizations.redeem, app, said.code, said.redirect_uri, said.code_verifier
    )
    if token is None:
        raise OAuthRefused("invalid_grant")
    return token


async def _for_password(call: Call, app: App, said: TokenParams) -> Token:
    scopes = tokens.choose_scopes(said.scope, app.scopes)
    if not said.username:
        raise missing("username")
    if not said.password:
        raise missing("password")
    found = await passwords.find_user(
        call.db, said.username, said.password, address=call.client_address
    )
    if found is None:
        raise OAuthRefused("invalid_grant")
    if found.asks_second_step:
        raise OAuthRefused("invalid_grant", SECOND_STEP)
    return await call.db.run(tokens.give, app.id, found.user_id, scopes)


@routes.post("/oauth/revoke", auth="open", params=RevokeParams)
async def revoke_token(call: Call) -> Response:
    said = await _params(call, RevokeParams)
    try:
        app = await _client(call, said.client_id, said.client_secret)
    except OAuthRefused as refused:
        if refused.reason != "invalid_client":
            raise
        raise OAuthRefused("unauthorized_client") from None
    if said.token:
        await call.db.run(tokens.revoke_or_refuse, said.token, app.id)
    return call.empty()


@routes.get("/oauth/userinfo", scopes="profile", returns="UserInfo")
@routes.post("/oauth/userinfo", scopes="profile", returns="UserInfo")
async def show_me(call: Call) -> Response:
    """The claims of OpenID Connect that Mastodon gives (OIDC Core §5.3 asks for both methods)."""
    shown = await call.db.kept(Accounts).show([call.viewer_id])
    if not shown:
        raise NotFound
    account = shown[0].account
    return call.json(
        {
            "iss": issuer(call),
            "sub": account.uri,
            "name": account.display_name,
            "preferred_username": account.username,
            "profile": account.url,
            "picture": picture(account.avatar, "avatar.svg", call.addresses)[0],
        }
    )


def issuer(call: Call) -> str:
    """Who vouches for tokens and claims: one name everywhere, to the letter (RFC 8414 §3.3)."""
    return f"{call.addresses.root}/"


@routes.get("/.well-known/oauth-authorization-server", auth="open", returns="OAuthServer")
async def describe_server(call: Call) -> Response:
    """RFC 8414, with Mastodon's additions."""
    root = call.addresses.root
    return call.json(
        {
            "issuer": issuer(call),
            "authorization_endpoint": f"{root}/oauth/authorize",
            "token_endpoint": f"{root}/oauth/token",
            "revocation_endpoint": f"{root}/oauth/revoke",
            "userinfo_endpoint": f"{root}/oauth/userinfo",
            "app_registration_endpoint": f"{root}/api/v1/apps",
            "service_documentation": "https://docs.joinmastodon.org/",
            "scopes_supported": SCOPES,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": GRANTS,
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic",
                "client_secret_post",
            ],
            "code_challenge_methods_supported": ["S256"],
        }
    )


async def _params(call: Call, kind: type[T]) -> T:
    """Parameters whose faults are told as OAuth tells them."""
    try:
        return await call.params(kind)
    except Invalid as refused:
        raise OAuthRefused("invalid_request", f"Wrong parameter: {refused.field}.") from None
    except (BodyMalformed, ParametersInvalid) as refused:
        raise OAuthRefused("invalid_request", f"{refused}.") from None


async def _client(call: Call, client_id: str | None, client_secret: str | None) -> App:
    """The application that asks, by HTTP Basic or by the body (RFC 6749 §2.3.1)."""
    basic = _basic(call)
    if basic is not None:
        client_id, client_secret = basic
    if not client_id or not client_secret:
        raise OAuthRefused("invalid_client")
    return await apps.authenticate(call.db, client_id, client_secret)


def _basic(call: Call) -> tuple[str, str] | None:
    kind, _, value = call.request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        client_id, colon, client_secret = b64decode(value, validate=True).decode().partition(":")
    except (Base64Invalid, UnicodeDecodeError, ValueError):
        raise OAuthRefused("invalid_client") from None
    if not colon:
        raise OAuthRefused("invalid_client")
    return unquote_plus(client_id), unquote_plus(client_secret)
