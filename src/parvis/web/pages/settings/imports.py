"""Bringing lists from elsewhere: a file, what it would do, the yes, and what became of it."""

from typing import Any

import msgspec
from starlette.datastructures import UploadFile
from starlette.responses import Response, StreamingResponse

from parvis.domain.errors import Conflict, NotFound, TooMany
from parvis.domain.portability import imports
from parvis.domain.portability.imports import Import
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.protocols.portable_csv import (
    COLUMNS,
    FILES,
    KINDS,
    MAX_BYTES,
    Fault,
    FileInvalid,
    Reason,
    kind_of,
    read,
)
from parvis.web.locales import N_
from parvis.web.pages.settings.export import TITLES, download
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

IMPORT = "/settings/import"
LIMIT = 8 * MAX_BYTES  # of the form: a file that is too large is told so in its place
FAILURES_SHOWN = 20
SAID = {"import_stopped": N_("The import is stopped. What was done stays done.")}
REASONS: dict[Reason, str] = {
    "empty": N_("There is nothing in this file. Choose another."),
    "too_large": N_("Here a file reaches 2 MB, the most it may have. Divide it into several."),
    "too_many_lines": N_(
        "Here a file has had 20,000 lines, the most it may have. Divide it into several."
    ),
    "not_utf8": N_("This is not UTF-8 text. Save the file as “CSV UTF-8” and choose it again."),
    "not_text": N_("There is something here that is no text. Export the file again."),
    "not_csv": N_("Quotation marks are not closed, or stand in the middle of a cell."),
    "semicolons": N_(
        "Cells are separated by semicolons or tabs. Save the file with commas, or take it as it was exported."
    ),
    "wrong_header": N_(
        "These are not the columns of such a file, which begins: %(columns)s. Take it as it was exported."
    ),
    "wrong_kind": N_("This file holds something else. Choose what it holds above: %(kind)s."),
    "columns": N_("This line has too many or too few cells. What they hold: %(columns)s."),
    "formula": N_("This is a formula of a spreadsheet, not an entry of a list."),
    "address": N_("This is not an address such as name@example.org."),
    "domain": N_("This is not the name of a server, such as example.org."),
    "yes_or_no": N_("This can only be true or false."),
    "language": N_("This is not a language’s code, such as en or fr."),
    "list_title": N_("A list’s name is needed, of at most 255 letters."),
    "uri": N_("This is not the address of a message."),
}
OUTCOMES: dict[str, str] = {
    imports.ELSEWHERE: N_("On servers that this network does not reach yet"),
    imports.MISSING: N_("Not there (any more)"),
    imports.REFUSED: N_("Not possible: it is you, it moved away, or one of you blocks the other"),
    imports.NOT_FOLLOWED: N_("You do not follow them: a list holds people you follow"),
    imports.TOO_MANY_FOLLOWED: N_("You follow as many people as anybody may"),
}
NO_FILE = N_("Choose a file first.")
NO_KIND = N_("Say what the file holds.")
UNDER_WAY = N_("Another import is under way. Wait until it is done, or stop it.")
TOO_OFTEN = N_("You brought many files today. Come back tomorrow.")


class BringForm(msgspec.Struct):
    kind: str = ""
    mode: str = "merge"
    file: UploadFile | None = None


class DecideForm(msgspec.Struct):
    do: str = ""


@pages.get(IMPORT, who="member")
async def show_imports(visit: Visit) -> Response:
    return await _show(visit, BringForm())


@pages.post(IMPORT, who="member", limit=LIMIT)
async def bring_file(visit: Visit) -> Response:
    said = await visit.form(BringForm)
    kind = kind_of(said.kind)
    if kind is None:
        return await _show(visit, said, {"kind": visit.locale.text(NO_KIND)})
    if said.file is None or not (said.file.filename or said.file.size):
        return await _show(visit, said, {"file": visit.locale.text(NO_FILE)})
    try:
        lines = read(kind, await said.file.read(MAX_BYTES + 1), visit.addresses.domain)
    except FileInvalid as refused:
        return await _show(visit, said, faults=refused.faults)
    try:
        made = await visit.db.run(
            imports.begin,
            visit.viewer_id,
            kind,
            lines,
            replaces=said.mode == "overwrite",
            addresses=visit.addresses,
        )
    except TooMany:
        return await _show(visit, said, {"file": visit.locale.text(TOO_OFTEN)})
    return visit.redirect(f"{IMPORT}/{made}")


