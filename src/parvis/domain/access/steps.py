"""What a browser has begun and not ended: a password given, a question to a passkey asked.

Each is a short record known by a secret of the browser, and is taken away by what ends it: nothing
is good twice.
"""

import secrets
from datetime import timedelta

import msgspec

from parvis.domain.access.logins import digest
from parvis.infra.clock import now
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")

LIFETIME = timedelta(minutes=10)
ATTEMPTS = 5  # wrong codes, then the password is asked again


class Step(msgspec.Struct, frozen=True):
    """`user_id` None: nobody is known yet. `challenge` None: no passkey was asked."""

    user_id: int | None
    challenge: bytes | None


async def begin(tx: Tx, user_id: int | None, challenge: bytes | None = None) -> str:
    """The secret for the browser's cookie."""
    secret = secrets.token_urlsafe(32)
    await tx.execute(Q.begin_step, digest(secret), user_id, challenge, now() + LIFETIME)
    return secret


async def keep_challenge(tx: Tx, secret: str, user_id: int, challenge: bytes) -> None:
    """A question to a browser that is logged in; a later one takes its place."""
    await tx.execute(Q.begin_step, digest(secret), user_id, challenge, now() + LIFETIME)


async def challenge(tx: Tx, secret: str, challenge: bytes) -> int | None:
    """Ask the passkeys of somebody whose password is known: whose; None: too old."""
    return await tx.fetchval(Q.challenge_step, digest(secret), challenge)


async def find(db: Db, secret: str) -> int | None:
    """Whose password is known in this browser; None: nobody's, or too long ago."""
    return await db.fetchval(Q.find_step, digest(secret)) if secret else None


async def take(tx: Tx, secret: str) -> Step | None:
    """End a step: it is good no more."""
    row = await tx.fetchrow(Q.take_step, digest(secret))
    return None if row is None else Step(row["user_id"], row["challenge"])


async def fail(tx: Tx, secret: str) -> None:
    """A wrong code: after some the step is good no more."""
    await tx.execute(Q.fail_step, digest(secret), ATTEMPTS)
