"""Petitions: list them, read one, sign, withdraw. Ours; starting and answering one is done on its pages."""

import msgspec
from starlette.responses import Response

from parvis.domain.errors import NotFound
from parvis.domain.petitions import receipts, showing, signing
from parvis.domain.petitions.showing import Which
from parvis.domain.petitions.signing import Signer, Signing
from parvis.domain.petitions.starting import address_of
from parvis.domain.petitions.types import ShownAs
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.petitions import (
    PetitionSummary,
    petition_entity,
    receipt_entity,
)
from parvis.mastodon_api.routing import Routes

routes = Routes()


class WhichParams(msgspec.Struct):
    which: Which = "open"


class SignParams(msgspec.Struct):
    """`version`: the text that was read. `place`: which of the petition's. `line`: what its list asks for."""

    version: int
    shown: ShownAs = "public"
    name: str = ""
    place: int | None = None
    line: str = ""


@routes.get(
    "/api/v1/petitions",
    auth="public",
    scopes="read:statuses",
    params=WhichParams,
    returns="[PetitionSummary]",
    paged=True,
)
async def list_petitions(call: Call) -> Response:
    """Petitions: `open`, `over`, or those that are one's own, signed or to be answered (`mine`). (Ours.)"""
    said, page = await call.params(WhichParams), call.page()
    found = await showing.list_petitions(call.db, call.viewer_id, said.which, page)
    call.link(found[0].id if found else None, found[-1].id if len(found) == page.limit else None)
    return call.json(
        [
            PetitionSummary(
                id=str(one.id),
                url=address_of(one.id, call.addresses),
                title=one.title,
                addressee=one.addressee,
                goal=one.goal,
                version=one.version,
                signatures_count=one.signatures,
                closed=one.is_over,
                answered=one.answered_at is not None,
                signed_version=one.signed_version,
            )
            for one in found
        ]
    )


@routes.get("/api/v1/petitions/{id}", auth="public", scopes="read:statuses", returns="Petition")
async def show_petition(call: Call) -> Response:
    """A petition with what it counts. (Ours.)"""
    return await _answer(call, call.id())


@routes.post(
    "/api/v1/petitions/{id}/sign",
    scopes="write:statuses",
    params=SignParams,
    returns="SignatureReceipt",
)
async def sign_petition(call: Call) -> Response:
    """Sign a petition; where an address or the word of a service is asked for, its page does it. (Ours.)"""
    said = await call.params(SignParams)
    who = Signer(call.viewer_id, address=call.client_address)
    what = Signing(said.version, said.shown, said.name, said.place, said.line)
    await call.db.run(signing.sign, who, call.id(), what)
    return await _receipt(call)


@routes.post("/api/v1/petitions/{id}/withdraw", scopes="write:statuses", returns="Petition")
async def withdraw_signature(call: Call) -> Response:
    """Take one's signature back. (Ours.)"""
    own = await receipts.find_own(call.db, call.id(), call.viewer_id)
    if own is None:
        raise NotFound
    await call.db.run(signing.withdraw, own)
    return await _answer(call, call.id())


@routes.get("/api/v1/petitions/{id}/receipt", scopes="read:statuses", returns="SignatureReceipt")
async def show_signature_receipt(call: Call) -> Response:
    """One's own signature in the public log, with the promise or the proof of it. (Ours.)"""
    return await _receipt(call)


async def _receipt(call: Call) -> Response:
    own = await receipts.find_own(call.db, call.id(), call.viewer_id)
    return call.json(receipt_entity(await receipts.receipt(call.db, own), call.addresses))


async def _answer(call: Call, petition_id: int) -> Response:
    one = await showing.find(call.db, call.viewer_id, petition_id)
    own = None
    if call.viewer_id:
        own = await receipts.find_own(call.db, petition_id, call.viewer_id)
    tally = await showing.count(call.db, one)
    return call.json(petition_entity(one, tally, own, call.addresses))
