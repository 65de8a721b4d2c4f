"""Announcing a room, and changing one that is announced."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import cast

import msgspec
from starlette.responses import Response

from parvis.domain.errors import Conflict, Forbidden, Invalid
from parvis.domain.rooms import scheduling, showing
from parvis.domain.rooms.scheduling import TITLE_LONGEST, Change, RoomDraft
from parvis.domain.rooms.types import Access
from parvis.infra.clock import now
from parvis.web import previews
from parvis.web.addressed import id_of
from parvis.web.locales import N_, zone_of
from parvis.web.pages.rooms import wording
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

_UTC = "UTC"
_FORMAT = "%Y-%m-%dT%H:%M"  # of <input type="datetime-local"> (HTML §4.10.5.1.11)
SAID = N_("Live on %(moment)s: %(title)s")
WITH = N_("With %(names)s")


class RoomForm(msgspec.Struct):
    """A room as it is typed. `key`: so that a form is sent once."""

    title: str = ""
    starts_at: str = ""
    zone: str = _UTC
    access: str = "public"
    records: bool = False
    speakers: str = ""
    key: str = ""


@pages.get("/rooms/new", who="member")
async def show_form(visit: Visit) -> Response:
    zone = visit.zone
    hour = (now().astimezone(zone or UTC) + timedelta(hours=1)).replace(minute=0)
    said = RoomForm(
        starts_at=hour.strftime(_FORMAT),
        zone=zone.key if zone else _UTC,
        records=True,
        key=secrets.token_urlsafe(16),
    )
    return _show(visit, said)


@pages.post("/rooms", who="member")
async def start(visit: Visit) -> Response:
    said = await visit.form(RoomForm)
    try:
        if not scheduling.may_announce(visit.login, visit.network):
            raise Forbidden("Rooms are not yours to announce here", reason="no_rooms")
        draft = _draft(visit, said)
        key = f"room {said.key}"[:100] if said.key else None
        room_id = await visit.db.run(
            scheduling.schedule, visit.viewer_id, draft, visit.addresses, key=key
        )
    except Invalid as refused:
        return _show(visit, said, wording.beside(refused, visit.locale))
    except Conflict as refused:
        return _show(visit, said, {"title": wording.refusal(refused, visit.locale)})
    return visit.redirect(f"/rooms/{room_id}")


def _show(visit: Visit, said: RoomForm, errors: dict[str, str] | None = None) -> Response:
    visit.robots = previews.HIDDEN
    return visit.render(
        "rooms/new.html",
        422 if errors else 200,
        said=said,
        errors=_named(errors),
        may=scheduling.may_announce(visit.login, visit.network),
        access=wording.ACCESS,
        title_longest=TITLE_LONGEST,
    )


def _named(errors: dict[str, str] | None) -> dict[str, str]:
    """By the names that the form's fields have."""
    return {"title" if name == "subject" else name: said for name, said in (errors or {}).items()}


def _draft(visit: Visit, said: RoomForm) -> RoomDraft:
    starts_at = _moment(said)
    title = " ".join(said.title.split())
    names = [one for one in said.speakers.replace(",", " ").split() if one.strip("@")]
    # As long as a message may be: what is longer is refused before it is published.
    # A message is text: of the moment the words alone.
    moment = visit.locale.moment(starts_at).striptags()
    words = visit.locale.text(SAID, moment=moment, title=title)
    if names:
        shown = ", ".join(f"@{one.lstrip('@')}" for one in names)
        words += "\n\n" + visit.locale.text(WITH, names=shown)
    access = cast("Access", said.access if said.access in wording.ACCESS else "public")
    return RoomDraft(
        title=said.title,
        starts_at=starts_at,
        access=access,
        records=said.records,
        speakers=names,
        said=words,
        language=visit.locale.code,
    )


def _moment(said: RoomForm) -> datetime:
    zone = zone_of(said.zone.strip() or _UTC)
    if zone is None:
        raise Invalid("zone", "Write a time zone, such as Europe/Paris")
    try:
        typed = datetime.strptime(said.starts_at.strip()[:16], _FORMAT).replace(tzinfo=zone)
        return typed.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid("starts_at", "Write a day and an hour") from None


@pages.get("/rooms/{id}/edit", who="member")
async def edit(visit: Visit) -> Response:
    room = await showing.find(visit.db, visit.viewer_id, id_of(visit))
    if not room.is_hosted or room.state != "scheduled":
        return visit.redirect(f"/rooms/{room.id}")
    zone = visit.zone
    said = RoomForm(
        title=room.title,
        starts_at=room.starts_at.astimezone(zone or UTC).strftime(_FORMAT),
        zone=zone.key if zone else _UTC,
        records=room.records,
    )
    return _show_edit(visit, room.id, said)


@pages.post("/rooms/{id}/edit", who="member")
async def change(visit: Visit) -> Response:
    said, room_id = await visit.form(RoomForm), id_of(visit)
    try:
        wanted = Change(title=said.title, starts_at=_moment(said), records=said.records)
        await visit.db.run(scheduling.change, visit.viewer_id, room_id, wanted)
    except Invalid as refused:
        return _show_edit(visit, room_id, said, wording.beside(refused, visit.locale))
    except Conflict:
        return visit.redirect(f"/rooms/{room_id}")
    return visit.redirect(f"/rooms/{room_id}", say="change")


def _show_edit(
    visit: Visit, room_id: int, said: RoomForm, errors: dict[str, str] | None = None
) -> Response:
    visit.robots = previews.HIDDEN
    return visit.render(
        "rooms/edit.html",
        422 if errors else 200,
        room_id=room_id,
        said=said,
        errors=_named(errors),
        title_longest=TITLE_LONGEST,
    )
