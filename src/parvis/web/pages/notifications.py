"""What happened to somebody since they last looked, and putting it aside."""

import msgspec
from starlette.responses import Response

from parvis.domain.errors import Conflict
from parvis.domain.notifications import notifications
from parvis.domain.notifications.notifications import Notifications, Wanted
from parvis.domain.timelines.markers import Marker, Move, list_markers, move_markers
from parvis.protocols.ids import Id
from parvis.web.addressed import by_cursor, is_reading
from parvis.web.barred import tell_barred
from parvis.web.locales import N_
from parvis.web.notices import gathered
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

PAGE = 40
# Tabs: the word in the address, what the tab is called, the kinds it shows (none: all).
TABS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("", N_("Everything"), ()),
    ("mentions", N_("Mentions"), ("mention",)),
    ("favourites", N_("Favourites"), ("favourite",)),
    ("shares", N_("Shares"), ("reblog",)),
    ("follows", N_("Followers"), ("follow", "follow_request")),
    ("messages", N_("New messages"), ("status", "update")),
    ("polls", N_("Polls"), ("poll",)),
)
STAFF_TAB = ("moderation", N_("Moderation"), ("admin.sign_up", "admin.report"))


class ReadForm(msgspec.Struct):
    id: Id = 0


class DismissForm(msgspec.Struct):
    id: list[Id] = []


@pages.get("/notifications", who="member")
async def show_notifications(visit: Visit) -> Response:
    tabs = (*TABS, STAFF_TAB) if visit.login and visit.login.is_staff else TABS
    tab = next((one for one in tabs if one[0] == visit.ask("kind")), tabs[0])
    page = visit.page(size=PAGE)
    wanted = Wanted(list(tab[2]) or None)
    shown = await visit.db.kept(Notifications).show(visit.viewer_id, page, wanted)
    await tell_barred(visit, [one.status for one in shown if one.status])
    marker = await _marker(visit)
    read_to = marker.last_read_id if marker else 0
    is_newest = page.max_id is None and page.min_id is None
    if shown and is_newest and not tab[0] and is_reading(visit):
        await _move(visit, marker, shown[0].notification.id)
        visit.unread = 0
    ids = [one.notification.id for one in shown]
    return visit.render(
        "notifications.html",
        notices=gathered(shown, read_to),
        tabs=tabs,
        tab=tab[0],
        kinds=" ".join(tab[2]),
        is_newest=is_newest,
        **by_cursor(visit, ids, page, kind=tab[0]),
    )


async def _marker(visit: Visit) -> Marker | None:
    found = await list_markers(visit.db, visit.viewer_id, ["notifications"])
    return found[0] if found else None


async def _move(visit: Visit, marker: Marker | None, newest_id: int) -> None:
    """Read up to here, on every device; forward only, whatever two tabs do."""
    if marker is not None and marker.last_read_id >= newest_id:
        return
    move = Move("notifications", newest_id, marker.version if marker else 0)
    try:
        await visit.db.run(move_markers, visit.viewer_id, [move])
    except Conflict:  # another tab or app moved it at this moment
        return


@pages.post("/notifications/read", who="member")
async def read(visit: Visit) -> Response:
    """What a stream brought to the open page was seen there."""
    said = await visit.form(ReadForm)
    await _move(visit, await _marker(visit), said.id)
    return visit.done("nothing_fragment.html", back="/notifications")


@pages.post("/notifications/dismiss", who="member")
async def dismiss(visit: Visit) -> Response:
    """Put one line aside, which may stand for several."""
    said = await visit.form(DismissForm)
    await visit.db.run(notifications.dismiss_some, visit.viewer_id, said.id)
    return visit.done("nothing_fragment.html")


@pages.post("/notifications/clear", who="member")
async def clear(visit: Visit) -> Response:
    await visit.db.run(notifications.clear, visit.viewer_id)
    return visit.redirect("/notifications")
