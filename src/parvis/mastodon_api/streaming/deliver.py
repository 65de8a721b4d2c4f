"""One batch of wakes on its way to the listeners: the domain is asked once for all of them.

Who gets a status is decided by domain/timelines/audience.py, what they see of it by `Statuses`;
each different body is encoded once.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from parvis.domain.conversations.conversations import ShownConversation, find_conversations
from parvis.domain.ids import NOBODY
from parvis.domain.notifications.notifications import Notifications, ShownNotification
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.domain.timelines import audience
from parvis.domain.wakes.wakes import Wake
from parvis.mastodon_api.entities.conversations import conversation_bytes
from parvis.mastodon_api.entities.notifications import notification_bytes
from parvis.mastodon_api.entities.statuses import status_bytes
from parvis.mastodon_api.streaming.frames import Frame
from parvis.mastodon_api.streaming.listener import Listener

if TYPE_CHECKING:
    from parvis.mastodon_api.streaming.streams import Streams

EVENTS = {"status": "update", "edit": "status.update"}
PUBLIC_NAMES = frozenset(
    (
        "public",
        "public:media",
        "public:local",
        "public:local:media",
        "public:remote",
        "public:remote:media",
        "hashtag",
        "hashtag:local",
    )
)


class Delivery:
    """Made for one batch."""

    def __init__(self, streams: "Streams") -> None:
        self._streams = streams
        self._db = streams.db
        self._frames: dict[object, Frame] = {}
        self._homes: audience.Whose = {}
        self._had: audience.Whose = {}
        self._blocked: set[tuple[int, int]] = set()
        self._lists: audience.Whose = {}
        self._public: dict[int, audience.Public] = {}
        self._shown: dict[int, dict[int, Shown]] = {}
        self._notifications: dict[int, ShownNotification] = {}
        self._conversations: dict[int, ShownConversation] = {}

    async def deliver(self, told: list[Wake]) -> None:
        """Offer each listener what is theirs, in the order told."""
        await self._ask(told)
        for wake in told:
            if wake.kind in EVENTS:
                self._tell_status(wake)
            elif wake.kind == "delete":
                self._tell_deleted(wake)
            elif wake.kind == "notification":
                self._tell_notification(wake)
            elif wake.kind == "conversation":
                self._tell_conversation(wake)

    async def _ask(self, told: list[Wake]) -> None:
        """Everything the batch needs to know."""
        names: dict[str, list[int]] = {}
        for name, argument in self._streams.by_channel:
            of_name = names.setdefault(name, [])
            if isinstance(argument, int):  # hashtags are looked up by name
                of_name.append(argument)
        published = {wake.id for wake in told if wake.kind in EVENTS}
        deleted = {wake.id for wake in told if wake.kind == "delete"}
        homes, lists = names.get("user", []), names.get("list", [])
        if homes and published:
            self._homes = await audience.in_homes(self._db, homes, published)
        if lists and published:
            self._lists = await audience.in_lists(self._db, lists, published)
        if deleted and (homes or lists):
            owners = {one.login.account_id for one in self._listeners("user", "list")}
            self._had = await audience.were_in_homes(self._db, owners, deleted)
        if not PUBLIC_NAMES.isdisjoint(names):
            await self._ask_public(told, published)
        wanted = self._wanted()
        if wanted:
            self._shown = await self._db.kept(Statuses).show_each(wanted)
        await self._ask_own(told)

    async def _ask_public(self, told: list[Wake], published: set[int]) -> None:
        viewers = {one.login.account_id for one in self._listeners(*PUBLIC_NAMES)}
        if published:
            self._public = await audience.in_public(self._db, viewers, published)
        authors = {wake.account_id for wake in told if wake.kind == "delete" and wake.is_public}
        if authors:
            self._blocked = await audience.blocked_by(self._db, viewers, authors)

    async def _ask_own(self, told: list[Wake]) -> None:
        """What concerns one account alone, if that account listens here."""
        by_channel = self._streams.by_channel
        notified = [
            wake.id
            for wake in told
            if wake.kind == "notification"
            and (
                ("user", wake.account_id) in by_channel
                or ("user:notification", wake.account_id) in by_channel
            )
        ]
        if notified:
            found = await self._db.kept(Notifications).find_all(notified)
            self._notifications = {one.notification.id: one for one in found}
        moved = [
            wake.id
            for wake in told
            if wake.kind == "conversation" and ("direct", wake.account_id) in by_channel
        ]
        if moved:
            found = await find_conversations(self._db, moved)
            self._conversations = {one.id: one for one in found}

    def _listeners(self, *names: str) -> Iterable[Listener]:
        for (name, _), listeners in self._streams.by_channel.items():
            if name in names:
                yield from listeners

    def _wanted(self) -> dict[int, set[int]]:
        """Viewer → statuses they will be told."""
        wanted: dict[int, set[int]] = {}
        for status_id, account_ids in self._homes.items():
            for account_id in account_ids:
                wanted.setdefault(account_id, set()).add(status_id)
        for status_id, list_ids in self._lists.items():
            for list_id in list_ids:
                for listener in self._streams.by_channel.get(("list", list_id), ()):
                    wanted.setdefault(listener.login.account_id, set()).add(status_id)
        if self._public:
            wanted.setdefault(NOBODY, set()).update(self._public)
        return wanted

    def _tell_status(self, wake: Wake) -> None:
        event, id_ = EVENTS[wake.kind], wake.id
        keys = [("user", account_id) for account_id in self._homes.get(id_, ())]
        keys += [("list", list_id) for list_id in self._lists.get(id_, ())]
        for key in keys:
            for listener in list(self._streams.by_channel.get(key, ())):
                viewer_id = listener.login.account_id
                shown = self._shown.get(viewer_id, {}).get(id_)
                if shown is not None and listener.hears_statuses:
                    frame = self._status_frame(event, shown, viewer_id)
                    listener.offer(listener.channels[key].label, frame)
        public = self._public.get(id_)
        shown = self._shown.get(NOBODY, {}).get(id_)
        if public is not None and shown is not None:
            frame = self._status_frame(event, shown, NOBODY)
            for key in channels_of(public):
                for listener in list(self._streams.by_channel.get(key, ())):
                    if listener.login.account_id not in public.refuser_ids:
                        listener.offer(listener.channels[key].label, frame)

    def _tell_deleted(self, wake: Wake) -> None:
        """Whoever may have been told of it: its homes and lists, all public listeners but
        those whom its author blocked.
        """
        frame = Frame("delete", str(wake.id).encode())
        had = frozenset(self._had.get(wake.id, ()))
        if not had and not wake.is_public:
            return
        for key, listeners in list(self._streams.by_channel.items()):
            is_open = wake.is_public and key[0] in PUBLIC_NAMES
            for listener in list(listeners):
                viewer_id = listener.login.account_id
                may_have_had = key[0] in ("user", "list") and viewer_id in had
                is_told = is_open and (viewer_id, wake.account_id) not in self._blocked
                if listener.hears_statuses and (is_told or may_have_had):
                    listener.offer(listener.channels[key].label, frame)

    def _tell_notification(self, wake: Wake) -> None:
        shown = self._notifications.get(wake.id)
        if shown is None:
            return
        frame = Frame("notification", notification_bytes(shown, self._streams.addresses))
        for name in ("user", "user:notification"):
            key = name, wake.account_id
            for listener in list(self._streams.by_channel.get(key, ())):
                if listener.hears_notifications:
                    listener.offer(listener.channels[key].label, frame)

    def _tell_conversation(self, wake: Wake) -> None:
        shown = self._conversations.get(wake.id)
        if shown is None:
            return
        frame = Frame("conversation", conversation_bytes(shown, self._streams.addresses))
        key = "direct", wake.account_id
        for listener in list(self._streams.by_channel.get(key, ())):
            listener.offer(listener.channels[key].label, frame)

    def _status_frame(self, event: str, shown: Shown, viewer_id: int) -> Frame:
        key = event, *marks_of(shown, viewer_id)
        frame = self._frames.get(key)
        if frame is None:
            payload = status_bytes(shown, viewer_id, self._streams.addresses)
            frame = self._frames[key] = Frame(event, payload)
        return frame


def channels_of(public: audience.Public) -> Iterable[tuple[str, int | str]]:
    """The public channels that tell a status."""
    where = "local" if public.is_local else "remote"
    if public.is_listed:
        yield "public", 0
        yield f"public:{where}", 0
        if public.has_media:
            yield "public:media", 0
            yield f"public:{where}:media", 0
    for tag in public.tags:
        yield "hashtag", tag
        if public.is_local:
            yield "hashtag:local", tag


def marks_of(shown: Shown, viewer_id: int) -> tuple[object, ...]:
    """All by which the body of a status differs from one viewer to another."""
    proper = shown.reblog or shown
    verdict = proper.verdict
    is_own_poll = proper.status.poll is not None and proper.status.account_id == viewer_id
    return (
        shown.status.id,
        verdict.is_favourited,
        verdict.is_reblogged,
        verdict.is_muted,
        verdict.is_bookmarked,
        verdict.is_pinned,
        tuple(verdict.choices or ()),
        is_own_poll,
    )
