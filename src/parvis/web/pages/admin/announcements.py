"""What the network tells everybody: written here, put away by each member."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import msgspec
from starlette.responses import Response

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.network import announcements
from parvis.domain.network.announcements import Announcement, AnnouncementDraft
from parvis.infra.clock import now
from parvis.infra.postgres import Tx
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.web import showing, words
from parvis.web.locales import zone_of
from parvis.web.pages.admin.frame import render
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

PATH = "/admin/announcements"
_UTC = ZoneInfo("UTC")
_FIRST_MINUTE, _LAST_MINUTE = time(0, 0), time(23, 59)
_FORMAT = "%Y-%m-%dT%H:%M"  # of <input type="datetime-local"> (HTML §4.10.5.1.11)


class AnnouncementForm(msgspec.Struct):
    """`do`: publish, draft or remove. Times are those of clocks in `zone`; whole days are anybody's."""

    text: str = ""
    starts_at: str = ""
    ends_at: str = ""
    zone: str = "UTC"
    is_all_day: bool = False
    is_news: bool = False
    do: str = ""


@pages.get(PATH, who="admin")
async def show_announcements(visit: Visit) -> Response:
    return await _list(visit, AnnouncementForm(zone=_zone_here(visit).key))


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
    zone = _zone_here(visit)
    shown_in = _UTC if one.is_all_day else zone
    said = AnnouncementForm(
        one.text,
        _typed(one.starts_at, shown_in),
        _typed(one.ends_at, shown_in),
        zone.key,
        is_all_day=one.is_all_day,
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
        found=[(one, showing.announcement(one.text, visit.addresses)) for one in found],
        said=said,
        errors=errors or {},
    )


def _edit(
    visit: Visit, one: Announcement, said: AnnouncementForm, errors: dict[str, str] | None = None
) -> Response:
    status = 422 if errors else 200
    return render(visit, "admin/announcement.html", status, one=one, said=said, errors=errors or {})


def _draft(said: AnnouncementForm) -> AnnouncementDraft:
    zone = zone_of(said.zone.strip() or _UTC.key)
    if zone is None:
        raise Invalid("zone", "Write a time zone, such as Europe/Paris")
    days = (_FIRST_MINUTE, _LAST_MINUTE) if said.is_all_day else (None, None)
    return AnnouncementDraft(
        text=said.text,
        starts_at=_moment(said.starts_at, "starts_at", zone, days[0]),
        ends_at=_moment(said.ends_at, "ends_at", zone, days[1]),
        is_all_day=said.is_all_day,
        is_published=said.do != "draft",
    )


def _zone_here(visit: Visit) -> ZoneInfo:
    """The writer's, as their browser told; UTC while it has not."""
    return visit.zone or _UTC


def _moment(text: str, field: str, zone: ZoneInfo, hour: time | None) -> datetime | None:
    """`hour`: of a whole day, which is the same one wherever somebody reads of it."""
    if not text.strip():
        return None
    try:
        typed = datetime.strptime(text.strip()[:16], _FORMAT).replace(tzinfo=zone)
        if hour is not None:
            return datetime.combine(typed.date(), hour, UTC)
        return typed.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(field, "Write a day and an hour, such as 2026-11-22T18:00") from None


def _typed(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime(_FORMAT) if moment else ""


def _done(said: AnnouncementForm) -> str:
    if said.do == "draft":
        return "draft"
    ends_at = _draft(said).ends_at
    return "published" if ends_at is None or ends_at > now() else "ended"


def _id(visit: Visit) -> int:
    try:
        return parse_id(visit.path["id"])
    except IdInvalid:
        raise NotFound from None
