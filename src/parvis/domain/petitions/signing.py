"""Signing: once a person, in the petition's log with the same statement; and taking it back."""

from typing import Any

import msgspec

from parvis.domain.accounts.gate import Act, gate_and
from parvis.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refused, TooMany
from parvis.domain.events import PetitionChanged
from parvis.domain.petitions import record, rolls
from parvis.domain.petitions.persons import Known, Person, Subject, known
from parvis.domain.petitions.types import OwnSignature, ShownAs
from parvis.domain.transparency import openings
from parvis.domain.transparency.openings import Sealed
from parvis.domain.words import clean
from parvis.infra.clock import now
from parvis.infra.limits import Limit
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.petitions")

NAME_LONGEST = 80
WHY_LONGEST = 1_000
INITIALS_MOST = 4
LINE_LONGEST = 200
TRIES = Limit(20, 3_600)  # lines of a list that somebody may try in an hour


class Signing(msgspec.Struct, frozen=True):
    """What somebody signs, and what is shown of them. `line`: what the petition's list asks for."""

    version: int
    shown: ShownAs = "public"
    name: str = ""
    place: int | None = None
    line: str = ""


class Signer(msgspec.Struct, frozen=True):
    """Who signs: an account, or an address that a letter has proven, or both. `receipt`: the digest of the
    link that who has no account keeps. `address` is where the request came from, to limit tries. `subject`:
    whom an issuer has just vouched for.
    """

    account_id: int | None = None
    email: str | None = None
    roll_hash: bytes | None = None
    receipt: bytes | None = None
    address: str = ""
    subject: Subject | None = None


class Signed(msgspec.Struct, frozen=True):
    """`is_new` False: it was signed already, and nothing was changed."""

    id: int
    is_new: bool


async def sign(tx: Tx, who: Signer, petition_id: int, said: Signing) -> int:
    """Sign a petition; answers the signature's id. Told: PetitionChanged. Two statements, three with a list.

    Refused: it is over or has another text by now, somebody known by any of the same things has signed this
    text or was removed, or is not among those who may.
    """
    shown = shown_name(said.name, said.shown)
    row = await find_to_sign(tx, who, petition_id)
    check_open(row, said)
    person = await _person(tx, who, row, said)
    one = known(row["key"], person)
    opening = openings.sealed(shown) if shown is not None else None
    return await _sign(tx, (who, petition_id, said), one, opening)


async def find_to_sign(tx: Tx, who: Signer, petition_id: int) -> Any:
    """The petition as signing asks for it; somebody with an account passes the gate."""
    if who.account_id is None:
        row = await tx.fetchrow(Q.find_to_sign, 0, petition_id)
    else:
        act = Act(who.account_id, "sign")
        _, row = await gate_and(tx, act, Q.find_to_sign, who.account_id, petition_id)
    if row["id"] is None:
        raise NotFound
    if who.account_id is None and not row["takes_strangers"]:
        raise Forbidden("This petition is signed with an account", reason="sign_with_account")
    return row


def check_open(row: Any, said: Signing) -> None:
    if row["is_over"]:
        raise Refused("Validation failed: The petition is over", reason="petition_over")
    if row["version"] != said.version:
        raise Conflict("The petition has another text by now", reason="rewritten")
    if said.place is not None and not 0 <= said.place < row["places"]:
        raise Invalid("place", "Validation failed: Choose a place of the list")


async def _person(tx: Tx, who: Signer, row: Any, said: Signing) -> Person:
    """By what the signatory is known here. Refused: they are not among those who may sign."""
    is_proven = who.email is not None
    if row["verifier"] == "email domain":
        if who.email is None:
            raise Forbidden("This petition is signed by a letter", reason="sign_by_letter")
        check_domain(who.email, row["domains"])
    if row["verifier"] == "openid" and who.subject is None:
        raise Forbidden("This petition is signed by way of its service", reason="sign_by_service")
    hashed = who.roll_hash
    if row["verifier"] == "roll" and hashed is None:
        hashed = await find_on_roll(tx, who, row, said.line)
    return Person(
        who.account_id,
        who.email or row["email"],
        hashed,
        is_email_proven=is_proven,
        subject=who.subject,
    )


def check_domain(email: str, domains: list[str]) -> None:
    if email.rpartition("@")[2].lower() not in domains:
        raise Invalid(
            "email",
            "Validation failed: This address is not of those who may sign",
            reason="ERR_DOMAIN",
        )


