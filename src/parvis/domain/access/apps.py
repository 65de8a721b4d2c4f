"""Applications that talk to the API."""

import secrets
from collections.abc import Iterable

import msgspec

from parvis.domain.access.logins import digest
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")


class AppCreated(msgspec.Struct, frozen=True):
    id: int
    client_id: str
    client_secret: str  # shown only now


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
