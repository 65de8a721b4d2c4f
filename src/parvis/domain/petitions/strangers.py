"""Signing by a link in a letter: without an account, or with an address of a domain that may sign.

The address is kept until the link is opened, two days at most; then only its pseudonym is. The same link
shows the receipt afterwards, and withdraws.
"""

import secrets
from typing import Any

import msgspec

from parvis.domain.access.logins import digest
from parvis.domain.access.register import EMAIL, EMAIL_LONGEST
from parvis.domain.errors import Forbidden, Invalid, NotFound, TooMany
from parvis.domain.network import settings
from parvis.domain.petitions import signing
from parvis.domain.petitions.persons import one_address
from parvis.domain.petitions.signing import Signer, Signing
from parvis.domain.petitions.words import LETTERS
from parvis.infra import jobs
from parvis.infra.jobs import Means
from parvis.infra.limits import Limit
from parvis.infra.mail import Letter
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.petitions")

JOB = "send_petition_letter"
PATH = "/petitions/mine/"
PER_EMAIL = Limit(3, 3_600)  # letters are a burden to whoever really has that address
PER_SENDER = Limit(20, 3_600)  # letters that one address on the network has sent
PER_PETITION = Limit(20_000, 3_600)  # no petition makes this network a source of spam


class Request(msgspec.Struct, frozen=True):
    """What somebody will sign once they opened the letter."""

    petition_id: int
    account_id: int | None
    email: str
    roll_hash: bytes | None
    version: int
    name: str
    shown: signing.ShownAs
    place: int | None


async def ask(tx: Tx, who: Signer, petition_id: int, said: Signing, locale: str) -> None:
    """Have a letter with a link sent to the address of `who`. Refused as signing is, as far as it can be told
    now; whether somebody signed already is only told to who opens the letter.
    """
    row = await signing.find_to_sign(tx, who, petition_id)
    signing.check_open(row, said)
    if row["verifier"] == "openid":
        raise Forbidden("This petition is signed by way of its service", reason="sign_by_service")
    email = (who.email or "").strip()
    if not EMAIL.fullmatch(email) or len(email) > EMAIL_LONGEST:
        raise Invalid("email", "Validation failed: E-mail address is invalid")
    shown = signing.shown_name(said.name, said.shown)
    if row["verifier"] == "email domain":
        signing.check_domain(email, row["domains"])
    roll_hash = None
    if row["verifier"] == "roll":
        roll_hash = await signing.find_on_roll(tx, who, row, said.line)
    _throttle(tx, email, who.address, petition_id)
    request_id = await tx.fetchval(
        Q.ask_to_sign,
        petition_id,
        who.account_id,
        email,
        roll_hash,
        said.version,
        shown or "",
        said.shown,
        said.place,
        locale,
    )
    await jobs.enqueue(tx, JOB, {"request_id": request_id})


def _throttle(tx: Tx, email: str, address: str, petition_id: int) -> None:
    for limit, *key in (
        (PER_EMAIL, "email", one_address(email)),
        (PER_SENDER, "sender", address),
        (PER_PETITION, "petition", petition_id),
    ):
        taken = tx.db.limits.take(limit, "petition_letter", *key)
        if not taken.is_allowed:
            raise TooMany(retry_after_s=taken.retry_after_s)


async def send(means: Means, payload: dict[str, Any]) -> None:
    """Do the job. The secret of the link stands nowhere but in the letter."""
    secret = secrets.token_urlsafe(32)
    row = await means.db.fetchrow(Q.write_link, int(payload["request_id"]), digest(secret))
    if row is None:
        return
    words = LETTERS.get(row["locale"], LETTERS["en"])
    title = (await settings.read(means.db)).title
    places = {"title": row["title"], "network": title, "link": means.mailer.root + PATH + secret}
    letter = Letter(
        "petition_sign", row["email"], words.subject.format(**places), words.text.format(**places)
    )
    await means.mailer.send(letter, title)


async def find_request(db: Db, secret: str) -> Request | None:
    """What a link is for; None: it was opened already, is too old, or was never written."""
    row = await db.fetchrow(Q.find_request, digest(secret))
    return msgspec.convert(dict(row), Request) if row is not None else None


async def confirm(tx: Tx, secret: str) -> int:
    """Sign by the link of a letter; answers the signature's id. Refused as signing is."""
    row = await tx.fetchrow(Q.find_request, digest(secret))
    if row is None:
        raise NotFound("This link was used already, or it is too old", reason="link")
    asked = msgspec.convert(dict(row), Request)
    who = Signer(asked.account_id, asked.email, asked.roll_hash, digest(secret))
    said = Signing(asked.version, asked.shown, asked.name, asked.place)
    return await signing.sign(tx, who, asked.petition_id, said)
