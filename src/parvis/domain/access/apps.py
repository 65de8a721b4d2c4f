"""Applications that talk to the API: registering them, and proving that one is who it says."""

import hmac
import secrets
from collections.abc import Iterable
from urllib.parse import urlsplit

import msgspec

from parvis.domain.access.logins import digest
from parvis.domain.access.refusals import OAuthRefused
from parvis.domain.errors import Invalid
from parvis.domain.words import clean
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols import oauth

Q = queries("parvis.domain.access")

NAME_LONGEST = 60  # Mastodon's
WEBSITE_LONGEST = 2_000


class App(msgspec.Struct, frozen=True):
    """An application, as it registered itself."""

    id: int
    client_id: str
    client_secret_sha256: bytes
    name: str
    website: str | None
    redirect_uris: tuple[str, ...]
    scopes: frozenset[str]


class AppCreated(msgspec.Struct, frozen=True):
    id: int
    client_id: str
    client_secret: str  # shown only now


class AppDraft(msgspec.Struct, frozen=True):
    """What an application says of itself, checked by `check_app`."""

    name: str
    redirect_uris: tuple[str, ...]
    scopes: frozenset[str]
    website: str | None


def check_app(
    name: str, redirect_uris: Iterable[str], scopes: str, website: str | None
) -> AppDraft:
    """Redirect addresses may come several in one text, one a line."""
    name = clean(name, "client_name", NAME_LONGEST).strip()
    if not name:
        raise Invalid(
            "client_name",
            "Validation failed: Application name can't be blank",
            reason="ERR_BLANK",
        )
    try:
        uris = oauth.parse_redirect_uris("\n".join(redirect_uris))
    except oauth.RedirectUriInvalid as refused:
        raise Invalid("redirect_uris", f"Validation failed: {refused}") from None
    try:
        asked = oauth.parse_scopes(scopes)
    except oauth.ScopeInvalid as refused:
        raise Invalid("scopes", f"Validation failed: {refused}") from None
    return AppDraft(name, uris, asked, _check_website(website))


def _check_website(website: str | None) -> str | None:
    if not website or not website.strip():
        return None
    website = clean(website.strip(), "website", WEBSITE_LONGEST)
    try:
        parts = urlsplit(website)
        is_page = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_page = False
    if not is_page or any(letter.isspace() or letter in '"<>\\' for letter in website):
        raise Invalid(
            "website", "Validation failed: Application website is not a valid http(s) address"
        )
    return website


async def create_app(
    tx: Tx,
    name: str,
    redirect_uris: Iterable[str],
    scopes: Iterable[str],
    website: str | None = None,
) -> AppCreated:
    """Register an application."""
    client_id, client_secret = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    id_ = await tx.fetchval(
        Q.create_app,
        client_id,
        digest(client_secret),
        name,
        website,
        list(redirect_uris),
        sorted(scopes),
    )
    return AppCreated(id_, client_id, client_secret)


async def find_app(db: Db, client_id: str) -> App | None:
    return _app(await db.fetchrow(Q.find_app, client_id))


async def find_app_by_id(db: Db, app_id: int) -> App | None:
    return _app(await db.fetchrow(Q.find_app_by_id, app_id))


def _app(row: object) -> App | None:
    return None if row is None else msgspec.convert(dict(row), App)  # pyright: ignore[reportCallIssue, reportArgumentType]  # asyncpg's record is a mapping


async def authenticate(db: Db, client_id: str, client_secret: str) -> App:
    """The application whose id and secret these are; refused otherwise, without saying which."""
    try:
        clean(client_id, "client_id", 200)
    except Invalid:
        raise OAuthRefused("invalid_client") from None
    app = await find_app(db, client_id)
    if app is None or not hmac.compare_digest(app.client_secret_sha256, digest(client_secret)):
        raise OAuthRefused("invalid_client")
    return app
