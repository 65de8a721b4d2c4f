"""Signing by the word of an issuer (OpenID Connect: authorization code, PKCE, state and nonce).

One secret, which stays in the browser that set out, makes state, nonce and verifier. Here lies the digest of
the state beside what is to be signed, until they are back or a quarter of an hour is over: who reads the
database can finish nobody's journey, and another browser neither. Back they come once. The token is checked,
its `sub` becomes a pseudonym under the petition's key, and it is forgotten like everything else that it says.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from parvis.domain.access.logins import digest
from parvis.domain.errors import Forbidden, NotFound, Refused, TooMany
from parvis.domain.petitions import signing
from parvis.domain.petitions.issuers import open_secret
from parvis.domain.petitions.persons import Person, Subject, known
from parvis.domain.petitions.providers import Client, NotVouched, Providers, exchange
from parvis.domain.petitions.signing import Signer, Signing
from parvis.infra.clock import now
from parvis.infra.limits import Limit
from parvis.infra.logs import get_logger
from parvis.infra.outgoing import Outgoing
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols import openid
from parvis.protocols.openid import Expected, Provider

Q = queries("parvis.domain.petitions")
log = get_logger()

BACK = "/petitions/back"
JOURNEYS = Limit(60, 900)  # that one address on the network begins: each keeps a name for a while
CODE_LONGEST = 4_096


class Journey(msgspec.Struct, frozen=True):
    """`secret` goes into the browser, and with it to `address`."""

    secret: str
    address: str


class Return(msgspec.Struct, frozen=True):
    """With what somebody comes back: what the browser kept, and what the issuer says by its address."""

    secret: str
    state: str = ""
    code: str = ""
    error: str = ""
    issuer: str = ""


class Vouched(msgspec.Struct, frozen=True):
    """Somebody signed. `receipt`: the secret of the link of who has no account. `is_new` False: they had
    before.
    """

    petition_id: int
    is_new: bool
    receipt: str = ""


class Lost(NotVouched):
    """It went wrong after the petition was known."""

    def __init__(self, refused: Refused, petition_id: int, service: str) -> None:
        why = refused.why if isinstance(refused, NotVouched) else ""
        super().__init__(refused.reason, why)
        self.refused = refused
        self.petition_id = petition_id
        self.service = service


async def set_out(
    db: Db, outgoing: Outgoing, who: Signer, petition_id: int, said: Signing, root: str
) -> Journey:
    """Where to send somebody who wants to sign. Refused as signing is, as far as it can be told now, and
    where the issuer does not answer: nothing is kept then.
    """

    async def look(tx: Tx) -> Any:
        row = await signing.find_to_sign(tx, who, petition_id)
        signing.check_open(row, said)
        if row["issuer"] is None:
            raise Forbidden("This petition rests on no issuer", reason="sign_with_account")
        return row

    row = await db.run(look)
    shown = signing.shown_name(said.name, said.shown)
    taken = db.limits.take(JOURNEYS, "petition_journey", who.address)
    if not taken.is_allowed:
        raise TooMany(retry_after_s=taken.retry_after_s)
    provider = await db.kept(Providers).find(outgoing, row["issuer"])
    secret = secrets.token_urlsafe(32)

    async def keep(tx: Tx) -> None:
        state = digest(_derived(secret, "state"))
        words = (said.version, shown or "", said.shown, said.place)
        await tx.execute(Q.set_out, state, petition_id, who.account_id, *words)

    await db.run(keep)
    return Journey(secret, _address(provider, row, secret, root))


def _derived(secret: str, purpose: str) -> str:
    made = hmac.digest(secret.encode(), f"parvis petition {purpose}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def _address(provider: Provider, row: Any, secret: str, root: str) -> str:
    challenge = hashlib.sha256(_derived(secret, "verifier").encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": row["client_id"],
        "redirect_uri": root + BACK,
        "scope": f"openid {row['scopes']}".strip(),
        "state": _derived(secret, "state"),
        "nonce": _derived(secret, "nonce"),
        "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    if row["claim"] == "acr" and row["claim_value"]:
        asked["acr_values"] = row["claim_value"]
    joint = "&" if "?" in provider.authorization else "?"
    return f"{provider.authorization}{joint}{urlencode(asked)}"


async def come_back(
    db: Db, outgoing: Outgoing, said: Return, account_id: int | None, root: str
) -> Vouched:
    """Sign, if the issuer's word can be trusted and its rule is met. Refused: Lost, or NotVouched where the
    journey is not known. Nothing is kept then.
    """
    state = _derived(said.secret, "state") if said.secret else ""
    if not state or not hmac.compare_digest(state.encode(), said.state.encode()):
        raise NotVouched("openid_elsewhere", "state")

    async def take(tx: Tx) -> Any:
        return await tx.fetchrow(Q.come_back, digest(state))

    row = await db.run(take)
    if row is None:
        raise NotVouched("openid_late", "state")
    try:
        if row["account_id"] != account_id:
            raise NotVouched("openid_other_account", "account")
        subject = await _subject(db, outgoing, said, row, root)
        return await _sign(db, row, subject)
    except Refused as refused:
        raise Lost(refused, row["petition_id"], row["issuer_name"]) from refused


async def _subject(db: Db, outgoing: Outgoing, said: Return, row: Any, root: str) -> Subject:
    provider = await db.kept(Providers).find(outgoing, row["issuer"])
    # Another issuer's answer, brought here: RFC 9207.
    if (said.issuer or provider.names_itself) and said.issuer != row["issuer"]:
        raise NotVouched("openid_untrusted", "iss")
    if said.error or not said.code or len(said.code) > CODE_LONGEST:
        raise NotVouched("openid_declined", "declined")
    secret = open_secret(db, row["issuer_id"], row["client_secret"])
    client = Client(row["client_id"], secret, root + BACK)
    token = await exchange(outgoing, provider, client, said.code, _derived(said.secret, "verifier"))
    expected = openid.Expected(row["issuer"], row["client_id"], _derived(said.secret, "nonce"))
    claims = await _claims(db, outgoing, provider, token, expected)
    if row["claim"] is not None and not openid.is_held(claims, row["claim"], row["claim_value"]):
        raise NotVouched("openid_not_among", "claim")
    return Subject(row["issuer"], claims["sub"])


async def _claims(
    db: Db, outgoing: Outgoing, provider: Provider, token: str, expected: Expected
) -> Mapping[str, Any]:
    """What a token says, once it is checked: with keys read anew where none that is kept signed it."""
    known_keys = db.kept(Providers)
    try:
        try:
            keys = await known_keys.keys(outgoing, provider)
            return openid.check_token(token, keys, expected, now().timestamp())
        except openid.UnknownKey:
            keys = await known_keys.keys(outgoing, provider, anew=True)
            return openid.check_token(token, keys, expected, now().timestamp())
    except openid.OpenIdInvalid as invalid:
        log.warning("a token cannot be trusted", issuer=provider.issuer, why=invalid.why)
        reason = "openid_clock" if invalid.why in {"exp", "iat"} else "openid_untrusted"
        raise NotVouched(reason, invalid.why) from None


async def _sign(db: Db, row: Any, subject: Subject) -> Vouched:
    receipt = "" if row["account_id"] else secrets.token_urlsafe(32)
    link = digest(receipt) if receipt else None
    who = Signer(row["account_id"], receipt=link, subject=subject)
    said = Signing(row["version"], row["shown"], row["name"], row["place"])
    try:
        await db.run(signing.sign, who, row["petition_id"], said)
    except Refused as refused:
        if refused.reason != "signed":
            raise
        if link is not None and not await db.run(_renew, row["petition_id"], subject, link):
            raise
        return Vouched(row["petition_id"], is_new=False, receipt=receipt)
    return Vouched(row["petition_id"], is_new=True, receipt=receipt)


async def _renew(tx: Tx, petition_id: int, subject: Subject, link: bytes) -> bool:
    """Give who signed without an account, and lost the link, another: they have just shown who they are."""
    key = await tx.fetchval(Q.find_key, petition_id)
    if key is None:
        raise NotFound
    person = known(key, Person(subject=subject)).person
    return await tx.fetchval(Q.renew_receipt, petition_id, person, link) is not None