@pages.get("/settings/import/{id}", who="member")
async def show_import(visit: Visit) -> Response:
    return await _show_one(visit, await _found(visit))


@pages.post("/settings/import/{id}", who="member")
async def decide_import(visit: Visit) -> Response:
    said = await visit.form(DecideForm)
    found = await _found(visit)
    here = f"{IMPORT}/{found.id}"
    if said.do == "start":
        try:
            await visit.db.run(imports.start, visit.viewer_id, found.id)
        except Conflict:
            return await _show_one(visit, found, visit.locale.text(UNDER_WAY))
        return visit.redirect(here)
    if said.do != "stop":
        raise NotFound
    await visit.db.run(imports.stop, visit.viewer_id, found.id)
    if found.state == "read":
        return visit.redirect(IMPORT)
    return visit.redirect(here, say="import_stopped")


@pages.get("/settings/import/{id}/failures", who="member")
async def export_failures(visit: Visit) -> Response:
    found = await _found(visit)
    parts = imports.export_failures(visit.db, visit.viewer_id, found, visit.addresses.domain)
    name = f"not_imported_{FILES[found.kind]}"
    return download(visit, StreamingResponse(parts), name, "text/csv; charset=utf-8")


async def _found(visit: Visit) -> Import:
    try:
        import_id = parse_id(visit.path["id"])
    except IdInvalid:
        raise NotFound from None
    return await imports.find(visit.db, visit.viewer_id, import_id)


async def _show(
    visit: Visit,
    said: BringForm,
    errors: dict[str, str] | None = None,
    faults: tuple[Fault, ...] = (),
) -> Response:
    visit.is_secret = True
    listed = await imports.list_imports(visit.db, visit.viewer_id)
    return visit.render(
        "settings/import.html",
        422 if errors or faults else 200,
        said=said,
        kinds=[(kind, visit.locale.text(TITLES[kind])) for kind in KINDS],
        imports=[(one, visit.locale.text(TITLES[one.kind])) for one in listed],
        errors=errors or {},
        faults=[(fault, _reason(visit, said.kind, fault)) for fault in faults],
    )


def _reason(visit: Visit, word: str, fault: Fault) -> str:
    text = visit.locale.text(REASONS[fault.reason])
    if fault.reason == "wrong_kind":
        other: Any = fault.said
        return text % {"kind": visit.locale.text(TITLES[other])}
    kind = kind_of(word)
    if kind is not None and fault.reason in ("wrong_header", "columns"):
        return text % {"columns": ",".join(COLUMNS[kind])}
    return text


async def _show_one(visit: Visit, found: Import, wrong: str = "") -> Response:
    visit.is_secret = True
    values: dict[str, Any] = {"found": found, "title": visit.locale.text(TITLES[found.kind])}
    if visit.wants_fragment:
        return visit.render(
            "settings/import_progress.html", **values, **await _outcome(visit, found)
        )
    if found.state == "read":
        met = await imports.preview(visit.db, found.id, visit.addresses)
        return visit.render(
            "settings/import_preview.html", 409 if wrong else 200, **values, met=met, wrong=wrong
        )
    return visit.render(
        "settings/import_done.html",
        **values,
        **await _outcome(visit, found),
        notice=visit.told(SAID),
    )


async def _outcome(visit: Visit, found: Import) -> dict[str, Any]:
    counted = await imports.count_outcomes(visit.db, found.id)
    failures = await imports.list_failures(visit.db, visit.viewer_id, found.id, most=FAILURES_SHOWN)
    own = visit.addresses.domain
    return {
        "outcomes": [(visit.locale.text(OUTCOMES[word]), count) for word, count in counted],
        "failures": [(line.line, imports.cells(found.kind, line, own)) for line, _ in failures],
    }
