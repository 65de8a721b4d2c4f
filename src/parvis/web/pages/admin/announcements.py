"""What the network tells everybody: written here, put away by each member."""

from datetime import UTC, datetime

import msgspec
from starlette.responses import Response

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.network import announcements
from parvis.domain.network.announcements import Announcement, AnnouncementDraft
from parvis.infra.postgres import Tx
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.web import showing, words
from parvis.web.pages.admin.frame import render
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

PATH = "/admin/announcements"
_FORMAT = "%Y-%m-%dT%H:%M"  # of <input type="datetime-local"> (HTML §4.10.5.1.11)


class AnnouncementForm(msgspec.Struct):
    """`do`: publish, draft or remove. Times are UTC, as pages cannot know where the writer is."""

    text: str = ""
    starts_at: str = ""
    ends_at: str = ""
    is_all_day: bool = False
    is_news: bool = False
    do: str = ""


@pages.get(PATH, who="admin")
async def show_announcements(visit: Visit) -> Response:
    return await _list(visit, AnnouncementForm())


@pages.post(PATH, who="admin")
async def submit_new(visit: Visit) -> Response:
    said = await visit.form(AnnouncementForm)
    try:
        await visit.db.run(announcements.announce, _draft(said))
    except Invalid as refused:
        return await _list(visit, said, words.beside(refused, visit.locale))
    return visit.redirect(f"{PATH}?done={_done(said)}")


@pages.get(PATH + "/{id}", who="admin")
async def show_announcement(visit: Visit) -> Response:
    one = await announcements.find_announcement(visit.db, _id(visit))
    said = AnnouncementForm(
        one.text, _typed(one.starts_at), _typed(one.ends_at), is_all_day=one.is_all_day
    )
    return _edit(visit, one, said)


@pages.post(PATH + "/{id}", who="admin")
async def submit_change(visit: Visit) -> Response:
    said, id_ = await visit.form(AnnouncementForm), _id(visit)
    if said.do == "remove":
        await visit.db.run(announcements.remove_announcement, id_)
        return visit.redirect(f"{PATH}?done=removed")

    async def change(tx: Tx) -> None:
        draft = _draft(said)
        await announcements.change_announcement(tx, id_, draft, is_news=said.is_news)

    try:
        await visit.db.run(change)
    except Invalid as refused:
        one = await announcements.find_announcement(visit.db, id_)
        return _edit(visit, one, said, words.beside(refused, visit.locale))
    return visit.redirect(f"{PATH}?done={_done(said)}")


@pages.post("/announcements/{id}/dismiss", who="member")
async def dismiss(visit: Visit) -> Response:
    """A member puts an announcement away."""
    await visit.db.run(announcements.dismiss, visit.viewer_id, _id(visit))
    return visit.done("announced_away.html", back=visit.came_from)


async def _list(
    visit: Visit, said: AnnouncementForm, errors: dict[str, str] | None = None
) -> Response:
    found = await announcements.list_announcements(visit.db)
    return render(
        visit,
        "admin/announcements.html",
        422 if errors else 200,
        found=[(one, showing.document(one.text, visit.addresses)) for one in found],
        said=said,
        errors=errors or {},
    )


def _edit(
    visit: Visit, one: Announcement, said: AnnouncementForm, errors: dict[str, str] | None = None
) -> Response:
    status = 422 if errors else 200
    return render(visit, "admin/announcement.html", status, one=one, said=said, errors=errors or {})


def _draft(said: AnnouncementForm) -> AnnouncementDraft:
    return AnnouncementDraft(
        text=said.text,
        starts_at=_moment(said.starts_at, "starts_at"),
        ends_at=_moment(said.ends_at, "ends_at"),
        is_all_day=said.is_all_day,
        is_published=said.do != "draft",
    )


def _moment(text: str, field: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        return datetime.strptime(text.strip()[:16], _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        raise Invalid(field, "Write a day and an hour, such as 2026-11-22T18:00") from None


def _typed(moment: datetime | None) -> str:
    return moment.strftime(_FORMAT) if moment else ""


def _done(said: AnnouncementForm) -> str:
    return "draft" if said.do == "draft" else "published"


def _id(visit: Visit) -> int:
    try:
        return parse_id(visit.path["id"])
    except IdInvalid:
        raise NotFound from None
