"""Passwords: what can be one, hashing and checking them off the event loop."""

import asyncio
from functools import cache

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from parvis.domain.access.guessed import is_guessed
from parvis.domain.errors import Invalid, TooMany
from parvis.domain.words import clean
from parvis.infra.limits import Limit
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")

SHORTEST = 8
LONGEST = 256  # argon2 reads it whole; longer ones only cost time
# Mastodon's: attempts at one name, and from one address.
PER_NAME = Limit(25, 3_600)
PER_ADDRESS = Limit(25, 300)


class Found(msgspec.Struct, frozen=True):
    """Whose name and password these are, and whether they are enough to log in."""

    user_id: int
    asks_second_step: bool


@cache
def hasher() -> PasswordHasher:
    return PasswordHasher(
        time_cost=2, memory_cost=19_456, parallelism=1
    )  # OWASP's floor for argon2id


@cache
def _nobodys_hash() -> str:
    return hasher().hash("nobody has this password")


async def hash_password(password: str) -> str:
    """In a thread: it takes tens of milliseconds on purpose."""
    return await asyncio.to_thread(hasher().hash, password)


async def find_user(db: Db, name: str, password: str, *, address: str) -> Found | None:
    """The user of this username or e-mail address and this password; None: there is none.

    An unknown name takes as long as a wrong password. Refused: too many attempts.
    """
    try:
        name = clean(name, "username", 254).strip()
    except Invalid:
        return None
    throttle(db, name, address)
    row = await db.fetchrow(Q.find_password, name)
    kept = None if row is None else row["password_hash"]
    is_right = await _matches(kept, password)  # also for nobody: it takes as long
    if row is None or kept is None or not is_right:
        return None
    if hasher().check_needs_rehash(kept):
        await db.run(_rehash, row["id"], kept, await hash_password(password))
    return Found(row["id"], row["asks_second_step"])


async def is_password_of(db: Db, user_id: int, password: str, *, address: str) -> bool:
    """Whether this user has this password: asked before what a stolen session must not do."""
    throttle(db, str(user_id), address)
    return await _matches(await db.fetchval(Q.find_password_of, user_id), password)


def throttle(db: Db, name: str, address: str, *, act: str = "log_in") -> None:
    """Count an attempt at a name and from an address; refused when there were too many."""
    for limit, key in ((PER_ADDRESS, ("address", address)), (PER_NAME, ("name", name.lower()))):
        taken = db.limits.take(limit, act, *key)
        if not taken.is_allowed:
            raise TooMany(retry_after_s=taken.retry_after_s)


async def _matches(kept: str | None, password: str) -> bool:
    if len(password) > LONGEST:
        password = ""  # no password is empty
    return await asyncio.to_thread(_verify, kept, password)


def _verify(kept: str | None, password: str) -> bool:
    try:
        hasher().verify(kept or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


async def _rehash(tx: Tx, user_id: int, old: str, new: str) -> None:
    await tx.execute(Q.rehash, user_id, old, new)


def check_password(password: str, *names: str) -> tuple[str, str] | None:
    """Why it cannot be a password, as code and words; None: it can. `names`: the person's own."""
    if not password:
        return "ERR_BLANK", "can't be blank"
    if len(password) < SHORTEST:
        return "ERR_TOO_SHORT", f"is too short (minimum is {SHORTEST} characters)"
    if len(password) > LONGEST:
        return "ERR_TOO_LONG", f"is too long (maximum is {LONGEST} characters)"
    if is_guessed(password, *names):
        return "ERR_BLOCKED", "is among those that are guessed first"
    return None


async def prepare_password(password: str, *names: str) -> str:
    """Its hash; refused when it cannot be a password. Outside any transaction."""
    wrong = check_password(password, *names)
    if wrong is not None:
        raise Invalid("password", f"Validation failed: Password {wrong[1]}", reason=wrong[0])
    return await hash_password(password)
