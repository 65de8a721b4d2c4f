"""The addressee of a petition: their answer, and what they carry away."""

import msgspec
from starlette.responses import Response, StreamingResponse

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.petitions import answering, showing
from parvis.domain.petitions.export import export, take
from parvis.domain.petitions.types import Petition
from parvis.web import words
from parvis.web.pages.acts import asked_id
from parvis.web.pages.petitions.one import PATH
from parvis.web.pages.settings.export import download
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()
BY_LINK = PATH + "/answers/{secret}"


class AnswerForm(msgspec.Struct):
    answer: str = ""


async def _addressed(visit: Visit) -> Petition:
    petition = await showing.find(visit.db, visit.viewer_id, asked_id(visit))
    if petition.addressee_id != visit.viewer_id:
        raise NotFound
    return petition


async def _linked(visit: Visit) -> Petition:
    visit.is_secret = True
    return await showing.find(
        visit.db, 0, await answering.find_by_link(visit.db, visit.path["secret"])
    )


@pages.get(PATH + "/{id}/answer", who="member")
async def show_answer(visit: Visit) -> Response:
    petition = await _addressed(visit)
    return await _show(visit, petition, f"{PATH}/{petition.id}/answer")


@pages.post(PATH + "/{id}/answer", who="member")
async def submit_answer(visit: Visit) -> Response:
    petition = await _addressed(visit)
    return await _answer(visit, petition, f"{PATH}/{petition.id}/answer", visit.viewer_id)


@pages.get(BY_LINK)
async def show_answer_by_link(visit: Visit) -> Response:
    petition = await _linked(visit)
    return await _show(visit, petition, answering.PATH + visit.path["secret"])


@pages.post(BY_LINK)
async def submit_answer_by_link(visit: Visit) -> Response:
    petition = await _linked(visit)
    return await _answer(visit, petition, answering.PATH + visit.path["secret"])


async def _answer(
    visit: Visit, petition: Petition, here: str, account_id: int | None = None
) -> Response:
    said = await visit.form(AnswerForm)
    secret = "" if account_id else visit.path["secret"]
    try:
        await visit.db.run(
            answering.answer, petition.id, said.answer, account_id=account_id, secret=secret
        )
    except Invalid as refused:
        return await _show(visit, petition, here, said, words.beside(refused, visit.locale))
    return visit.redirect(f"{PATH}/{petition.id}", say="answered")


async def _show(
    visit: Visit,
    petition: Petition,
    here: str,
    said: AnswerForm | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    visit.is_secret = True
    return visit.render(
        "petitions/answer.html",
        422 if errors else 200,
        one=petition,
        tally=await showing.count(visit.db, petition),
        here=here,
        said=said or AnswerForm(),
        errors=errors or {},
    )


@pages.get(PATH + "/{id}/answer/export", who="member")
async def export_by_account(visit: Visit) -> Response:
    return _export(visit, await _addressed(visit))


@pages.get(BY_LINK + "/export")
async def export_by_link(visit: Visit) -> Response:
    return _export(visit, await _linked(visit))


def _export(visit: Visit, petition: Petition) -> Response:
    take(visit.db, petition)
    parts = export(visit.db, petition, visit.addresses.root)
    name = f"petition-{petition.id}.zip"
    return download(visit, StreamingResponse(parts), name, "application/zip")
