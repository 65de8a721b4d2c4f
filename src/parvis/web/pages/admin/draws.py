"""Draws from the owner's side: who starts them, and where those that are tied to something do not start."""

import msgspec
from starlette.responses import Response

from parvis.domain.draws import refusing
from parvis.domain.errors import Invalid
from parvis.domain.network import settings
from parvis.web.locales import N_
from parvis.web.pages.admin.frame import render
from parvis.web.pages.draws import wording
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

PATH = "/admin/draws"
_FIELDS = {
    "place": N_(
        "Write the code of one country or of a part of it, such as US or US-PA; * is everywhere."
    ),
    "tied_to": N_("Choose from the list."),
    "why": N_("Write the reason: whoever wants to start such a draw reads it."),
}


class RefusalForm(msgspec.Struct):
    """`do`: add or remove a refusal, or keep who may start draws."""

    do: str = ""
    place: str = ""
    tied_to: str = "voting"
    why: str = ""
    members_may_draw: bool = False


@pages.get(PATH, who="admin")
async def show_refusals(visit: Visit) -> Response:
    return _show(visit, RefusalForm())


@pages.post(PATH, who="admin")
async def submit_refusals(visit: Visit) -> Response:
    said = await visit.form(RefusalForm)
    try:
        if said.do == "add":
            await visit.db.run(refusing.add, visit.network, said.place, said.tied_to, said.why)
            return visit.redirect(f"{PATH}?done=added")
        if said.do == "remove":
            await visit.db.run(refusing.remove, visit.network, said.place, said.tied_to)
            return visit.redirect(f"{PATH}?done=removed")
    except Invalid as refused:
        text = _FIELDS.get(refused.field, _FIELDS["tied_to"])
        return _show(visit, said, {refused.field: visit.locale.text(text)})
    if said.do != "who":
        raise Invalid("do", "There is no such act")
    await visit.db.run(settings.change, members_may_draw=said.members_may_draw)
    return visit.redirect(f"{PATH}?done=kept")


def _show(visit: Visit, said: RefusalForm, errors: dict[str, str] | None = None) -> Response:
    ties = {name: text for name, text in wording.TIES.items() if name != "nothing"}
    return render(
        visit,
        "admin/draws.html",
        422 if errors else 200,
        refusals=sorted(visit.network.draw_refusals, key=lambda one: (one.place, one.tied_to)),
        ties=ties,
        place_name=wording.place_name,
        why_refused=wording.why_refused,
        said=said,
        errors=errors or {},
    )
