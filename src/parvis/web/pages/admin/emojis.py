"""The network's own emoji: sent several at once, put into categories, hidden, taken back."""

import re
from typing import Any

import msgspec
from starlette.datastructures import UploadFile
from starlette.responses import Response

from parvis.domain.errors import Invalid
from parvis.domain.network import emojis
from parvis.domain.network.emojis import Drawn, EmojiChange
from parvis.infra.postgres import Tx
from parvis.protocols.emoji import MAX_SHORTCODE
from parvis.web import words
from parvis.web.locales import N_
from parvis.web.pages.admin.frame import render
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

PATH = "/admin/emojis"
AT_ONCE = 24
CHANGES = {
    "hide": EmojiChange(is_visible=False),
    "show": EmojiChange(is_visible=True),
    "disable": EmojiChange(is_disabled=True),
    "enable": EmojiChange(is_disabled=False),
}
NAMELESS = N_("%(file)s: give it a name of letters, numbers and _, two at least.")
REFUSED = N_("%(file)s: send a PNG, GIF or WebP picture of at most 256 KB.")
TWICE = N_("%(file)s: another of these pictures would have the same name.")
NONE_SENT = N_("Choose one or more pictures.")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_]+")


class UploadForm(msgspec.Struct):
    """`shortcode` names a single picture; several are named after their files."""

    files: list[UploadFile] = []
    shortcode: str = ""
    category: str = ""


class ChangeForm(msgspec.Struct):
    do: str = ""
    codes: list[str] = []
    category: str = ""
    old: str = ""


@pages.get(PATH, who="admin")
async def show_emojis(visit: Visit) -> Response:
    return await _emojis(visit)


@pages.post(PATH, who="admin", limit=AT_ONCE * emojis.MAX_BYTES + (1 << 20))
async def submit_emojis(visit: Visit) -> Response:
    """All pictures of a sending, or none: what is wrong is said by the name of its file."""
    said = await visit.form(UploadForm)
    files = [file for file in said.files if file.filename]
    faults: list[str] = [] if files else [visit.locale.text(NONE_SENT)]
    drawn: list[Drawn] = []
    for file in files:
        try:
            name = said.shortcode.strip() if len(files) == 1 else ""
            code = name or _named_after(file.filename or "")
            if code in {one.shortcode for one in drawn}:
                faults.append(visit.locale.text(TWICE, file=file.filename))
                continue
            drawn.append(await emojis.draw(visit.means, code, await file.read(), said.category))
        except Invalid as refused:
            is_name = refused.field == "shortcode"
            told = visit.locale.text(NAMELESS if is_name else REFUSED, file=file.filename)
            faults.append(told)
    if faults:
        return await _emojis(visit, said, {"files": " ".join(faults)})
    await visit.db.run(_add, drawn)
    return visit.redirect(f"{PATH}?done=added")


@pages.post(PATH + "/change", who="admin")
async def change_emojis(visit: Visit) -> Response:
    """What is done to the chosen ones, or to a category."""
    said = await visit.form(ChangeForm)
    if said.do == "rename":
        await visit.db.run(emojis.rename_category, said.old, said.category)
        return visit.redirect(f"{PATH}?done=kept")
    if not said.codes:
        return visit.redirect(f"{PATH}?done=nothing_chosen")
    if said.do == "remove":
        await visit.db.run(emojis.remove, *said.codes)
        return visit.redirect(f"{PATH}?done=removed")
    change = CHANGES.get(said.do)
    if said.do == "move":
        change = EmojiChange(category=said.category)
    if change is None:
        raise Invalid("do", "There is no such act")
    try:
        await visit.db.run(emojis.change_emojis, said.codes, change)
    except Invalid as refused:
        return await _emojis(visit, None, words.beside(refused, visit.locale))
    return visit.redirect(f"{PATH}?done=kept")


async def _add(tx: Tx, drawn: list[Drawn]) -> None:
    for one in drawn:
        await emojis.add(tx, one)


def _named_after(file: str) -> str:
    """A shortcode from a file's name: party-parrot.gif is party_parrot."""
    return _NOT_IN_NAMES.sub("_", file.rpartition(".")[0]).strip("_").lower()[:MAX_SHORTCODE]


async def _emojis(
    visit: Visit, said: UploadForm | None = None, errors: dict[str, str] | None = None
) -> Response:
    found = await emojis.list_every(visit.db)
    shelves: dict[str, list[Any]] = {}
    for one in found:
        shelves.setdefault(one.category or "", []).append(one)
    return render(
        visit,
        "admin/emojis.html",
        422 if errors else 200,
        shelves=shelves,
        count_all=len(found),
        at_once=AT_ONCE,
        said=said or UploadForm(),
        errors=errors or {},
    )
