"""Taking with one what is one's own: lists as files, and the whole as an archive."""

from starlette.responses import Response, StreamingResponse

from parvis.domain.errors import NotFound, TooMany
from parvis.domain.portability import archives, exports
from parvis.protocols.portable_csv import FILES, KINDS, Kind
from parvis.web.locales import N_
from parvis.web.pages.settings.account import me
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

EXPORT = "/settings/export"
SAID = {
    "archive_wanted": N_("Your archive is being made. We write to you when it is ready."),
    "archive_too_soon": N_(
        "An archive can be asked for once a week. The last one is listed below."
    ),
}
TITLES: dict[Kind, str] = {
    "follows": N_("People you follow"),
    "lists": N_("Your lists"),
    "mutes": N_("People you mute"),
    "blocks": N_("People you block"),
    "domain_blocks": N_("Servers you block"),
    "bookmarks": N_("Your bookmarks"),
}
NAMED: dict[str, Kind] = {FILES[kind]: kind for kind in KINDS}


@pages.get(EXPORT, who="member", allows_trouble=True)
async def show_exports(visit: Visit) -> Response:
    visit.is_secret = True
    counts = await exports.count(visit.db, visit.viewer_id)
    return visit.render(
        "settings/export.html",
        files=[(FILES[kind], visit.locale.text(TITLES[kind]), counts[kind]) for kind in KINDS],
        archives=await archives.list_archives(visit.db, visit.viewer_id),
        notice=visit.told(SAID),
    )


@pages.get("/settings/export/{file}", who="member", allows_trouble=True)
async def export_file(visit: Visit) -> Response:
    kind = NAMED.get(visit.path["file"])
    if kind is None:
        raise NotFound
    parts = exports.export(visit.db, visit.viewer_id, kind, visit.addresses.domain)
    return download(visit, StreamingResponse(parts), FILES[kind], "text/csv; charset=utf-8")


@pages.post("/settings/export/archive", who="member", allows_trouble=True)
async def request_archive(visit: Visit) -> Response:
    try:
        await visit.db.run(archives.request, visit.viewer_id)
    except TooMany:
        return visit.redirect(EXPORT, say="archive_too_soon")
    return visit.redirect(EXPORT, say="archive_wanted")


@pages.get("/settings/export/archive/{id}", who="member", allows_trouble=True)
async def fetch_archive(visit: Visit) -> Response:
    archive_id = visit.path["id"]
    if not (archive_id.isascii() and archive_id.isdigit() and len(archive_id) < 19):  # noqa: PLR2004
        raise NotFound
    stored, made_at = await archives.open_archive(visit.means, visit.viewer_id, int(archive_id))
    account = await me(visit)
    answer = StreamingResponse(stored.parts, headers={"content-length": str(stored.size)})
    name = f"{account.username}-{made_at:%Y-%m-%d}.zip"
    return download(visit, answer, name, "application/zip")


def download(visit: Visit, answer: StreamingResponse, name: str, kind: str) -> Response:
    """A file to be kept, never shown in a page nor kept on the way."""
    visit.is_secret = True
    answer.headers["content-type"] = kind
    answer.headers["content-disposition"] = f'attachment; filename="{name}"'
    return answer