async def find_on_roll(tx: Tx, who: Signer, row: Any, line: str) -> bytes:
    """The hash of a line that is on the petition's list. Few tries: a list could be guessed through."""
    for key in (("account", who.account_id), ("address", who.address)):
        if key[1]:
            taken = tx.db.limits.take(TRIES, "roll", *key)
            if not taken.is_allowed:
                raise TooMany(retry_after_s=taken.retry_after_s)
    line = clean(line, "line", LINE_LONGEST)
    if not line.strip():
        raise Invalid("line", "Validation failed: Line can't be blank", reason="ERR_BLANK")
    hashed = rolls.line_hash(rolls.open_salt(tx.db, row["roll_id"], row["salt"]), line)
    if not await tx.fetchval(Q.is_on_roll, row["roll_id"], hashed):
        raise Invalid("line", "Validation failed: This is not on the list", reason="ERR_UNLISTED")
    return hashed


async def _sign(
    tx: Tx, what: tuple[Signer, int, Signing], one: Known, opening: Sealed | None
) -> int:
    who, petition_id, said = what
    day = now().date()
    hashed = opening.hashed if opening else None
    entry = record.signature(one.person.hex(), said.version, day, said.place, hashed)
    row = await tx.fetchrow(
        Q.sign,
        petition_id,
        one.nullifiers,
        one.person,
        said.version,
        who.account_id,
        day,
        said.place,
        said.shown,
        opening.text if opening else None,
        hashed,
        opening.salt if opening else None,
        opening.text if opening else None,
        entry,
        who.receipt,
        PetitionChanged.kind(),
    )
    if row["id"] is None:
        raise _refusal(row)
    tx.told = True
    return row["id"]


def _refusal(row: Any) -> Refused:
    if not row["is_open"]:
        return Conflict("The petition was closed or has another text by now", reason="rewritten")
    if row["state"] == "removed":
        return Forbidden(
            "Your signature was removed from this petition", reason="signature_removed"
        )
    return Refused("Validation failed: You have signed this petition already", reason="signed")


def shown_name(name: str, shown: ShownAs) -> str | None:
    """What is kept of a name: all of it, its initials, or nothing at all."""
    name = " ".join(clean(name, "signature", NAME_LONGEST).split())
    if shown == "hidden":
        return None
    if not name or not name.isprintable():
        reason = "ERR_INVALID" if name else "ERR_BLANK"
        raise Invalid("signature", "Validation failed: Name can't be blank", reason=reason)
    if shown == "public":
        return name
    return " ".join(f"{word[0].upper()}." for word in name.split()[:INITIALS_MOST])


async def withdraw(tx: Tx, own: OwnSignature) -> None:
    """Take one's own signature back. One statement. Refused: the petition is over. Told: PetitionChanged."""
    if own.is_over:
        raise Refused("Validation failed: The petition is over", reason="withdrawn_late")
    entry = record.withdrawn(own.person)
    gone = await tx.fetchval(
        Q.take_back,
        own.id,
        "withdrawn",
        own.version,
        entry,
        None,
        None,
        None,
        PetitionChanged.kind(),
        None,
    )
    if gone is None:
        raise Refused(
            "Validation failed: There is nothing to withdraw any more", reason="not_signed"
        )
    tx.told = True


async def remove(tx: Tx, petition_id: int, which: int | str, reason: str, why: str) -> None:
    """Take somebody's signature away, for a reason that the log tells. `which`: its id, or its pseudonym in
    the log, for one whose name is hidden. Only those who look after the network may: the door sees to it.
    Two statements. Told: PetitionChanged.
    """
    why = clean(why, "why", WHY_LONGEST).strip()
    if reason not in record.REASONS:
        raise Invalid("reason", "Validation failed: Choose a reason", reason="ERR_UNSAID")
    if not why:
        raise Invalid("why", "Validation failed: Why can't be blank", reason="ERR_BLANK")
    id_, person = (which, None) if isinstance(which, int) else (0, _person_named(which))
    row = await tx.fetchrow(Q.find_removable, petition_id, id_, person)
    if row is None:
        raise Invalid("person", "Validation failed: There is no such signature", reason="ERR_NONE")
    opening = openings.sealed(why)
    entry = record.removed(row["person"], reason, opening.hashed)
    words = (opening.hashed, opening.salt, opening.text)
    gone = await tx.fetchval(
        Q.take_back,
        row["id"],
        "removed",
        row["version"],
        entry,
        *words,
        PetitionChanged.kind(),
        reason,
    )
    if gone is None:
        raise Refused("Validation failed: There is nothing to remove any more", reason="not_signed")
    tx.told = True


def _person_named(pseudonym: str) -> bytes:
    try:
        return bytes.fromhex(pseudonym.strip())
    except ValueError:
        return b""


async def forget_name(tx: Tx, own: OwnSignature) -> None:
    """Have one's name erased, and keep the signature. One statement."""
    await tx.execute(Q.forget_name, own.id)
