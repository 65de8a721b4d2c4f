"""Passkeys: registered with a name, used to log in or as a second step, removed."""

import asyncio
import ipaddress
import secrets
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from parvis.domain.access import steps
from parvis.domain.addresses import Addresses
from parvis.domain.errors import Invalid, NotFound, Unauthenticated
from parvis.domain.events import MailWanted
from parvis.domain.words import clean
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols import passkeys as protocol
from parvis.protocols.passkeys import Known, PasskeyInvalid, Site

Q = queries("parvis.domain.access")

NAME_LONGEST = 60
MOST = 25  # of one person: all of them stand in each question to a browser
_HANDLE_BYTES = 32
_CHALLENGE_BYTES = 32


class Passkey(msgspec.Struct, frozen=True):
    """A passkey as its owner sees it."""

    id: int
    name: str
    created_at: datetime
    used_at: datetime | None


def site_of(addresses: Addresses, title: str) -> Site | None:
    """Where passkeys of this network are good for; None where browsers make none: an address in
    numbers, or without https (WebAuthn §5.1.3 step 7; localhost counts as safe).
    """
    url = urlsplit(addresses.root)
    host = url.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        is_safe = url.scheme == "https" or host == "localhost"
        return Site(host, addresses.root, title) if is_safe else None
    return None


async def list_passkeys(db: Db, user_id: int) -> list[Passkey]:
    """The oldest first."""
    return [msgspec.convert(dict(row), Passkey) for row in await db.fetch(Q.list_passkeys, user_id)]


def check_name(name: str) -> str:
    name = " ".join(clean(name, "name", NAME_LONGEST * 4).split())
    if not name or len(name) > NAME_LONGEST:
        raise Invalid("name", "A passkey has a name of at most 60 characters")
    return name


async def ask_for_new(db: Db, site: Site, user_id: int, session_secret: str) -> str:
    """The question to a browser that is to make a passkey; good for this session alone, and once."""
    known, handle, username = await db.run(_prepare, user_id)
    if len(known) >= MOST:
        raise Invalid("name", f"Nobody has more than {MOST} passkeys", reason="ERR_TOO_MANY")
    challenge = secrets.token_bytes(_CHALLENGE_BYTES)
    await db.run(steps.keep_challenge, _of(session_secret), user_id, challenge)
    return await asyncio.to_thread(
        lambda: _ceremonies().ask_for_new(site, username, handle, challenge, known)
    )


async def _prepare(tx: Tx, user_id: int) -> tuple[list[Known], bytes, str]:
    """What is known of the person; the handle says nothing of who they are (WebAuthn §14.6.1)."""
    row = await tx.fetchrow(Q.give_handle, user_id, secrets.token_bytes(_HANDLE_BYTES))
    return _known(await tx.fetch(Q.known_passkeys, user_id)), row["passkey_handle"], row["username"]


async def add(
    db: Db, site: Site, user_id: int, session_secret: str, name: str, answer: str
) -> None:
    """Keep the passkey that this session's browser made. Told by letter. Refused: an answer to no
    question of ours, or to one answered before.
    """
    name = check_name(name)
    step = await db.run(steps.take, _of(session_secret))
    if step is None or step.challenge is None or step.user_id != user_id:
        raise _unproven()
    challenge = step.challenge
    try:
        made = await asyncio.to_thread(lambda: _ceremonies().check_new(site, answer, challenge))
    except PasskeyInvalid:
        raise _unproven() from None
    await db.run(_keep, user_id, name, made)


async def _keep(tx: Tx, user_id: int, name: str, made: Known) -> None:
    kept = await tx.fetchval(
        Q.keep_passkey,
        user_id,
        made.credential_id,
        made.public_key,
        made.sign_count,
        name,
        made.transports,
    )
    if kept is None:
        raise _unproven()  # somebody's already, by its id: makers draw them at random
    tx.emit(MailWanted(user_id=user_id, letter="passkey_added"))


async def remove(tx: Tx, user_id: int, passkey_id: int) -> None:
    """Told by letter. Refused: it is not theirs, or gone."""
    if await tx.fetchval(Q.remove_passkey, user_id, passkey_id) is None:
        raise NotFound
    tx.emit(MailWanted(user_id=user_id, letter="passkey_removed"))


async def ask_for_proof(db: Db, site: Site) -> tuple[str, str]:
    """The question to a browser of nobody known yet, and the secret that its cookie keeps."""
    challenge = secrets.token_bytes(_CHALLENGE_BYTES)
    secret = await db.run(steps.begin, None, challenge)
    asked = await asyncio.to_thread(lambda: _ceremonies().ask_for_proof(site, challenge, []))
    return asked, secret


async def ask_for_second_step(db: Db, site: Site, secret: str) -> str:
    """The question to the browser of somebody whose password is known. Refused: that is too old."""
    challenge = secrets.token_bytes(_CHALLENGE_BYTES)
    user_id = await db.run(steps.challenge, secret, challenge)
    if user_id is None:
        raise Unauthenticated("Log in again", reason="step")
    known = _known(await db.fetch(Q.known_passkeys, user_id))
    if not known:
        raise NotFound
    return await asyncio.to_thread(lambda: _ceremonies().ask_for_proof(site, challenge, known))


async def prove(db: Db, site: Site, step: steps.Step, answer: str) -> int:
    """Whose passkey answered the step's question: the user. The step must have been taken, so that no
    answer is good twice. Refused: it proves nothing.
    """
    try:
        said = protocol.read_answer(answer)
        row = await db.fetchrow(Q.find_passkey, said.credential_id)
        count = await _check_proof(site, step, row, said, answer)
    except PasskeyInvalid:
        raise _unproven() from None
    if await db.run(_count, row["id"], row["sign_count"], count) is None:
        raise _unproven()  # the same passkey signed twice at once
    return row["user_id"]


async def _check_proof(
    site: Site, step: steps.Step, row: Any, said: protocol.Answer, answer: str
) -> int:
    challenge = step.challenge
    if row is None or challenge is None or step.user_id not in {None, row["user_id"]}:
        raise PasskeyInvalid("unknown")
    if said.handle not in {None, row["passkey_handle"]}:
        raise PasskeyInvalid("of somebody else")
    known = Known(said.credential_id, row["public_key"], row["sign_count"], [])
    return await asyncio.to_thread(
        lambda: _ceremonies().check_proof(site, answer, challenge, known)
    )


async def _count(tx: Tx, passkey_id: int, was: int, count: int) -> int | None:
    return await tx.fetchval(Q.count_passkey, passkey_id, was, count)


def _known(rows: list[dict[str, object]]) -> list[Known]:
    return [msgspec.convert(dict(row), Known, strict=False) for row in rows]


def _of(session_secret: str) -> str:
    return f"passkey of {session_secret}"


def _unproven() -> Invalid:
    return Invalid("answer", "This passkey could not be checked; try again", reason="ERR_INVALID")


def _ceremonies():  # noqa: ANN202 - a module; its type is inferred
    from parvis.protocols import passkey_ceremonies  # noqa: PLC0415 - most of a second, and rare

    return passkey_ceremonies
