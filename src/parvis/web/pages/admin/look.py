"""What the network looks like: colour, logo and the picture at its front."""

from typing import Any

import msgspec
from starlette.datastructures import UploadFile
from starlette.responses import Response

from parvis.domain.errors import Invalid
from parvis.domain.network import look
from parvis.infra.postgres import Tx
from parvis.protocols import colours
from parvis.web import words
from parvis.web.locales import N_
from parvis.web.pages.admin.frame import render
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

OWN = "#0e6a5b"
PRESETS = (
    (OWN, N_("Verdigris")),
    ("#1d4ed8", N_("Ultramarine")),
    ("#6d28a8", N_("Plum")),
    ("#a8325f", N_("Rose")),
    ("#b3401e", N_("Brick")),
    ("#8a6100", N_("Ochre")),
    ("#4b6b1f", N_("Olive")),
    ("#43566a", N_("Slate")),
)


class LookForm(msgspec.Struct):
    accent: str = ""
    preset: str = ""  # one of the colours offered, to be looked at first
    logo: UploadFile | None = None
    header: UploadFile | None = None
    thumbnail_description: str = ""
    do: str = ""


@pages.get("/admin/look", who="admin")
async def show_look(visit: Visit) -> Response:
    return _look(visit, visit.network.accent or OWN)


@pages.post("/admin/look", who="admin", limit=look.MAX_BYTES * 2 + (1 << 20))
async def submit_look(visit: Visit) -> Response:
    said = await visit.form(LookForm)
    if said.preset or said.do == "preview":
        return _preview(visit, said)
    try:
        values = await _values(visit, said)
    except Invalid as refused:
        errors = words.beside(refused, visit.locale)
        return _look(visit, said.accent or OWN, errors)
    await visit.db.run(_change, visit, values)
    return visit.redirect(f"/admin/look?done={'reset' if said.do.startswith('reset') else 'kept'}")


async def _change(tx: Tx, visit: Visit, values: dict[str, Any]) -> None:
    await look.change_look(tx, visit.network, **values)


async def _values(visit: Visit, said: LookForm) -> dict[str, Any]:
    """What is to change; pictures are made before the transaction."""
    if said.do == "reset":
        return {"accent": ""}
    if said.do == "reset_logo":
        return {"logo": None}
    if said.do == "reset_header":
        return {"thumbnail": None, "thumbnail_description": ""}
    accent = look.check_accent(said.accent)
    values: dict[str, Any] = {
        "accent": "" if accent == OWN else accent,
        "thumbnail_description": look.check_description(said.thumbnail_description),
    }
    if said.logo is not None and said.logo.filename:
        values["logo"] = await look.draw_logo(visit.means, await said.logo.read())
    if said.header is not None and said.header.filename:
        values["thumbnail"] = await look.draw_header(visit.means, await said.header.read())
    return values


def _preview(visit: Visit, said: LookForm) -> Response:
    try:
        accent = look.check_accent(said.preset or said.accent) or OWN
    except Invalid as refused:
        return _look(visit, visit.network.accent or OWN, words.beside(refused, visit.locale))
    if visit.wants_fragment:
        return visit.render("admin/look_preview.html", 200, **_shades(visit, accent))
    return _look(visit, accent)


def _look(visit: Visit, accent: str, errors: dict[str, str] | None = None) -> Response:
    try:
        shown = colours.parse_colour(accent)
    except colours.ColourInvalid:
        shown = OWN
    return render(
        visit,
        "admin/look.html",
        422 if errors else 200,
        presets=[(code, visit.locale.text(name)) for code, name in PRESETS],
        thumbnail=visit.network.thumbnail and visit.addresses.media_url(visit.network.thumbnail),
        large=visit.network.logo and visit.addresses.media_url(visit.network.logo.icon),
        errors=errors or {},
        **_shades(visit, shown),
    )


def _shades(visit: Visit, accent: str) -> dict[str, Any]:
    light, dark = colours.light_shades(accent), colours.dark_shades(accent)
    return {
        "accent": accent,
        "light": light,
        "dark": dark,
        "is_adjusted": colours.contrast(accent, colours.WHITE) < colours.CONTRAST,
        "is_unkept": accent != (visit.network.accent or OWN),
    }
