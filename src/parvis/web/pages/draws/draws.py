"""The list of draws, one with its stages, what people do with it, and the receipt of an entry."""

import msgspec
from starlette.datastructures import UploadFile
from starlette.responses import Response

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import AccountRow
from parvis.domain.draws import answering, beacons, drawing, entering, showing
from parvis.domain.draws.announce import cancel
from parvis.domain.draws.types import Draw, Winner, announced_of
from parvis.domain.errors import Invalid, Refused
from parvis.domain.ids import NOBODY
from parvis.infra.clock import now
from parvis.protocols import draws as formats
from parvis.protocols.drand import LONGEST
from parvis.web import previews
from parvis.web.addressed import by_cursor, id_of
from parvis.web.locales import N_
from parvis.web.pages.draws import wording
from parvis.web.routing import FORM_LIMIT, Pages
from parvis.web.visit import Visit

pages = Pages()

RELAY = "https://api.drand.sh"  # as an example: any relay says the same
ENTRANTS_SHOWN = 500  # to an author who selects
DONE: dict[str, str] = {
    "enter": N_("You are in. Your entry gets its place in the public log within a minute."),
    "leave": N_("You have left the draw."),
    "accept": N_("Accepted. Your name stands on this page now."),
    "decline": N_("Declined. The next in reserve is asked."),
    "cancel": N_("The draw is called off, and the log says why."),
    "beacon": N_("This is the round. The draw takes place within a minute."),
    "select": N_("Selected. They are being told."),
}


class ActForm(msgspec.Struct):
    """`do`: enter, leave, accept, decline, cancel, beacon or select."""

    do: str = ""
    place: str = ""
    number: int = 1
    why: str = ""
    beacon: str = ""
    file: UploadFile | None = None
    entrants: list[str] = []


@pages.get("/draws")
async def show_draws(visit: Visit) -> Response:
    page = visit.page()
    found = await showing.list_draws(visit.db, page)
    people = await visit.db.kept(Accounts).show({one.account_id for one in found})
    visit.robots = previews.HIDDEN
    return visit.render(
        "draws/draws.html",
        head=previews.of_text(visit, "/draws", visit.locale.text(N_("Draws"))),
        draws=found,
        authors={one.account.id: one.account for one in people},
        now=now(),
        **by_cursor(visit, [one.id for one in found], page),
    )


@pages.get("/draws/{id}")
async def show_draw(visit: Visit) -> Response:
    return await _show(visit, await showing.find(visit.db, id_of(visit)))


@pages.get("/draws/of/{id}", who="member")
async def by_status(visit: Visit) -> Response:
    """The draw that a status announces: where notifications lead."""
    return visit.redirect(f"/draws/{await showing.find_of_status(visit.db, id_of(visit))}")


@pages.post("/draws/{id}", who="member", limit=FORM_LIMIT)
async def act(visit: Visit) -> Response:
    said, draw_id = await visit.form(ActForm), id_of(visit)
    try:
        await _act(visit, said, draw_id)
    except Invalid as refused:
        draw = await showing.find(visit.db, draw_id)
        return await _show(visit, draw, wording.beside(refused, visit.locale), said)
    except Refused as refused:
        why = wording.refusal(refused, visit.locale)
        if not why:
            raise
        draw = await showing.find(visit.db, draw_id)
        return await _show(visit, draw, {"do": why}, said)
    return visit.redirect(f"/draws/{draw_id}", say=said.do)


async def _act(visit: Visit, said: ActForm, draw_id: int) -> None:
    run, mine = visit.db.run, visit.viewer_id
    if said.do == "enter":
        await run(entering.enter, mine, draw_id, said.place)
    elif said.do == "leave":
        await run(entering.leave, mine, draw_id)
    elif said.do in answering.SAID:
        await run(answering.answer, mine, draw_id, said.number, said.do)
    elif said.do == "cancel":
        await run(cancel, mine, draw_id, said.why)
    elif said.do == "beacon":
        content = await said.file.read(LONGEST + 1) if said.file else b""
        await run(beacons.supply, mine, draw_id, content or said.beacon.encode())
    elif said.do == "select":
        await run(drawing.select, mine, draw_id, said.entrants)
    else:
        raise Invalid("do", "There is no such act")


