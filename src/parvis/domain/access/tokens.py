"""Access tokens: issuing and revoking."""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

import msgspec

from parvis.domain.access.logins import digest
from parvis.domain.access.refusals import OAuthRefused
from parvis.domain.errors import NotFound
from parvis.domain.events import TokenRevoked
from parvis.infra.clock import now
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries
from parvis.protocols import oauth

Q = queries("parvis.domain.access")

# None: a token lasts until it is revoked, as apps of the Mastodon API expect.
LIFETIME: timedelta | None = None


class Token(msgspec.Struct, frozen=True):
    """A token that was just issued."""

    secret: str  # shown only now
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime | None


class Grant(msgspec.Struct, frozen=True):
    """What an application may do for a person, by all its tokens together."""

    app_id: int
    name: str
    website: str | None
    scopes: frozenset[str]
    since: datetime


def choose_scopes(asked: str | None, held: Collection[str]) -> frozenset[str]:
    """The scopes a token of an application that holds `held` gets; refused when it asks for more.

    Nothing asked: `read` if the application may read, else all it may.
    """
    try:
        scopes = oauth.parse_scopes(asked or "")
    except oauth.ScopeInvalid:
        raise OAuthRefused("invalid_scope") from None
    if oauth.is_subset(scopes, held):
        return scopes
    if not (asked or "").strip():
        return frozenset(held)
    raise OAuthRefused("invalid_scope")


def _expiry() -> datetime | None:
    return None if LIFETIME is None else now() + LIFETIME


async def give(tx: Tx, app_id: int, user_id: int | None, scopes: Iterable[str]) -> Token:
    """A new token for an application, for a person or (None) for itself."""
    secret, expires_at, scopes = secrets.token_urlsafe(32), _expiry(), frozenset(scopes)
    created_at = await tx.fetchval(
        Q.give_token, digest(secret), app_id, user_id, sorted(scopes), expires_at
    )
    return Token(secret, scopes, created_at, expires_at)


async def issue(tx: Tx, app_id: int, user_id: int | None, scopes: Iterable[str]) -> str:
    """Like `give`, for who needs the secret alone."""
    return (await give(tx, app_id, user_id, scopes)).secret


async def give_for_code(tx: Tx, app_id: int, code_sha256: bytes) -> Token | None:
    """Use up a code for a token; None: it was used meanwhile. One guarded statement."""
    secret, expires_at = secrets.token_urlsafe(32), _expiry()
    row = await tx.fetchrow(Q.give_token_for_code, digest(secret), app_id, code_sha256, expires_at)
    if row is None:
        return None
    return Token(secret, frozenset(row["scopes"]), row["created_at"], expires_at)


async def revoke(tx: Tx, token: str, app_id: int) -> bool:
    """End a token of this application. Its open streams close. False: there is none."""
    return bool(_tell(tx, await tx.fetch(Q.revoke_token, digest(token), app_id)))


async def revoke_or_refuse(tx: Tx, token: str, app_id: int) -> None:
    """Like `revoke`; an unknown token is as good as revoked (RFC 7009 §2.2), another's is not."""
    if await revoke(tx, token, app_id):
        return
    if await tx.fetchval(Q.is_token_of_other, digest(token), app_id):
        raise OAuthRefused("unauthorized_client")


async def revoke_from_code(tx: Tx, code_sha256: bytes) -> None:
    _tell(tx, await tx.fetch(Q.revoke_from_code, code_sha256))


async def revoke_all(tx: Tx, user_id: int, *, except_id: int = 0) -> None:
    """End every token of a person but one, and every code that could still give one."""
    await tx.execute(Q.end_codes, user_id, None)
    _tell(tx, await tx.fetch(Q.revoke_all_tokens, user_id, except_id))


async def revoke_of_app(tx: Tx, user_id: int, app_id: int) -> None:
    """End all that an application may do for a person. Refused: it may do nothing."""
    # Codes first: a token given for one meanwhile is seen by the statement after.
    ended = await tx.fetch(Q.end_codes, user_id, app_id)
    if not _tell(tx, await tx.fetch(Q.revoke_tokens_of_app, user_id, app_id)) and not ended:
        raise NotFound


async def list_grants(db: Db, user_id: int) -> list[Grant]:
    """The applications that may act for a person, the last allowed first."""
    rows = await db.fetch(Q.list_grants, user_id)
    return [msgspec.convert(dict(row), Grant) for row in rows]


def _tell(tx: Tx, rows: list[dict[str, int]]) -> int:
    ids = [row["id"] for row in rows]
    tx.touch(Fact.TOKEN, *ids)
    for id_ in ids:
        tx.emit(TokenRevoked(token_id=id_))
    return len(ids)
