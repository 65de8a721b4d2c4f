"""What a poll asks its voters about themselves: the form of its author, or of the network's owner."""

import msgspec
from starlette.responses import Response

from parvis.domain.errors import Forbidden, Invalid, NotFound
from parvis.domain.polls import margins
from parvis.domain.polls.margins import Asking, MarginKind, PollMargin, Population
from parvis.domain.polls.results import Result, find_result
from parvis.domain.polls.vote import find_status
from parvis.web import previews, supposing, words
from parvis.web.pages.acts import asked_id, one
from parvis.web.pages.results import KINDS
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

ORDER: tuple[MarginKind, ...] = ("age", "gender", "region", "education")


class AskingForm(msgspec.Struct):
    population: str = ""
    size: str = ""
    source: str = ""
    age: str = ""
    gender: str = ""
    region: str = ""
    education: str = ""


@pages.get("/polls/{id}/asking", who="member")
async def asking(visit: Visit) -> Response:
    found = await _own(visit)
    return _page(visit, found, _as_typed(found), {})


@pages.post("/polls/{id}/asking", who="member")
async def ask(visit: Visit) -> Response:
    found = await _own(visit)
    said = await visit.form(AskingForm)
    try:
        wanted = _read(said)
        runs = visit.login is not None and visit.login.runs_network
        await visit.db.run(
            margins.change, visit.viewer_id, found.poll_id, wanted, runs_network=runs
        )
    except Invalid as refused:
        return _page(visit, found, said, words.beside(refused, visit.locale))
    say = "asked" if wanted.margins else "unasked"
    return visit.redirect(f"/polls/{found.poll_id}", say=say)


async def _own(visit: Visit) -> Result:
    """The poll, for those who may change what it asks."""
    poll_id = asked_id(visit)
    status_id = await find_status(visit.db, poll_id)
    if status_id is None:
        raise NotFound
    await one(visit, status_id)
    found = await find_result(visit.db, poll_id, visit.viewer_id)
    if visit.login is None or not (visit.login.runs_network or found.account_id == visit.viewer_id):
        raise Forbidden
    return found


def _read(said: AskingForm) -> Asking:
    asked = [margins.parse_margin(kind, getattr(said, kind)) for kind in ORDER]
    told = tuple(margin for margin in asked if margin is not None)
    if not (said.population.strip() or said.size.strip() or said.source.strip()):
        return Asking(None, told)
    size = supposing.read_population(said.size, None)
    if said.size.strip() and size is None:
        raise Invalid("size", "Validation failed: A number of people was expected")
    return Asking(Population(said.population, size, said.source), told)


def _as_typed(found: Result) -> AskingForm:
    form = AskingForm(**{margin.kind: _lines(margin) for margin in found.margins})
    if found.population is not None:
        form.population, form.source = found.population.name, found.population.source
        form.size = str(found.population.size or "")
    return form


def _lines(margin: PollMargin) -> str:
    return "\n".join(
        f"{name}: {part:g}" if part < 1_000 else f"{name}: {part:.0f}"  # noqa: PLR2004 - shares, people
        for name, part in zip(margin.categories, margin.totals, strict=True)
    )


def _page(visit: Visit, found: Result, said: AskingForm, errors: dict[str, str]) -> Response:
    visit.robots = previews.HIDDEN
    return visit.render(
        "polls/asking.html",
        422 if errors else 200,
        result=found,
        said=said,
        kinds=[(kind, KINDS[kind], getattr(said, kind)) for kind in ORDER],
        errors=errors,
    )
