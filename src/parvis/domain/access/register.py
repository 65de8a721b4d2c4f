"""Registering: an account of this network and the person who logs in to it."""

import asyncio
import re

import msgspec

from parvis.domain.access.passwords import hasher
from parvis.domain.accounts.types import Role
from parvis.domain.addresses import Addresses
from parvis.domain.errors import Invalid
from parvis.domain.events import AccountRegistered
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries
from parvis.protocols import usernames

Q = queries("parvis.domain.access")

PASSWORD_SHORTEST = 8
PASSWORD_LONGEST = 256  # argon2 reads it whole; longer ones only cost time
EMAIL = re.compile(r"[^@\s\"'<>(),;:\\\[\]]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """What a newcomer says. `is_confirmed` and `is_approved`: whether they may act at once."""

    username: str
    email: str
    password: str
    locale: str = "en"
    reason: str = ""
    role: Role = "member"
    is_confirmed: bool = True
    is_approved: bool = True


class Prepared(msgspec.Struct, frozen=True):
    """A registration that may be stored: its costly parts are done, outside any transaction."""

    registration: Registration
    username: str
    skeleton: str
    password_hash: str


class Registered(msgspec.Struct, frozen=True):
    account_id: int
    user_id: int


async def prepare(registration: Registration) -> Prepared:
    """Check what was said and do the slow part (the password's hash) in a thread."""
    try:
        username = usernames.parse_username(registration.username)
    except usernames.UsernameInvalid as refused:
        raise Invalid("username", f"Validation failed: Username {refused}") from None
    if username.lower() in usernames.RESERVED and registration.role != "owner":
        raise Invalid("username", "Validation failed: Username is reserved", reason="ERR_RESERVED")
    if not EMAIL.fullmatch(registration.email) or len(registration.email) > 254:  # noqa: PLR2004 - RFC 5321
        raise Invalid("email", "Validation failed: Email is invalid")
    if len(registration.password) < PASSWORD_SHORTEST:
        raise Invalid(
            "password",
            f"Validation failed: Password is too short (minimum is {PASSWORD_SHORTEST} characters)",
            reason="ERR_TOO_SHORT",
        )
    if len(registration.password) > PASSWORD_LONGEST:
        raise Invalid(
            "password",
            f"Validation failed: Password is too long (maximum is {PASSWORD_LONGEST} characters)",
            reason="ERR_TOO_LONG",
        )
    hashed = await asyncio.to_thread(hasher().hash, registration.password)
    return Prepared(registration, username, usernames.skeleton(username), hashed)


async def register(tx: Tx, prepared: Prepared, addresses: Addresses) -> Registered:
    """Store a newcomer. Names that differ by case or look-alike letters are refused as taken."""
    said = prepared.registration
    row = await tx.fetchrow(
        Q.register,
        prepared.username,
        prepared.skeleton,
        addresses.actor_uri(prepared.username),
        addresses.profile_url(prepared.username),
        said.email,
        prepared.password_hash,
        said.role,
        said.locale,
        said.is_confirmed,
        said.is_approved,
        said.reason,
    )
    if row["taken"] is not None:
        field = "email" if row["taken"] == "email" else "username"
        words = {
            "username": "Username has already been taken",
            "email": "Email has already been taken",
            "skeleton": "Username looks like one that is already taken; choose another",
        }[row["taken"]]
        raise Invalid(field, f"Validation failed: {words}", reason="ERR_TAKEN")
    tx.emit(AccountRegistered(account_id=row["account_id"]))
    return Registered(row["account_id"], row["user_id"])
