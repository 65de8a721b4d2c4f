"""Applications and tokens as the API shows them."""

import msgspec

from parvis.domain.access.apps import App, AppCreated, AppDraft
from parvis.domain.access.tokens import Token
from parvis.protocols.oauth import SCOPES, join_scopes


class Application(msgspec.Struct, kw_only=True):
    id: str
    name: str
    website: str | None
    scopes: list[str]
    redirect_uris: list[str]
    redirect_uri: str  # all of them, one a line (before 4.3 there was no list)
    vapid_key: str = ""  # no Web Push


class CredentialApplication(Application, kw_only=True):
    client_id: str
    client_secret: str
    client_secret_expires_at: int = 0  # never (RFC 7591 §3.2.1)


class TokenEntity(msgspec.Struct, omit_defaults=True):
    access_token: str
    token_type: str
    scope: str
    created_at: int
    expires_in: int | None = None  # left out when it does not expire


def application(app: App) -> Application:
    return Application(
        id=str(app.id),
        name=app.name,
        website=app.website,
        scopes=_ordered(app.scopes),
        redirect_uris=list(app.redirect_uris),
        redirect_uri="\n".join(app.redirect_uris),
    )


def credential_application(created: AppCreated, draft: AppDraft) -> CredentialApplication:
    return CredentialApplication(
        id=str(created.id),
        name=draft.name,
        website=draft.website,
        scopes=_ordered(draft.scopes),
        redirect_uris=list(draft.redirect_uris),
        redirect_uri="\n".join(draft.redirect_uris),
        client_id=created.client_id,
        client_secret=created.client_secret,
    )


def token_entity(token: Token) -> TokenEntity:
    created_at = int(token.created_at.timestamp())
    expires_in = None
    if token.expires_at is not None:
        expires_in = int(token.expires_at.timestamp()) - created_at
    return TokenEntity(token.secret, "Bearer", join_scopes(token.scopes), created_at, expires_in)


def _ordered(scopes: frozenset[str]) -> list[str]:
    return sorted(scopes, key=SCOPES.index)
