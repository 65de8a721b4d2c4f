"""Starting a draw: the form, and what it becomes."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import msgspec
from starlette.responses import Response

from parvis.domain.draws.announce import announce
from parvis.domain.draws.plan import PRIZES_LONGEST, TITLE_LONGEST, Plan
from parvis.domain.errors import Invalid
from parvis.domain.lists import lists
from parvis.infra.clock import now
from parvis.web import previews
from parvis.web.locales import N_, zone_of
from parvis.web.pages.draws import wording
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

_UTC = ZoneInfo("UTC")
_FORMAT = "%Y-%m-%dT%H:%M"  # of <input type="datetime-local"> (HTML §4.10.5.1.11)
_DAY_S = 86_400
SAID = N_("A draw that anybody can check: %(title)s")
SAID_SELECTED = N_("Enter, and I select who wins: %(title)s")


class DrawForm(msgspec.Struct):
    """A draw as it is typed. `who`: everybody, followers, list. `key`: so that a form is sent once."""

    title: str = ""
    prizes: str = ""
    frozen_at: str = ""
    zone: str = "UTC"
    wait: str = "10"  # minutes
    winners: str = "1"
    reserves: str = "3"
    every: str = ""
    drawings: str = "1"
    again: bool = False
    who: str = "everybody"
    older_than_days: str = "0"
    list_id: str = ""
    places: str = ""
    tied_to: str = ""  # to be said: nobody ties a draw to nothing by not looking
    answer_days: str = "7"
    method: str = "drawn"
    key: str = ""


@pages.get("/draws/new", who="member")
async def show_form(visit: Visit) -> Response:
    zone = visit.zone or _UTC
    evening = (now().astimezone(zone) + timedelta(days=7)).replace(hour=18, minute=0)
    said = DrawForm(
        frozen_at=evening.strftime(_FORMAT), zone=zone.key, key=secrets.token_urlsafe(16)
    )
    return await _show(visit, said)


@pages.post("/draws", who="member")
async def start(visit: Visit) -> Response:
    said = await visit.form(DrawForm)
    try:
        plan = _plan(said, visit)
        key = f"draw {said.key}"[:100] if said.key else None
        draw_id = await visit.db.run(
            announce, visit.viewer_id, plan, visit.network, visit.addresses, key=key
        )
    except Invalid as refused:
        return await _show(visit, said, wording.beside(refused, visit.locale))
    return visit.redirect(f"/draws/{draw_id}")


async def _show(visit: Visit, said: DrawForm, errors: dict[str, str] | None = None) -> Response:
    visit.robots = previews.HIDDEN
    return visit.render(
        "draws/new.html",
        422 if errors else 200,
        said=said,
        errors=errors or {},
        own_lists=await lists.list_lists(visit.db, visit.viewer_id),
        may=visit.network.members_may_draw or (visit.login is not None and visit.login.is_staff),
        ties=wording.TIES,
        every=wording.EVERY,
        waits=wording.WAITS,
        who=wording.WHO,
        title_longest=TITLE_LONGEST,
        prizes_longest=PRIZES_LONGEST,
    )


def _plan(said: DrawForm, visit: Visit) -> Plan:
    every = said.every if said.every in wording.EVERY and said.every else None
    method = "selected" if said.method == "selected" else "drawn"
    words = SAID_SELECTED if method == "selected" else SAID
    return Plan(
        title=said.title,
        prizes=said.prizes,
        said=visit.locale.text(words, title=said.title.strip()),
        language=visit.locale.code,
        method=method,
        frozen_at=_moment(said),
        wait_s=_number(said.wait, "wait_s") * 60,
        winners=_number(said.winners, "winners"),
        reserves=_number(said.reserves, "reserves") if method == "drawn" else 0,
        every=cast("None", every) if method == "drawn" else None,
        drawings=_number(said.drawings, "drawings"),
        again="may" if said.again else "may not",
        older_than_days=_number(said.older_than_days, "older_than_days"),
        follow_the_author=said.who == "followers",
        list_id=_number(said.list_id, "list_id") if said.who == "list" else None,
        places=said.places,
        tied_to=said.tied_to,
        answer_within_s=_number(said.answer_days, "answer_within_s") * _DAY_S,
    )


def _number(text: str, field: str) -> int:
    if not (text.strip().isascii() and text.strip().isdigit() and len(text) <= 19):  # noqa: PLR2004 - an id's
        raise Invalid(field, "Write a number")
    return int(text)


def _moment(said: DrawForm) -> datetime:
    zone = zone_of(said.zone.strip() or _UTC.key)
    if zone is None:
        raise Invalid("zone", "Write a time zone, such as Europe/Paris")
    try:
        typed = datetime.strptime(said.frozen_at.strip()[:16], _FORMAT).replace(tzinfo=zone)
        return typed.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid("frozen_at", "Write a day and an hour") from None
