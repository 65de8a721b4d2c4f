"""Signing a petition, with an account or by a letter; the receipt; taking it back."""

import msgspec
from starlette.responses import Response

from parvis.domain.errors import Conflict, Invalid, NotFound, Refused
from parvis.domain.petitions import receipts, showing, signing, strangers
from parvis.domain.petitions.signing import Signer, Signing
from parvis.domain.petitions.types import OwnSignature, Petition
from parvis.web import previews, words
from parvis.web.locales import N_
from parvis.web.pages.acts import asked_id
from parvis.web.pages.petitions import vouching
from parvis.web.pages.petitions.one import PATH, SAID, SignForm, page_of, place_of
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()
MINE = PATH + "/mine/{secret}"
TOP = "#content"  # where the page says what was done; the form leads to itself


class OwnForm(msgspec.Struct):
    """`do`: withdraw or forget."""

    do: str = ""


@pages.post(PATH + "/{id}/sign")
async def sign(visit: Visit) -> Response:
    """A member signs at once; others, and where an address has to be proven, by a letter."""
    said = await visit.form(SignForm)
    petition = await showing.find(visit.db, visit.viewer_id, asked_id(visit))
    here = f"{PATH}/{petition.id}"
    try:
        if petition.verifier == "openid":
            return await vouching.set_out(visit, petition, _signing(said, petition))
        if visit.login is None or petition.verifier == "email domain":
            await _ask(visit, petition, said)
            return visit.redirect(here + TOP, say="letter")
        who = Signer(visit.viewer_id, address=visit.address)
        await visit.db.run(signing.sign, who, petition.id, _signing(said, petition))
    except Invalid as refused:
        return await page_of(visit, petition, said, words.beside(refused, visit.locale))
    except Conflict as refused:
        if refused.reason != "rewritten":
            raise
        return await _read_again(visit, said)
    except Refused as refused:
        if refused.reason != "signed":
            raise
        return visit.redirect(here + TOP, say="signed_before")
    return visit.redirect(f"{here}/receipt{TOP}", say="signed")


async def _read_again(visit: Visit, said: SignForm) -> Response:
    """What they read has changed meanwhile: the text as it is now, and all that they typed."""
    petition = await showing.find(visit.db, visit.viewer_id, asked_id(visit))
    if petition.is_over:
        return visit.redirect(f"{PATH}/{petition.id}{TOP}")
    told = visit.locale.text(
        N_("The text has changed while you read it. Read it again, then sign.")
    )
    return await page_of(visit, petition, said, {"text": told})


async def _ask(visit: Visit, petition: Petition, said: SignForm) -> None:
    who = Signer(visit.viewer_id or None, said.email.strip(), address=visit.address)
    told = _signing(said, petition)
    await visit.db.run(strangers.ask, who, petition.id, told, visit.locale.code)


def _signing(said: SignForm, petition: Petition) -> Signing:
    place = place_of(said.place, petition)
    return Signing(said.version, said.shown, said.signature, place, said.line)


@pages.get(PATH + "/{id}/receipt", who="member")
async def show_receipt(visit: Visit) -> Response:
    own = await receipts.find_own(visit.db, asked_id(visit), visit.viewer_id)
    return await _receipt(visit, own, f"{PATH}/{asked_id(visit)}/receipt")


@pages.post(PATH + "/{id}/receipt", who="member")
async def change_own(visit: Visit) -> Response:
    own = await receipts.find_own(visit.db, asked_id(visit), visit.viewer_id)
    return await _change(visit, own, f"{PATH}/{asked_id(visit)}/receipt")


@pages.get(MINE)
async def show_mine(visit: Visit) -> Response:
    """What the link of a letter is for: to sign, and afterwards the receipt."""
    visit.is_secret = True
    secret = visit.path["secret"]
    asked = await strangers.find_request(visit.db, secret)
    if asked is None:
        own = await receipts.find_own(visit.db, 0, secret=secret)
        if own is None:
            return _gone(visit)
        return await _receipt(visit, own, f"{PATH}/mine/{secret}")
    petition = await showing.find(visit.db, 0, asked.petition_id)
    return visit.render("petitions/confirm.html", one=petition, asked=asked, secret=secret)


@pages.post(MINE)
async def change_mine(visit: Visit) -> Response:
    visit.is_secret = True
    secret = visit.path["secret"]
    here = f"{PATH}/mine/{secret}"
    said = await visit.form(OwnForm)
    if said.do != "sign":
        return await _change(visit, await receipts.find_own(visit.db, 0, secret=secret), here)
    asked = await strangers.find_request(visit.db, secret)
    try:
        await visit.db.run(strangers.confirm, secret)
    except NotFound:
        # A double click: the link has signed, and shows the receipt.
        if await receipts.find_own(visit.db, 0, secret=secret) is None:
            return _gone(visit)
    except Conflict as refused:
        if refused.reason != "rewritten":
            raise  # otherwise the link's page says what has happened meanwhile
    except Refused as refused:
        if refused.reason != "signed" or asked is None:
            raise
        return visit.redirect(f"{PATH}/{asked.petition_id}", say="signed_before")
    return visit.redirect(here, say="signed")


def _gone(visit: Visit) -> Response:
    return visit.render("petitions/link_gone.html", 404)


async def _receipt(visit: Visit, own: OwnSignature | None, here: str) -> Response:
    visit.robots, visit.is_secret = previews.HIDDEN, True
    if own is not None and own.state != "signed":
        return visit.render("petitions/taken_back.html", own=own, notice=visit.told(SAID))
    found = await receipts.receipt(visit.db, own)
    return visit.render(
        "petitions/receipt.html", receipt=found, own=found.own, here=here, notice=visit.told(SAID)
    )


async def _change(visit: Visit, own: OwnSignature | None, here: str) -> Response:
    if own is None:
        raise NotFound
    said = await visit.form(OwnForm)
    if said.do == "forget":
        await visit.db.run(signing.forget_name, own)
        return visit.redirect(here, say="forgotten")
    if said.do != "withdraw":
        raise Invalid("do", "This act is not known")
    await visit.db.run(signing.withdraw, own)
    return visit.redirect(here, say="withdrawn")
