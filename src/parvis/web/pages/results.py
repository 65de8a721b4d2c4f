"""A poll's result: what was counted, how to check it, and what it says of people who did not answer."""

from typing import Any

import msgspec
from starlette.responses import Response

from parvis.domain.errors import NotFound
from parvis.domain.ids import NOBODY
from parvis.domain.polls import declaring
from parvis.domain.polls.margins import Asking
from parvis.domain.polls.results import (
    Counted,
    Result,
    Signs,
    WeighedPolls,
    find_result,
    list_turnout,
)
from parvis.domain.polls.vote import find_status
from parvis.domain.statuses.types import Shown
from parvis.web import charts, previews, result_picture, showing, supposing
from parvis.web.barred import tell_barred
from parvis.web.locales import LOCALES, N_, locale_of
from parvis.web.pages.acts import asked_id, one
from parvis.web.routing import Pages
from parvis.web.showing import PollShown
from parvis.web.supposing import Supposed
from parvis.web.visit import Visit

pages = Pages()

FEWEST = 5  # ballots; of fewer, whose they are could be told
OPEN_S, CLOSED_S = 60, 600  # for which anybody may keep the picture
PUBLIC = frozenset({"public", "unlisted"})
KINDS = {
    "age": N_("Age"),
    "gender": N_("Gender"),
    "region": N_("Where you live"),
    "education": N_("Education"),
}


class DeclarationForm(msgspec.Struct):
    do: str = ""
    mark: str = ""
    age: str = ""
    gender: str = ""
    region: str = ""
    education: str = ""


class Without(msgspec.Struct, frozen=True):
    """An answer among all ballots, and among those without signs of automation."""

    title: str
    among_all: float
    among_others: float


@pages.get("/polls/{id}")
async def result(visit: Visit) -> Response:
    """At most six statements, and one more for a reader who may be kept from voting."""
    main, poll, found = await _asked(visit)
    supposed = _suppose(visit, poll, found)
    if visit.wants_fragment and visit.ask("part") == "supposed":
        return visit.render("polls/supposed_fragment.html", supposed=supposed, poll=poll)
    counted: dict[str, Any] = {"main": main, "poll": poll, "result": found}
    if visit.wants_fragment:
        return visit.render("polls/counted_fragment.html", **counted)
    await tell_barred(visit, [main])
    return visit.render(
        "polls/result.html",
        **counted,
        turnout=_chart(await list_turnout(visit.db, found)) if poll.voters >= FEWEST else None,
        supposed=supposed,
        scale=(supposing.LEAST, supposing.MOST, supposing.STEP),
        weighed=await visit.db.kept(WeighedPolls).find(found, len(poll.options)),
        mark=Asking(None, found.margins).mark,
        without=_without(poll, found.signs),
        kinds=KINDS,
        said=await _said(visit, main, found),
        may_ask=_may_ask(visit, main, found) and not poll.is_over,
        told=visit.told(TOLD),
        head=previews.of_result(visit, main, _in_words(visit, poll)),
    )


@pages.get("/polls/{id}/picture.svg")
async def picture(visit: Visit) -> Response:
    """The result to pass on: of a public poll the same for everybody, of any other for who may see it."""
    wanted = visit.ask("in")
    locale = locale_of(wanted) if wanted in LOCALES else visit.locale
    main, poll, _ = await _asked(visit)
    if main.status.visibility in PUBLIC:
        visit.for_all_s = CLOSED_S if poll.is_over else OPEN_S
    address = f"{visit.addresses.domain}/polls/{asked_id(visit)}"
    drawn = result_picture.draw(main, poll, visit.network.title, address, locale)
    text = visit.door.templates.render("polls/picture.svg", visit, {"picture": drawn})
    return Response(text, headers={"content-type": "image/svg+xml; charset=utf-8"})


TOLD = {
    "declared": N_("Thank you. It is counted when the poll closes, and forgotten then."),
    "withdrawn": N_("What you said of yourself is forgotten."),
    "asked": N_("Your voters are asked this from now on."),
    "unasked": N_("Your voters are asked nothing about themselves."),
}


@pages.post("/polls/{id}/declaration", who="member")
async def declaration(visit: Visit) -> Response:
    said = await visit.form(DeclarationForm)
    poll_id = asked_id(visit)
    back = f"/polls/{poll_id}#declare"
    if said.do == "withdraw":
        await visit.db.run(declaring.withdraw, visit.viewer_id, poll_id)
        return visit.redirect(back, say="withdrawn")
    found = await find_result(visit.db, poll_id, visit.viewer_id)
    answers = [_chosen(getattr(said, margin.kind)) for margin in found.margins]
    await visit.db.run(declaring.declare, visit.viewer_id, poll_id, said.mark, answers)
    return visit.redirect(back, say="declared")


def _chosen(told: str) -> int:
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 4 else -1  # noqa: PLR2004 - no list is that long


async def _asked(visit: Visit) -> tuple[Shown, PollShown, Result]:
    """A poll whose status this viewer may see."""
    poll_id = asked_id(visit)
    status_id = await find_status(visit.db, poll_id)
    if status_id is None:
        raise NotFound
    main = await one(visit, status_id)
    poll = showing.poll(main)
    if poll is None:
        raise NotFound
    return main, poll, await find_result(visit.db, poll_id, visit.viewer_id)


def _suppose(visit: Visit, poll: PollShown, found: Result) -> Supposed | None:
    """None while there is no result to suppose anything of."""
    if poll.is_hidden or not poll.voters:
        return None
    known = (found.population.size if found.population else None) or poll.eligible
    return supposing.suppose(
        supposing.read_population(visit.ask("population"), known),
        supposing.read_correlation(visit.ask("correlation")),
        poll.voters,
        max(option.share for option in poll.options),
    )


def _chart(counted: list[Counted]) -> charts.Chart:
    return charts.draw([part.since for part in counted], [part.voters for part in counted])


def _without(poll: PollShown, signs: Signs | None) -> list[Without]:
    """Empty when either side has so few ballots that the difference would tell how they voted."""
    if signs is None or not FEWEST <= signs.suspects <= poll.voters - FEWEST:
        return []
    left = [
        max((option.votes or 0) - n, 0)
        for option, n in zip(poll.options, signs.tallies, strict=True)
    ]
    whole = max(poll.voters - signs.suspects if poll.is_multiple else sum(left), 1)
    return [
        Without(option.title, option.share, votes / whole)
        for option, votes in zip(poll.options, left, strict=True)
    ]


async def _said(visit: Visit, main: Shown, found: Result) -> "list[int] | None":
    """What the reader said of themselves; [] when they may say it, None when they may not."""
    may = visit.login is not None and main.verdict.choices is not None and found.closed_at is None
    if not may or not found.margins:
        return None
    if not found.has_declared:
        return []
    return await declaring.find_declaration(visit.db, visit.viewer_id, found.poll_id) or []


def _may_ask(visit: Visit, main: Shown, found: Result) -> bool:
    if main.status.poll is None or main.status.poll.is_secret:
        return False
    return visit.login is not None and (
        visit.login.runs_network or found.account_id == visit.viewer_id != NOBODY
    )


def _in_words(visit: Visit, poll: PollShown) -> str:
    """The result on one line, for who links to it."""
    told = [
        f"{option.title} {visit.locale.percent(option.share)}"
        for option in poll.options
        if option.votes is not None
    ]
    return " · ".join(told)
