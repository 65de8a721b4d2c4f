"""How a petition knows somebody again: pseudonyms under its own key, by each thing that they are known by.

The key is destroyed at closing. Until then they stay also when an account is erased, so that nobody signs
twice by leaving in between.
"""

import msgspec

from parvis.domain.transparency.entries import pseudonym


class Subject(msgspec.Struct, frozen=True):
    """Whom an issuer of OpenID Connect vouched for: what it calls them means nothing elsewhere."""

    issuer: str
    sub: str


class Person(msgspec.Struct, frozen=True):
    """By what somebody is known; the first of an issuer's word, a line of the list, an address proven by
    letter, and an account gives their pseudonym in the log.
    """

    account_id: int | None = None
    email: str | None = None  # of the account, or proven
    roll_hash: bytes | None = None
    is_email_proven: bool = False
    subject: Subject | None = None


class Known(msgspec.Struct, frozen=True):
    person: bytes
    nullifiers: list[bytes]


def known(key: bytes, who: Person) -> Known:
    """Refuses nobody: what somebody has to be known by is checked before."""
    by: list[tuple[str, ...]] = []
    if who.subject is not None:
        by.append(("openid", who.subject.issuer, who.subject.sub))
    if who.roll_hash is not None:
        by.append(("roll", who.roll_hash.hex()))
    if who.email is not None and who.is_email_proven:
        by.append(("email", one_address(who.email)))
    if who.account_id is not None:
        by.append(("account", str(who.account_id)))
    if who.email is not None and not who.is_email_proven:
        by.append(("email", one_address(who.email)))
    made = [bytes.fromhex(pseudonym(key, *each)) for each in by]
    return Known(made[0], made)


def one_address(email: str) -> str:
    """An address as one person's: `Name+anything@Example.org` reaches whom `name@example.org` does."""
    local, _, domain = email.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
