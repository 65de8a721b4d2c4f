"""Links that work once: to own the network, to confirm an e-mail address, to set a password."""

import secrets
from datetime import timedelta
from typing import Literal

from parvis.domain.access.logins import digest
from parvis.infra.clock import now
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")

Purpose = Literal["owner", "confirm", "password", "email"]

# As Mastodon: two days to confirm, six hours to set a password.
LIFETIMES: dict[Purpose, timedelta] = {
    "owner": timedelta(hours=24),
    "confirm": timedelta(days=2),
    "password": timedelta(hours=6),
    "email": timedelta(days=2),
}
PATHS: dict[Purpose, str] = {
    "owner": "/owner/",
    "confirm": "/auth/confirm/",
    "password": "/auth/password/",
    "email": "/auth/email/",
}


async def make(tx: Tx, purpose: Purpose, user_id: int | None = None) -> str:
    """A new link's secret, which is kept only as a digest; older ones of its kind expire."""
    secret = secrets.token_urlsafe(32)
    await tx.execute(Q.make_link, digest(secret), purpose, user_id, now() + LIFETIMES[purpose])
    return secret


async def use(tx: Tx, purpose: Purpose, secret: str) -> int | None:
    """Use a link up: whose it is (0: nobody's yet), or None when it works no more."""
    return await tx.fetchval(Q.use_link, digest(secret), purpose)


async def is_open(db: Db, purpose: Purpose, secret: str) -> bool:
    """Whether the link still works: pages ask before they show a form."""
    return await db.fetchval(Q.is_link_open, digest(secret), purpose)
