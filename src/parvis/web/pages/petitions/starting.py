"""Starting a petition, changing its text, closing it, giving its addressee a link; removing signatures."""

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.lookup import find_by_acct
from parvis.domain.errors import Forbidden, Invalid, Mistakes
from parvis.domain.petitions import answering, issuers, rolls, showing, signing, starting, tally
from parvis.domain.petitions.record import REASONS
from parvis.domain.petitions.starting import PetitionDraft, Rewriting, may_start
from parvis.domain.petitions.types import Petition, Verifier
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.web import words
from parvis.web.pages.acts import asked_id
from parvis.web.pages.petitions.one import PATH, REASON_WORDS, own_or_404
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

NEW = PATH + "/new"


class StartForm(msgspec.Struct):
    """`verifier`: none, email domain, roll:ID or openid:ID. `lasts` days, "": until it is closed."""

    subject: str = ""
    text: str = ""
    addressee: str = ""
    acct: str = ""
    goal: str = "1000"
    places: str = ""
    verifier: str = "none"
    domains: str = ""
    takes_strangers: bool = False
    lasts: str = "90"


class RewriteForm(msgspec.Struct):
    subject: str = ""
    text: str = ""
    goal: str = ""


class OwnForm(msgspec.Struct):
    """`do`: close or link."""

    do: str = ""


class RemoveForm(msgspec.Struct):
    """`signature`: the id of one whose name is shown; "": the one of this pseudonym."""

    signature: str = ""
    person: str = ""
    reason: str = ""
    why: str = ""


@pages.get(NEW, who="member")
async def show_new(visit: Visit) -> Response:
    return await _new(visit, StartForm())


@pages.post(NEW, who="member")
async def submit_new(visit: Visit) -> Response:
    said = await visit.form(StartForm)
    try:
        draft = await _draft(visit, said)
        assert visit.login is not None  # noqa: S101 - the door lets members in only
        id_ = await visit.db.run(starting.start, visit.login, draft, visit.network, visit.addresses)
    except Invalid as refused:
        return await _new(visit, said, words.beside(refused, visit.locale))
    return visit.redirect(f"{PATH}/{id_}", say="started")


async def _new(visit: Visit, said: StartForm, errors: dict[str, str] | None = None) -> Response:
    if not may_start(visit.login, visit.network):
        raise Forbidden("Petitions are not yours to start here", reason="petitions")
    return visit.render(
        "petitions/new.html",
        422 if errors else 200,
        said=said,
        rolls=await rolls.list_rolls(visit.db),
        issuers=await issuers.list_issuers(visit.db),
        errors=errors or {},
    )


async def _draft(visit: Visit, said: StartForm) -> PetitionDraft:
    """As it was typed. Refused with everything that is wrong, also what the domain will not have."""
    wrong = Mistakes()
    anybody: tuple[Verifier, int | None] = ("none", None)
    verifier, id_ = wrong.of(_verifier, said.verifier, otherwise=anybody)
    goal = wrong.of(_number, said.goal, "goal", otherwise=1)
    days = wrong.of(_number, said.lasts, "lasts", otherwise=1) if said.lasts.strip() else None
    acct = said.acct.strip().lstrip("@")
    addressee_id = await find_by_acct(visit.db, acct, visit.addresses.domain) if acct else None
    if acct and addressee_id is None:
        wrong.add(Invalid("acct", "There is no such account"))
    draft = PetitionDraft(
        title=said.subject,
        text=said.text,
        addressee=said.addressee,
        addressee_id=addressee_id,
        goal=goal,
        places=said.places.split("\n"),
        verifier=verifier,
        domains=said.domains.replace(",", " ").split(),
        roll_id=id_,
        issuer_id=id_,
        takes_strangers=said.takes_strangers,
        days=days,
        language=visit.locale.code,
    )
    wrong.of(starting.check, draft, otherwise=draft)
    wrong.tell()
    return draft


def _verifier(said: str) -> tuple[Verifier, int | None]:
    if said in ("none", "email domain"):
        return said, None
    kind, _, number = said.partition(":")
    try:
        if kind in ("roll", "openid"):
            return kind, parse_id(number)
    except IdInvalid:
        pass
    raise Invalid("verifier", "Validation failed: Choose who may sign")


