"""Registering: an account of this network and the person who logs in to it."""

import re
from datetime import datetime

import msgspec

from parvis.domain.access import passwords, tokens
from parvis.domain.access.passwords import hasher as hasher  # noqa: PLC0414 - tests hash once
from parvis.domain.access.tokens import Token
from parvis.domain.access.types import Login
from parvis.domain.accounts.types import Role
from parvis.domain.addresses import Addresses
from parvis.domain.errors import (
    Fault,
    Forbidden,
    Invalid,
    NotFound,
    TooMany,
    Unauthenticated,
)
from parvis.domain.events import AccountRegistered, MailWanted
from parvis.domain.network import settings
from parvis.domain.words import clean
from parvis.infra.limits import Limit
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols import usernames
from parvis.protocols.usernames import MAX_USERNAME

Q = queries("parvis.domain.access")

# A quote, bracket or list separator in an address is a mistake or an attack on a mail server.
EMAIL = re.compile(
    r"[^@\s\"'<>(),;:\\\[\]\x00-\x20\x7f]{1,64}@[^@\s.\x00-\x20\x7f]+(\.[^@\s.\x00-\x20]+)+"
)
EMAIL_LONGEST = 254  # RFC 5321 §4.5.3.1.3
REASON_LONGEST = 420  # Mastodon's
PER_ADDRESS = Limit(5, 1_800)  # Mastodon's
LOCALES = ("fr", "en")  # those the network speaks

# The names of the fields in sentences, as Mastodon has them.
LABELS = {
    "username": "Username",
    "email": "E-mail address",
    "password": "Password",
    "agreement": "Service agreement",
    "reason": "Reason",
}
TAKEN = {
    "username": Fault("username", "ERR_TAKEN", "has already been taken"),
    "skeleton": Fault(
        "username", "ERR_TAKEN", "looks like one that has already been taken; choose another"
    ),
    "email": Fault("email", "ERR_TAKEN", "has already been taken"),
}


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """What a newcomer says. `is_confirmed` and `is_approved`: whether they may act at once."""

    username: str
    email: str
    password: str
    locale: str = "en"
    reason: str = ""
    agrees: bool = True  # to the rules
    role: Role = "member"
    is_confirmed: bool = True
    is_approved: bool = True
    app_id: int | None = None  # where they register; None: on a page
    joined_at: datetime | None = None  # who is brought in from elsewhere; None: now
    invitation_id: int | None = None  # by which they came


class Prepared(msgspec.Struct, frozen=True):
    """A registration that may be stored: its costly parts are done, outside any transaction."""

    registration: Registration
    username: str
    skeleton: str
    password_hash: str


class Registered(msgspec.Struct, frozen=True):
    account_id: int
    user_id: int


async def admit(db: Db, said: Registration, *, address: str) -> Registration:
    """What the network's settings make of a newcomer. Refused: closed, or too many from there.

    Who was invited passes a closed door, and is approved unless the owner wants to read them too.
    """
    now = await settings.read(db)
    is_invited = said.invitation_id is not None
    if now.registrations == "closed" and not is_invited:
        raise Forbidden(reason="registrations_closed")
    taken = db.limits.take(PER_ADDRESS, "register", address)
    if not taken.is_allowed:
        raise TooMany(retry_after_s=taken.retry_after_s)
    return msgspec.structs.replace(
        said,
        is_confirmed=not now.confirm_email,
        is_approved=now.registrations == "open" or (is_invited and now.invited_are_approved),
    )


async def prepare(registration: Registration, db: Db | None = None) -> Prepared:
    """Check what was said and do the slow part (the password's hash) in a thread.

    Refused with every fault at once; with a `db` also names and addresses that are taken.
    """
    said = msgspec.structs.replace(
        registration,
        username=registration.username.strip(),
        email=registration.email.strip(),
        locale=choose_locale(registration.locale),
    )
    faults = _faults(said)
    if db is not None:
        faults += await _find_taken(db, said, faults)
    if faults:
        raise Invalid.several(faults, LABELS)
    said = msgspec.structs.replace(said, reason=clean(said.reason, "reason", REASON_LONGEST))
    hashed = await passwords.hash_password(said.password)
    return Prepared(said, said.username, usernames.skeleton(said.username), hashed)


