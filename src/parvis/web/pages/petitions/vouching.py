"""Signing by the word of an identity service: sent there, and back."""

from starlette.responses import Response

from parvis.domain.errors import Refused
from parvis.domain.petitions import vouching
from parvis.domain.petitions.providers import NotVouched
from parvis.domain.petitions.signing import Signer, Signing
from parvis.domain.petitions.types import Petition
from parvis.domain.petitions.vouching import BACK, Lost, Return
from parvis.web import words
from parvis.web.locales import N_
from parvis.web.pages.petitions.one import PATH
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

# Also of a service that is away: behind 502 to 504 proxies and our own service worker show a page of theirs.
REFUSED = 422
# What went wrong. %(why)s is for whoever runs the network.
WRONG = {
    "openid_gone": N_(
        "The service does not answer, or not in a way that serves (%(why)s). Try again later."
    ),
    "openid_untrusted": N_(
        "What the service answered does not stand up to our checks (%(why)s). If it happens again, tell"
        " whoever runs this network."
    ),
    "openid_clock": N_(
        "What the service answered is too old, or not valid yet: its clock and ours disagree (%(why)s)."
        " Tell whoever runs this network."
    ),
    "openid_declined": N_(
        "The service did not say who you are: it was called off there, or not allowed."
    ),
    "openid_not_among": N_(
        "The service knows you, but does not say what this petition asks of who signs it."
    ),
    "openid_elsewhere": N_(
        "This was not begun in this browser, or its cookie is gone. Sign on the petition’s page."
    ),
    "openid_late": N_(
        "This was used already, or begun more than a quarter of an hour ago. Begin again."
    ),
    "openid_other_account": N_("You logged in or out of this network meanwhile. Begin again."),
}


async def set_out(visit: Visit, petition: Petition, said: Signing) -> Response:
    """To the service. Not as the answer to the form, whose page may lead nowhere else (CSP), but by a page
    that goes on by itself, and has a link besides.
    """
    who = Signer(visit.viewer_id or None, address=visit.address)
    outgoing, root = visit.means.outgoing, visit.addresses.root
    try:
        journey = await vouching.set_out(visit.db, outgoing, who, petition.id, said, root)
    except NotVouched as refused:
        return _wrong(visit, refused, f"{PATH}/{petition.id}", petition.issuer_name or "")
    visit.is_secret = True
    answer = visit.render("petitions/set_out.html", one=petition, address=journey.address)
    answer.headers["refresh"] = f"0; url={journey.address}"
    visit.door.cookies.set_journey(answer, journey.secret)
    return answer


@pages.get(BACK)
async def come_back(visit: Visit) -> Response:
    """From the service: signed, or told why not."""
    visit.is_secret = True
    cookies = visit.door.cookies
    said = Return(
        visit.request.cookies.get(cookies.journey_name, ""),
        visit.ask("state"),
        visit.ask("code"),
        visit.ask("error"),
        visit.ask("iss"),
    )
    outgoing, root = visit.means.outgoing, visit.addresses.root
    account_id = visit.viewer_id or None
    try:
        signed = await vouching.come_back(visit.db, outgoing, said, account_id, root)
    except Lost as lost:
        answer = _lost(visit, lost)
    except NotVouched as refused:
        return _wrong(visit, refused, PATH, "")  # who is on a journey keeps its cookie
    else:
        answer = _signed(visit, signed)
    cookies.end_journey(answer)
    return answer


def _signed(visit: Visit, signed: vouching.Vouched) -> Response:
    if signed.receipt:
        say = "signed_link" if signed.is_new else "signed_before"
        return visit.redirect(f"{PATH}/mine/{signed.receipt}", say=say)
    here = f"{PATH}/{signed.petition_id}"
    if not signed.is_new:
        return visit.redirect(here, say="signed_before")
    return visit.redirect(f"{here}/receipt", say="signed")


def _lost(visit: Visit, lost: Lost) -> Response:
    return _wrong(visit, lost.refused, f"{PATH}/{lost.petition_id}", lost.service)


def _wrong(visit: Visit, refused: Refused, back: str, service: str) -> Response:
    text = WRONG.get(refused.reason)
    if text is None:  # of signing itself
        told = words.hindered(refused, visit.locale) or visit.locale.text(words.OTHERWISE)
        return visit.render("petitions/not_vouched.html", REFUSED, told=told, back=back, service="")
    why = words.unreached(refused.why, visit.locale) if isinstance(refused, NotVouched) else ""
    told = visit.locale.text(text, why=why) if "%(" in text else visit.locale.text(text)
    return visit.render(
        "petitions/not_vouched.html", REFUSED, told=told, back=back, service=service
    )
