"""Issuers of OpenID Connect whose word petitions may rest on: named by owners, and kept while one does."""

import msgspec

from parvis.domain.errors import Conflict, Invalid, NotFound
from parvis.domain.petitions.providers import Providers
from parvis.domain.words import clean
from parvis.infra.outgoing import Outgoing
from parvis.infra.postgres import Db, Tx
from parvis.infra.sealing import Sealing
from parvis.infra.sql import queries
from parvis.protocols.openid import is_issuer

Q = queries("parvis.domain.petitions")

NAME_LONGEST = 60
ADDRESS_LONGEST = 500
CLIENT_LONGEST = 300
SECRET_LONGEST = 500
SCOPES_LONGEST = 300
CLAIM_LONGEST = 200


class IssuerDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What an owner says of an issuer. `secret` "": it asks for none. `claim` "": whoever it knows may sign;
    `claim_value` "": the claim has to be there, whatever it says but no.
    """

    name: str
    issuer: str
    client_id: str
    secret: str = ""
    scopes: str = ""
    claim: str = ""
    claim_value: str = ""


class Issuer(msgspec.Struct, frozen=True):
    """One that is there; `petitions` stand on it."""

    id: int
    name: str
    issuer: str
    client_id: str
    has_secret: bool
    scopes: str
    claim: str | None
    claim_value: str | None
    petitions: int


async def add(db: Db, outgoing: Outgoing, said: IssuerDraft) -> int:
    """Have petitions rest on an issuer's word; answers its id. It is asked what it is first.

    Refused: what is said cannot be, the issuer does not answer, or says that it is another.
    """
    draft = _check(said)
    await db.kept(Providers).find(outgoing, draft.issuer, anew=True)

    async def keep(tx: Tx) -> int:
        id_ = await tx.fetchval(Q.new_issuer_id)
        secret = _sealed(db, id_, draft.secret)
        made = await tx.fetchval(
            Q.add_issuer,
            id_,
            draft.name,
            draft.issuer,
            draft.client_id,
            secret,
            draft.scopes,
            draft.claim or None,
            draft.claim_value or None,
        )
        if made is None:
            raise Invalid("service", "Validation failed: Name is taken", reason="ERR_TAKEN")
        return made

    return await db.run(keep)


def _check(said: IssuerDraft) -> IssuerDraft:
    name = " ".join(clean(said.name, "service", NAME_LONGEST).split())
    client_id = _bare(said.client_id, "client_id", CLIENT_LONGEST)
    for field, words in (("service", name), ("client_id", client_id)):
        if not words:
            raise Invalid(field, f"Validation failed: {field} can't be blank", reason="ERR_BLANK")
    issuer = _bare(said.issuer, "issuer", ADDRESS_LONGEST)
    if not is_issuer(issuer):
        raise Invalid("issuer", "Validation failed: This is no issuer's address")
    claim = _bare(said.claim, "claim", CLAIM_LONGEST)
    value = clean(said.claim_value, "claim_value", CLAIM_LONGEST).strip()
    if value and not claim:
        raise Invalid("claim", "Validation failed: Say which claim", reason="ERR_BLANK")
    scopes = _bare(" ".join(said.scopes.split()), "scopes", SCOPES_LONGEST)
    wanted = [one for one in scopes.split() if one != "openid"]
    return IssuerDraft(
        name=name,
        issuer=issuer,
        client_id=client_id,
        secret=_bare(said.secret, "client_secret", SECRET_LONGEST),
        scopes=" ".join(wanted),
        claim=claim,
        claim_value=value,
    )


def _bare(text: str, field: str, longest: int) -> str:
    """Words of the protocol: ASCII that can be seen, in one line (RFC 6749, appendix A)."""
    text = text.strip()
    if len(text) > longest:
        raise Invalid(field, f"Validation failed: {field} is too long", reason="ERR_TOO_LONG")
    if not (text.isascii() and text.isprintable()):
        raise Invalid(field, f"Validation failed: {field} is not plain")
    return text


async def list_issuers(db: Db) -> list[Issuer]:
    rows = await db.fetch(Q.list_issuers)
    return [msgspec.convert(dict(row), Issuer) for row in rows]


async def replace_secret(tx: Tx, issuer_id: int, secret: str) -> None:
    """Take another secret of the client; "": the issuer asks for none any more."""
    secret = _bare(secret, "client_secret", SECRET_LONGEST)
    sealed = _sealed(tx.db, issuer_id, secret)
    if await tx.fetchval(Q.replace_secret, issuer_id, sealed) is None:
        raise NotFound


async def remove(tx: Tx, issuer_id: int) -> None:
    """Refused: it is not there, or petitions stand on it."""
    if await tx.fetchval(Q.remove_issuer, issuer_id) is None:
        raise NotFound("There is no such service, or a petition stands on it", reason="no_issuer")


def _purpose(issuer_id: int) -> str:
    return f"petition issuer {issuer_id}"


def _sealed(db: Db, issuer_id: int, secret: str) -> str | None:
    return db.kept(Sealing).seal(secret, _purpose(issuer_id)) if secret else None


def open_secret(db: Db, issuer_id: int, sealed: str | None) -> str:
    """Empty when there is none. Refused: this machine lacks the key that it is sealed with."""
    if sealed is None:
        return ""
    opened = db.kept(Sealing).open(sealed, _purpose(issuer_id))
    if opened is None:
        raise Conflict("This machine lacks the key of the client's secret", reason="no_key")
    return opened
