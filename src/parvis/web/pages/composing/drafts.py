"""One's drafts: open, delete, and have back."""

import msgspec
from starlette.responses import Response

from parvis.domain.drafts import drafts
from parvis.domain.errors import NotFound
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()


class DraftForm(msgspec.Struct):
    do: str = ""


@pages.get("/drafts", who="member")
async def show_drafts(visit: Visit) -> Response:
    page = visit.page()
    found = await drafts.list_drafts(visit.db, visit.viewer_id, page)
    is_full = len(found) == page.limit
    gone = visit.ask("gone")
    return visit.render(
        "composing/drafts.html",
        drafts=found,
        older=f"/drafts?max_id={found[-1].id}" if is_full else "",
        newer=f"/drafts?min_id={found[0].id}" if found and page.max_id is not None else "",
        gone=gone if gone.isascii() and gone.isdigit() else "",
        is_kept=bool(visit.ask("kept")),
    )


@pages.post("/drafts/{id}", who="member")
async def change_draft(visit: Visit) -> Response:
    said = await visit.form(DraftForm)
    try:
        id_ = parse_id(visit.path["id"])
    except IdInvalid:
        raise NotFound from None
    if said.do == "restore":
        await visit.db.run(drafts.restore, visit.viewer_id, id_)
        if not visit.wants_fragment:
            return visit.redirect("/drafts")
        draft = await drafts.get_draft(visit.db, visit.viewer_id, id_)
        return visit.render("composing/draft_row.html", draft=draft)
    if said.do != "delete":
        raise NotFound
    await visit.db.run(drafts.discard, visit.viewer_id, id_)
    if visit.wants_fragment:
        return visit.render("composing/draft_gone.html", gone=id_)
    return visit.redirect(f"/drafts?gone={id_}")
