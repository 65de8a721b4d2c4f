"""Notifications: read them, put them aside, count the unread."""

import msgspec
from starlette.responses import Response

from parvis.domain.notifications import notifications
from parvis.domain.notifications.notifications import Notifications, Wanted
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.notifications import notification_bytes, notifications_bytes
from parvis.mastodon_api.routing import Routes
from parvis.protocols.ids import Id

routes = Routes()

PAGE, PAGE_MOST = 40, 80
COUNT, COUNT_MOST = 100, 1_000


KINDS = frozenset(
    (
        "mention",
        "status",
        "reblog",
        "favourite",
        "follow",
        "follow_request",
        "poll",
        "draw",
        "draw.reserve",
        "petition",
        "update",
        "admin.sign_up",
        "admin.report",
    )
)


class NotificationsParams(msgspec.Struct):
    types: list[str] | None = None
    exclude_types: list[str] = []
    account_id: Id | None = None
    include_filtered: bool = False  # nothing is held back, so that all are included anyway


class UnreadParams(NotificationsParams):
    limit: int = COUNT


class Unread(msgspec.Struct):
    count: int


class DismissParams(msgspec.Struct):
    id: Id


def wanted(said: NotificationsParams) -> Wanted:
    kinds = [kind for kind in said.types if kind in KINDS] if said.types else None
    excluded = [kind for kind in said.exclude_types if kind in KINDS]
    return Wanted(kinds, excluded, said.account_id)


@routes.get(
    "/api/v1/notifications",
    scopes="read:notifications",
    params=NotificationsParams,
    returns="[Notification]",
    paged=True,
)
async def list_notifications(call: Call) -> Response:
    said = await call.params(NotificationsParams)
    page = call.page(default=PAGE, maximum=PAGE_MOST)
    shown = await call.db.kept(Notifications).show(call.viewer_id, page, wanted(said))
    if shown:
        call.link(shown[0].notification.id, shown[-1].notification.id)
    return call.answer(notifications_bytes(shown, call.addresses))


@routes.get(
    "/api/v1/notifications/unread_count",
    scopes="read:notifications",
    params=UnreadParams,
    returns="UnreadCount",
)
async def count_unread(call: Call) -> Response:
    said = await call.params(UnreadParams)
    most = min(max(said.limit, 1), COUNT_MOST)
    kept = call.db.kept(Notifications)
    return call.json(Unread(await kept.count_unread(call.viewer_id, wanted(said), most)))


@routes.get("/api/v1/notifications/{id}", scopes="read:notifications", returns="Notification")
async def show_notification(call: Call) -> Response:
    shown = await call.db.kept(Notifications).find(call.viewer_id, call.id())
    return call.answer(notification_bytes(shown, call.addresses))


@routes.post("/api/v1/notifications/clear", scopes="write:notifications")
async def clear_notifications(call: Call) -> Response:
    await call.db.run(notifications.clear, call.viewer_id)
    return call.empty()


@routes.post("/api/v1/notifications/{id}/dismiss", scopes="write:notifications")
async def dismiss_notification(call: Call) -> Response:
    await call.db.run(notifications.dismiss, call.viewer_id, call.id())
    return call.empty()


@routes.post("/api/v1/notifications/dismiss", scopes="write:notifications", params=DismissParams)
async def dismiss_named(call: Call) -> Response:
    """The older spelling, which apps still use."""
    said = await call.params(DismissParams)
    await call.db.run(notifications.dismiss, call.viewer_id, said.id)
    return call.empty()
