"""Access tokens and applications: issuing and revoking."""

import secrets
from collections.abc import Iterable

from parvis.domain.access.logins import digest
from parvis.domain.events import TokenRevoked
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")


async def issue(tx: Tx, app_id: int, user_id: int | None, scopes: Iterable[str]) -> str:
    """A new access token for an application, for a person or (None) for itself; shown only now."""
    token = secrets.token_urlsafe(32)
    await tx.execute(Q.issue_token, digest(token), app_id, user_id, sorted(scopes))
    return token


async def revoke(tx: Tx, token: str, app_id: int) -> bool:
    """End a token of this application. Its open streams close. False: there is none."""
    token_id = await tx.fetchval(Q.revoke_token, digest(token), app_id)
    if token_id is None:
        return False
    tx.touch(Fact.TOKEN, token_id)
    tx.emit(TokenRevoked(token_id=token_id))
    return True