def choose_locale(said: str) -> str:
    """The language of letters and pages: one we speak, English if we do not."""
    language = said.lower().replace("_", "-").partition("-")[0]
    return language if language in LOCALES else "en"


def _faults(said: Registration) -> list[Fault]:
    faults: list[Fault] = []
    faults += _username_faults(said)
    if not said.email:
        faults.append(Fault("email", "ERR_BLANK", "can't be blank"))
    elif not EMAIL.fullmatch(said.email) or not _is_text(said.email):
        faults.append(Fault("email", "ERR_INVALID", "is invalid"))
    elif len(said.email) > EMAIL_LONGEST:
        faults.append(
            Fault("email", "ERR_TOO_LONG", f"is too long (maximum is {EMAIL_LONGEST} characters)")
        )
    names = (said.username, said.email, said.email.partition("@")[0])
    wrong = passwords.check_password(said.password, *names)
    if wrong is not None:
        faults.append(Fault("password", *wrong))
    if not said.agrees:
        faults.append(Fault("agreement", "ERR_ACCEPTED", "must be accepted"))
    if len(said.reason) > REASON_LONGEST:
        faults.append(
            Fault("reason", "ERR_TOO_LONG", f"is too long (maximum is {REASON_LONGEST} characters)")
        )
    elif "\0" in said.reason or not _is_text(said.reason):
        faults.append(Fault("reason", "ERR_INVALID", "contains characters that cannot be kept"))
    return faults


def _username_faults(said: Registration) -> list[Fault]:
    name = said.username
    if not name:
        return [Fault("username", "ERR_BLANK", "can't be blank")]
    if len(name) > MAX_USERNAME:
        words = f"is too long (maximum is {MAX_USERNAME} characters)"
        return [Fault("username", "ERR_TOO_LONG", words)]
    try:
        usernames.parse_username(name)
    except usernames.UsernameInvalid:
        words = "must contain only letters, numbers and underscores"
        return [Fault("username", "ERR_INVALID", words)]
    if said.role != "owner" and usernames.is_reserved(name):
        return [Fault("username", "ERR_RESERVED", "is reserved")]
    return []


def _is_text(text: str) -> bool:
    """False for half of a surrogate pair, which JSON can spell and UTF-8 cannot."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


async def _find_taken(db: Db, said: Registration, faults: list[Fault]) -> list[Fault]:
    """Only sound values are looked up: the others have their fault already."""
    wrong = {fault.field for fault in faults}
    name = "" if "username" in wrong else said.username
    email = "" if "email" in wrong else said.email
    taken = await db.fetchval(Q.find_taken, name, usernames.skeleton(name), email)
    return [TAKEN[what] for what in taken]


async def register(tx: Tx, prepared: Prepared, addresses: Addresses) -> Registered:
    """Store a newcomer. Names that differ by case or look-alike letters are refused as taken.

    Told: AccountRegistered; MailWanted when their e-mail address is to be confirmed.
    """
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
        said.app_id,
        said.joined_at,
        said.invitation_id,
    )
    if row["taken"]:
        raise Invalid.several([TAKEN[what] for what in row["taken"]], LABELS)
    if row["account_id"] is None:  # used up, revoked or too old since its page was opened
        raise NotFound("This invitation works no more", reason="invitation")
    tx.emit(AccountRegistered(account_id=row["account_id"]))
    if not said.is_confirmed:
        tx.emit(MailWanted(user_id=row["user_id"], letter="confirm"))
    return Registered(row["account_id"], row["user_id"])


async def register_by_app(tx: Tx, prepared: Prepared, login: Login, addresses: Addresses) -> Token:
    """Register and let the application in: its token works once the person may act."""
    if login.app_id is None:
        raise Unauthenticated("This method requires an application's token")
    registered = await register(tx, prepared, addresses)
    return await tokens.give(tx, login.app_id, registered.user_id, login.scopes)
