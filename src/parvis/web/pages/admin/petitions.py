"""Who may start petitions and sign them, the lists of who may sign, and the services whose word that is."""

import io

import msgspec
from starlette.datastructures import UploadFile
from starlette.responses import Response

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.network import settings
from parvis.domain.network.settings import Starters
from parvis.domain.petitions import issuers, rolls, vouching
from parvis.domain.petitions.issuers import IssuerDraft
from parvis.domain.petitions.providers import NotVouched
from parvis.domain.petitions.rolls import Roll, RollRefused
from parvis.infra.postgres import Tx
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.web import words
from parvis.web.locales import N_
from parvis.web.pages.admin.frame import render
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

PATH = "/admin/petitions"
LIMIT = (
    8 << 20
)  # bytes, a million lines: more take longer than pages wait for the database (ADR 20)
WRONG = {
    "blank": N_("is blank"),
    "too long": N_("is too long"),
    "not UTF-8": N_("is not text in UTF-8"),
    "control characters": N_("holds characters that cannot be kept"),
    "stands twice": N_("stands in the list before, at line %(first)s"),
}
UNANSWERED = {
    "openid_gone": N_("There is no answer from this address, or none that serves (%(why)s)."),
    "openid_untrusted": N_("What this address answers is not what such a service says (%(why)s)."),
}


class PetitionsForm(msgspec.Struct):
    petitions_by: Starters = "members"
    petitions_take_strangers: bool = False


class RollForm(msgspec.Struct):
    """`do`: load or remove."""

    do: str = ""
    roll: str = ""
    asks: str = ""
    file: UploadFile | None = None


class IssuerForm(msgspec.Struct):
    """`do`: add; secret or remove, of the one with this `id`."""

    do: str = ""
    id: str = ""
    service: str = ""
    issuer: str = ""
    client_id: str = ""
    client_secret: str = ""
    scopes: str = ""
    claim: str = ""
    claim_value: str = ""


@pages.get(PATH, who="admin")
async def show_petitions(visit: Visit) -> Response:
    return await _show(visit, RollForm())


@pages.post(PATH, who="admin")
async def submit_petitions(visit: Visit) -> Response:
    said = await visit.form(PetitionsForm)

    async def change(tx: Tx) -> None:
        await settings.change(tx, **msgspec.structs.asdict(said))

    await visit.db.run(change)
    return visit.redirect(f"{PATH}?done=kept")


@pages.post(PATH + "/rolls", who="admin", limit=LIMIT)
async def submit_roll(visit: Visit) -> Response:
    said = await visit.form(RollForm)
    if said.do == "remove":
        await visit.db.run(rolls.remove, said.roll)
        return visit.redirect(f"{PATH}?done=removed")
    file = said.file.file if said.file is not None else io.BytesIO()
    chunks = iter(lambda: file.read(rolls.CHUNK), b"")
    try:
        await rolls.load(visit.db, Roll(said.roll, said.asks), chunks)
    except RollRefused as refused:
        return await _show(visit, said, {}, refused)
    except Invalid as refused:
        return await _show(visit, said, words.beside(refused, visit.locale))
    return visit.redirect(f"{PATH}?done=added")


@pages.post(PATH + "/issuers", who="admin")
async def submit_issuer(visit: Visit) -> Response:
    said = await visit.form(IssuerForm)
    try:
        if said.do != "add":
            return await _change_issuer(visit, said)
        draft = IssuerDraft(
            name=said.service,
            issuer=said.issuer,
            client_id=said.client_id,
            secret=said.client_secret,
            scopes=said.scopes,
            claim=said.claim,
            claim_value=said.claim_value,
        )
        await issuers.add(visit.db, visit.means.outgoing, draft)
    except NotVouched as refused:
        told = visit.locale.text(
            UNANSWERED[refused.reason], why=words.unreached(refused.why, visit.locale)
        )
        return await _show(visit, RollForm(), {"issuer": told}, asked=said)
    except Invalid as refused:
        return await _show(visit, RollForm(), words.beside(refused, visit.locale), asked=said)
    return visit.redirect(f"{PATH}?done=added")


async def _change_issuer(visit: Visit, said: IssuerForm) -> Response:
    try:
        id_ = parse_id(said.id)
    except IdInvalid:
        raise NotFound from None
    if said.do == "remove":
        await visit.db.run(issuers.remove, id_)
        return visit.redirect(f"{PATH}?done=removed")
    if said.do != "secret":
        raise Invalid("do", "This act is not known")
    await visit.db.run(issuers.replace_secret, id_, said.client_secret)
    return visit.redirect(f"{PATH}?done=kept")


async def _show(
    visit: Visit,
    said: RollForm,
    errors: dict[str, str] | None = None,
    refused: RollRefused | None = None,
    asked: IssuerForm | None = None,
) -> Response:
    faults = [
        (one.line, visit.locale.text(WRONG[one.why], first=visit.locale.number(one.first or 0)))
        if one.first
        else (one.line, visit.locale.text(WRONG[one.why]))
        for one in (refused.lines if refused else ())
    ]
    return render(
        visit,
        "admin/petitions.html",
        422 if errors or faults else 200,
        rolls=await rolls.list_rolls(visit.db),
        said=said,
        issuers=await issuers.list_issuers(visit.db),
        asked=asked or IssuerForm(),
        back=visit.addresses.root + vouching.BACK,
        errors=errors or {},
        faults=faults,
        wrong_lines=refused.count if refused else 0,
    )
