"""Petitions as the API tells them: ours, no other network has them."""

import msgspec

from parvis.domain.addresses import Addresses
from parvis.domain.petitions.receipts import SignatureReceipt as Found
from parvis.domain.petitions.starting import address_of
from parvis.domain.petitions.types import OwnSignature, State, Tally, Verifier
from parvis.domain.petitions.types import Petition as Shown
from parvis.protocols.timestamps import iso


class PetitionSummary(msgspec.Struct):
    """One of a list."""

    id: str
    url: str
    title: str
    addressee: str
    goal: int
    version: int
    signatures_count: int
    closed: bool
    answered: bool
    signed_version: int | None  # by the viewer


class PetitionPlace(msgspec.Struct):
    title: str | None  # null: not said
    signatures_count: int


class PetitionDay(msgspec.Struct):
    day: str
    signatures_count: int


class Petition(msgspec.Struct):
    id: str
    url: str
    status_id: str  # announces it
    account_id: str | None
    title: str
    text: str
    version: int
    addressee: str
    goal: int
    places: list[str]
    verifier: Verifier
    domains: list[str]
    asks: str | None  # for a list: what to send as `line`
    issuer: str | None  # for `openid`: whoever it knows signs, on the page
    claim: str | None  # that it has to say of them
    claim_value: str | None
    without_account: bool
    closes_at: str | None
    closed: bool
    answer: str | None
    answered_at: str | None
    signatures_count: int
    earlier_signatures_count: int
    by_day: list[PetitionDay]
    by_place: list[PetitionPlace]
    log: str
    signed_version: int | None
    state: State | None  # of the viewer's signature


class SignatureReceipt(msgspec.Struct):
    petition_id: str
    version: int
    shown: str
    name: str | None
    log: str
    entry: str
    promise: str | None
    proof: str | None  # null: waits for its place
    proof_url: str


def petition_entity(
    one: Shown, tally: Tally, own: OwnSignature | None, addresses: Addresses
) -> Petition:
    return Petition(
        id=str(one.id),
        url=address_of(one.id, addresses),
        status_id=str(one.status_id),
        account_id=str(one.account_id) if one.account_id else None,
        title=one.title,
        text=one.text,
        version=one.version,
        addressee=one.addressee,
        goal=one.goal,
        places=one.places,
        verifier=one.verifier,
        domains=one.domains,
        asks=one.asks,
        issuer=one.issuer,
        claim=one.claim,
        claim_value=one.claim_value,
        without_account=one.takes_strangers,
        closes_at=iso(one.closes_at) if one.closes_at else None,
        closed=one.is_over,
        answer=one.answer,
        answered_at=iso(one.answered_at) if one.answered_at else None,
        signatures_count=tally.signatures,
        earlier_signatures_count=tally.earlier,
        by_day=[PetitionDay(day.isoformat(), n) for day, n in tally.days],
        by_place=[PetitionPlace(one.places[p] if p >= 0 else None, n) for p, n in tally.places],
        log=f"{addresses.root}/{one.path}",
        signed_version=own.version if own is not None and own.state == "signed" else None,
        state=own.state if own is not None else None,
    )


def receipt_entity(found: Found, addresses: Addresses) -> SignatureReceipt:
    return SignatureReceipt(
        petition_id=str(found.own.petition_id),
        version=found.own.version,
        shown=found.own.shown,
        name=found.own.name,
        log=f"{addresses.root}/{found.path}",
        entry=found.entry.decode(),
        promise=found.promise,
        proof=found.proof.decode() if found.proof else None,
        proof_url=f"{addresses.root}/{found.proof_path}",
    )
