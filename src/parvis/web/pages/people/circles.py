"""Who asks to follow, and whom one does not want to meet: requests, mutes, blocks."""

from typing import cast

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.lookup import show_present
from parvis.domain.accounts.types import ShownAccount
from parvis.domain.errors import Invalid
from parvis.domain.relationships import blocks, lookup
from parvis.domain.relationships.lookup import OwnList
from parvis.domain.relationships.types import Relationship
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.protocols.paging import Page
from parvis.web import words
from parvis.web.addressed import by_cursor
from parvis.web.routing import Pages
from parvis.web.showing_people import standing, standings
from parvis.web.visit import Visit

pages = Pages()

PAGE = 40
SERVERS = 1_000  # more than anybody chooses by hand
# The acts whose way back these pages offer, and after which somebody is no longer in the list.
UNDONE = ("unmute", "unblock", "accept", "reject", "gone")


class DomainForm(msgspec.Struct):
    domain: str = ""
    do: str = "block"


@pages.get("/follow_requests", who="member")
async def show_requests(visit: Visit) -> Response:
    return await _show(visit, "follow_requests")


@pages.get("/mutes", who="member")
async def show_mutes(visit: Visit) -> Response:
    return await _show(visit, "mutes")


@pages.get("/blocks", who="member")
async def show_blocks(visit: Visit) -> Response:
    return await _show(visit, "blocks")


@pages.post("/blocks/domains", who="member")
async def change_domain(visit: Visit) -> Response:
    """Block a whole server for oneself, or no longer."""
    said = await visit.form(DomainForm)
    if said.do not in {"block", "unblock"}:
        raise Invalid("do", "There is no such act")
    try:
        if said.do == "block":
            own = visit.addresses.domain
            await visit.db.run(blocks.block_domain, visit.viewer_id, said.domain, own)
        else:
            await visit.db.run(blocks.unblock_domain, visit.viewer_id, said.domain)
    except Invalid as refused:
        errors = words.beside(refused, visit.locale)
        return await _show(visit, "blocks", said=said, errors=errors)
    return visit.redirect("/blocks#servers")


async def _show(
    visit: Visit,
    kind: OwnList,
    *,
    said: DomainForm | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    page = visit.page(size=PAGE)
    found = await lookup.list_own(visit.db, kind, visit.viewer_id, page)
    done, whom, relation = await _done(visit)
    return visit.render(
        "people/circle.html",
        422 if errors else 200,
        kind="requests" if kind == "follow_requests" else kind,
        people=found,
        relations=await standings(visit, [one.shown.account.id for one in found]),
        servers=await _servers(visit) if kind == "blocks" else [],
        said=said or DomainForm(),
        errors=errors or {},
        done=done,
        whom=whom,
        relation=relation,
        **by_cursor(visit, [one.relation_id for one in found], page, path=f"/{kind}"),
    )


async def _servers(visit: Visit) -> list[str]:
    found = await lookup.list_domain_blocks(visit.db, visit.viewer_id, Page(SERVERS))
    return [domain for _, domain in found]


async def _done(visit: Visit) -> tuple[str, ShownAccount | None, Relationship | None]:
    """What was just done to whom, as the address tells it after a form without scripts."""
    done = visit.ask("did")
    if done not in UNDONE:
        return "", None, None
    try:
        whom = parse_id(visit.ask("to"))
    except IdInvalid:
        return "", None, None
    shown = await show_present(visit.db, [whom], visit.viewer_id)
    if not shown or shown[0].account.is_gone:
        return "", None, None
    return cast("str", done), shown[0], await standing(visit, whom)