@pages.get("/draws/{id}/receipt", who="member")
async def receipt(visit: Visit) -> Response:
    found = await entering.find_receipt(visit.db, visit.viewer_id, id_of(visit))
    draw = await showing.find(visit.db, found.draw_id)
    visit.robots = previews.HIDDEN
    return visit.render("draws/receipt.html", receipt=found, draw=draw)


async def _show(
    visit: Visit, draw: Draw, errors: dict[str, str] | None = None, said: ActForm | None = None
) -> Response:
    mine = visit.viewer_id
    own = await showing.find_own(visit.db, draw.id, mine) if mine != NOBODY else showing.NOTHING
    terms = _terms(draw)
    is_author = mine == draw.account_id
    waiting = draw.waiting(now())
    winners = await showing.list_winners(visit.db, draw.id)
    people = await _people(visit, draw, winners, is_author=is_author)
    if draw.account_id not in people and not draw.title:
        visit.robots = previews.HIDDEN
    announced = announced_of(draw.manifest)
    is_staff = visit.login is not None and visit.login.is_staff
    entrants = await _entrants(visit, draw) if is_author else []
    hindrance = await _hindrance(visit, draw, own) if not is_author else ""
    return visit.render(
        "draws/draw.html",
        422 if errors else 200,
        head=previews.of_draw(visit, draw, people.get(draw.account_id)),
        draw=draw,
        announced=announced,
        terms=terms,
        command=f"parvis draw verify {visit.addresses.root}/{draw.log_path}",
        waiting=waiting,
        round_address=_address(formats.parse_terms(waiting.manifest).sources[0]) if waiting else "",
        chains={str(chain["hash"]): chain for chain in announced.chains},
        own=own,
        is_author=is_author,
        may_run=is_author or is_staff,
        winners=winners,
        people=people,
        entrants=entrants,
        hindrance=hindrance,
        void=wording.VOID,
        ties=wording.TIES,
        place_name=wording.place_name,
        now=now(),
        notice=visit.told(DONE),
        errors=errors or {},
        said=said or ActForm(),
    )


def _terms(draw: Draw) -> formats.Terms | None:
    """Those of the drawing that the page speaks of first."""
    if draw.method == "selected":
        return None
    return formats.parse_terms(draw.current.manifest)


def _address(source: formats.Source) -> str:
    """Where anybody reads a round."""
    return f"{RELAY}/{source.chain}/public/{source.round}"


async def _hindrance(visit: Visit, draw: Draw, own: showing.Own) -> str:
    """Why the reader may not enter, "" when they may or it does not matter any more. 0-1 statement."""
    if visit.login is None or own.is_in or not draw.is_open or draw.closed_at:
        return ""
    hindered = await entering.find_hindrance(visit.db, visit.viewer_id, draw)
    return wording.refusal(hindered, visit.locale) if hindered is not None else ""


async def _people(
    visit: Visit, draw: Draw, winners: list[Winner], *, is_author: bool
) -> dict[int, AccountRow]:
    """Who is shown by name: the author, who accepted, oneself; to the author all who were drawn."""
    wanted = {draw.account_id} | {
        one.account_id
        for one in winners
        if one.account_id is not None
        and (one.state == "accepted" or is_author or one.account_id == visit.viewer_id)
    }
    shown = await visit.db.kept(Accounts).show(wanted)
    return {one.account.id: one.account for one in shown if not one.account.is_gone}


async def _entrants(visit: Visit, draw: Draw) -> list[tuple[str, AccountRow]]:
    """Whom an author may select, once the list is frozen."""
    if draw.method != "selected" or draw.current.state != "shown":
        return []
    names = await showing.list_entrants(visit.db, draw.id, ENTRANTS_SHOWN)
    shown = await visit.db.kept(Accounts).show([account_id for _, account_id in names])
    rows = {one.account.id: one.account for one in shown}
    return [(name, rows[id_]) for name, id_ in names if id_ in rows]