def _number(text: str, field: str) -> int:
    digits = "".join(text.split()).replace("\u202f", "").replace(",", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 12):  # noqa: PLR2004
        raise Invalid(field, "Validation failed: Write a number")
    return int(digits)


@pages.get(PATH + "/{id}/edit", who="member")
async def show_edit(visit: Visit) -> Response:
    petition = await showing.find(visit.db, visit.viewer_id, asked_id(visit))
    own_or_404(petition, visit)
    return _edit(visit, petition, RewriteForm(petition.title, petition.text, str(petition.goal)))


@pages.post(PATH + "/{id}/edit", who="member")
async def submit_edit(visit: Visit) -> Response:
    petition = await showing.find(visit.db, visit.viewer_id, asked_id(visit))
    said = await visit.form(RewriteForm)
    try:
        wrong = Mistakes()
        goal = wrong.of(_number, said.goal, "goal", otherwise=1)
        wrong.of(starting.check_words, said.subject, said.text, otherwise=("", ""))
        wrong.tell()
        rewriting = Rewriting(said.subject, said.text, goal)
        number = await visit.db.run(starting.rewrite, visit.viewer_id, petition.id, rewriting)
    except Invalid as refused:
        return _edit(visit, petition, said, words.beside(refused, visit.locale))
    told = "rewritten" if number > petition.version else "same_text"
    return visit.redirect(f"{PATH}/{petition.id}", say=told)


def _edit(
    visit: Visit, petition: Petition, said: RewriteForm, errors: dict[str, str] | None = None
) -> Response:
    status = 422 if errors else 200
    return visit.render("petitions/edit.html", status, one=petition, said=said, errors=errors or {})


@pages.get(PATH + "/{id}/own", who="member")
async def show_own(visit: Visit) -> Response:
    """What its author does with a petition besides its text."""
    return await _own(visit)


@pages.post(PATH + "/{id}/own", who="member")
async def submit_own(visit: Visit) -> Response:
    said = await visit.form(OwnForm)
    id_ = asked_id(visit)
    if said.do == "close":
        await visit.db.run(tally.close_own, visit.viewer_id, id_)
        return visit.redirect(f"{PATH}/{id_}", say="closed")
    if said.do != "link":
        raise Invalid("do", "This act is not known")
    secret = await visit.db.run(answering.make_link, visit.viewer_id, id_)
    return await _own(visit, f"{visit.addresses.root}{answering.PATH}{secret}")


async def _own(visit: Visit, link: str = "") -> Response:
    """`link` is shown this once: only its digest is kept."""
    visit.is_secret = True
    petition = await showing.find(visit.db, visit.viewer_id, asked_id(visit))
    own_or_404(petition, visit)
    return visit.render("petitions/own.html", one=petition, link=link)


@pages.get(PATH + "/{id}/remove", who="staff")
async def show_remove(visit: Visit) -> Response:
    return await _remove(visit, RemoveForm(signature=visit.ask("signature")))


@pages.post(PATH + "/{id}/remove", who="staff")
async def submit_remove(visit: Visit) -> Response:
    said, petition_id = await visit.form(RemoveForm), asked_id(visit)
    try:
        which = parse_id(said.signature) if said.signature else said.person
    except IdInvalid:
        raise Invalid("signature", "Validation failed: This is no signature") from None
    try:
        await visit.db.run(signing.remove, petition_id, which, said.reason, said.why)
    except Invalid as refused:
        return await _remove(visit, said, words.beside(refused, visit.locale))
    return visit.redirect(f"{PATH}/{petition_id}/signatures", say="removed")


async def _remove(visit: Visit, said: RemoveForm, errors: dict[str, str] | None = None) -> Response:
    petition = await showing.find(visit.db, visit.viewer_id, asked_id(visit))
    return visit.render(
        "petitions/remove.html",
        422 if errors else 200,
        one=petition,
        said=said,
        reasons=[(reason, visit.locale.text(REASON_WORDS[reason])) for reason in REASONS],
        errors=errors or {},
    )
