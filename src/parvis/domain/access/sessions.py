"""Log-ins of browsers: a secret in a cookie until it is ended."""

import secrets
from datetime import datetime

import msgspec

from parvis.domain.access.logins import digest
from parvis.domain.errors import NotFound
from parvis.domain.events import TokenRevoked
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")

USER_AGENT_LONGEST = 300


class Session(msgspec.Struct, frozen=True):
    """A browser where somebody is logged in."""

    id: int
    user_agent: str
    created_at: datetime
    seen_at: datetime


async def begin(tx: Tx, user_id: int, user_agent: str = "") -> str:
    """A session for somebody who proved who they are; its secret is shown only now."""
    secret = secrets.token_urlsafe(32)
    shown = "".join(letter for letter in user_agent if letter.isprintable())
    await tx.execute(Q.begin_session, digest(secret), user_id, shown[:USER_AGENT_LONGEST])
    return secret


async def rotate(tx: Tx, session_id: int) -> str | None:
    """Another secret for a session whose rights have grown: whoever knew the old one is out. None: it
    ended meanwhile. Its open streams go on.
    """
    secret = secrets.token_urlsafe(32)
    tx.touch(Fact.TOKEN, session_id)
    return secret if await tx.fetchval(Q.rotate_session, session_id, digest(secret)) else None


async def list_sessions(db: Db, user_id: int) -> list[Session]:
    """Living sessions, the last seen first."""
    rows = await db.fetch(Q.list_sessions, user_id)
    return [msgspec.convert(dict(row), Session) for row in rows]


async def end(tx: Tx, secret: str) -> None:
    """Log this browser out; no error when it already is."""
    _tell(tx, await tx.fetch(Q.end_session, digest(secret)))


async def end_one(tx: Tx, user_id: int, session_id: int) -> None:
    """Log another of one's browsers out."""
    if not _tell(tx, await tx.fetch(Q.end_session_by_id, user_id, session_id)):
        raise NotFound


async def end_all(tx: Tx, user_id: int, *, except_id: int = 0) -> None:
    """Log out everywhere but in one session."""
    _tell(tx, await tx.fetch(Q.end_all_sessions, user_id, except_id))


def _tell(tx: Tx, rows: list[dict[str, int]]) -> int:
    ids = [row["id"] for row in rows]
    tx.touch(Fact.TOKEN, *ids)
    for id_ in ids:
        tx.emit(TokenRevoked(token_id=id_))
    return len(ids)
