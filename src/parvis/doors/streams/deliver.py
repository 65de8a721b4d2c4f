"""One batch of wakes on its way to the listeners: the domain is asked once for all of them.

Who gets a status is decided by domain/timelines/audience.py, what they see of it by `Statuses`;
each different frame is made once.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from typing import Any

from parvis.domain.conversations.conversations import ShownConversation, find_conversations
from parvis.domain.ids import NOBODY
from parvis.domain.notifications.notifications import Notifications, ShownNotification
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.domain.timelines import audience
from parvis.domain.wakes.wakes import Kind, Wake
from parvis.doors.streams.announcing import Announcing
from parvis.doors.streams.barring import Barring
from parvis.doors.streams.channels import HOMES, OWN, PUBLIC, Key
from parvis.doors.streams.listener import Listener
from parvis.infra.postgres import Db

STATUSES = frozenset(("status", "edit"))
COUNTED = frozenset(("notification", "badge"))


class Delivery:
    """Made for one batch."""

    def __init__(
        self,
        db: Db,
        by_channel: Mapping[Key, Collection[Listener]],
        by_card: Mapping[int, Collection[Listener]],
    ) -> None:
        self._db = db
        self._by_channel = by_channel
        self._by_card = by_card
        self._frames: dict[Hashable, Any] = {}
        self._homes: audience.Whose = {}
        self._had: audience.Whose = {}
        self._blocked: set[tuple[int, int]] = set()
        self._lists: audience.Whose = {}
        self._public: dict[int, audience.Public] = {}
        self._shown: dict[int, dict[int, Shown]] = {}
        self._notifications: dict[int, ShownNotification] = {}
        self._unread: dict[int, int] = {}
        self._conversations: dict[int, ShownConversation] = {}
        self._barring = Barring(db)
        self._announcing = Announcing(db, by_channel)

    async def deliver(self, told: list[Wake]) -> None:
        """Offer each listener what is theirs, in the order told."""
        await self._ask(told)
        ways: dict[Kind, Callable[[Wake], None]] = {
            "status": self._tell_status,
            "edit": self._tell_status,
            "delete": self._tell_deleted,
            "notification": self._tell_notification,
            "badge": self._tell_unread,
            "conversation": self._tell_conversation,
            "announcement": self._tell_announcement,
            "reaction": self._tell_announcement,
            "relation": self._tell_relation,
            "room": self._tell_room,
            "call": self._tell_call,
        }
        for wake in told:
            ways[wake.kind](wake)

    async def _ask(self, told: list[Wake]) -> None:
        """Everything the batch needs to know."""
        homes, lists = self._ids(*HOMES), self._ids("list")
        published = {wake.id for wake in told if wake.kind in STATUSES}
        deleted = {wake.id for wake in told if wake.kind == "delete"}
        if homes and published:
            self._homes = await audience.in_homes(self._db, homes, published)
        if lists and published:
            self._lists = await audience.in_lists(self._db, lists, published)
        if deleted and (homes or lists):
            owners = {one.viewer_id for one in self._listeners(*HOMES, "list")}
            self._had = await audience.were_in_homes(self._db, owners, deleted)
        if any(name in PUBLIC for name, _ in self._by_channel):
            await self._ask_public(told, published)
        wanted = self._wanted(told)
        if wanted:
            self._shown = await self._db.kept(Statuses).show_each(wanted)
        await self._ask_own(told)
        await self._ask_barred()
        await self._announcing.ask(told)

    def _ids(self, *names: str) -> set[int]:
        """The accounts, or lists, whose channels are listened to."""
        return {
            argument
            for name, argument in self._by_channel
            if name in names and isinstance(argument, int)
        }

    async def _ask_public(self, told: list[Wake], published: set[int]) -> None:
        viewers = {one.viewer_id for one in self._listeners(*PUBLIC)}
        if published:
            self._public = await audience.in_public(self._db, viewers, published)
        authors = {wake.account_id for wake in told if wake.kind == "delete" and wake.is_public}
        if authors:
            self._blocked = await audience.blocked_by(self._db, viewers, authors)

    async def _ask_own(self, told: list[Wake]) -> None:
        """What concerns one account alone, if that account listens here."""
        notified = [
            wake
            for wake in told
            if wake.kind == "notification"
            and any((name, wake.account_id) in self._by_channel for name in OWN)
        ]
        if notified:
            shelf = self._db.kept(Notifications)
            found = await shelf.find_all([wake.id for wake in notified])
            self._notifications = {one.notification.id: one for one in found}
        await self._count_unread(told)
        moved = [
            wake.id
            for wake in told
            if wake.kind == "conversation" and ("direct", wake.account_id) in self._by_channel
        ]
        if moved:
            found = await find_conversations(self._db, moved)
            self._conversations = {one.id: one for one in found}

    async def _count_unread(self, told: list[Wake]) -> None:
        moved = {wake.account_id for wake in told if wake.kind in COUNTED}
        if moved:
            moved &= {one.viewer_id for one in self._listeners(*OWN) if one.voice.tells_unread}
        if moved:
            self._unread = await self._db.kept(Notifications).count_unread_of(moved)

    async def _ask_barred(self) -> None:
        """Who of those that read pages may not vote in what comes to them."""
        shown = {viewer_id: dict(by_id) for viewer_id, by_id in self._shown.items()}
        for one in self._notifications.values():
            if one.status is not None:
                of_one = shown.setdefault(one.notification.account_id, {})
                of_one[one.status.status.id] = one.status
        if not any(_has_poll(one) for by_id in shown.values() for one in by_id.values()):
            return
        listeners = (one for some in self._by_channel.values() for one in some)
        viewers = {one.viewer_id for one in listeners if one.voice.tells_barred} - {NOBODY}
        await self._barring.ask(shown, viewers)

    def _listeners(self, *names: str) -> Iterable[Listener]:
        for (name, _), listeners in self._by_channel.items():
            if name in names:
                yield from listeners

    def _on_pages(self, told: list[Wake]) -> dict[int, set[int]]:
        """Viewer → edited statuses that their page shows."""
        wanted: dict[int, set[int]] = defaultdict(set)
        for wake in told:
            if wake.kind == "edit":
                for listener in self._by_card.get(wake.id, ()):
                    wanted[listener.viewer_id].add(wake.id)
        return wanted

    def _wanted(self, told: list[Wake]) -> dict[int, set[int]]:
        """Viewer → statuses they will be told."""
        wanted = self._on_pages(told)
        for status_id, account_ids in self._homes.items():
            for account_id in account_ids:
                wanted[account_id].add(status_id)
        for status_id, list_ids in self._lists.items():
            for list_id in list_ids:
                for listener in self._by_channel.get(("list", list_id), ()):
                    wanted[listener.viewer_id].add(status_id)
        for status_id in self._public:
            wanted[NOBODY].add(status_id)
            for viewer_id in {viewer_of(one) for _, one in self._of_public(status_id)}:
                wanted[viewer_id].add(status_id)
        return wanted

    def _of_public(self, status_id: int) -> Iterator[tuple[Key, Listener]]:
        """Whom public channels tell of a status, and by which."""
        public = self._public.get(status_id)
        if public is not None:
            for key in channels_of(public):
                for listener in list(self._by_channel.get(key, ())):
                    if listener.viewer_id not in public.refuser_ids:
                        yield key, listener

    def _tell_status(self, wake: Wake) -> None:
        id_ = wake.id
        keys = [(name, account_id) for account_id in self._homes.get(id_, ()) for name in HOMES]
        keys += [("list", list_id) for list_id in self._lists.get(id_, ())]
        for key in keys:
            for listener in list(self._by_channel.get(key, ())):
                if listener.hears_statuses:
                    self._offer_status(key, listener, wake, listener.viewer_id)
        if wake.kind == "edit":
            for listener in list(self._by_card.get(id_, ())):
                self._offer_status(None, listener, wake, listener.viewer_id)
        # What nobody at all may see was made private meanwhile.
        if id_ in self._shown.get(NOBODY, {}):
            for key, listener in self._of_public(id_):
                self._offer_status(key, listener, wake, viewer_of(listener))

    def _offer_status(
        self, key: Key | None, listener: Listener, wake: Wake, viewer_id: int
    ) -> None:
        shown = self._shown.get(viewer_id, {}).get(wake.id)
        if shown is None:
            return
        voice = listener.voice
        barred = self._barring.rule(shown, viewer_id)
        mark = voice.key, wake.seq, barred, *marks_of(shown, viewer_id)
        frame = self._frame(mark, lambda: voice.status(wake, shown, viewer_id, barred))
        self._offer(key, listener, frame)

    def _tell_deleted(self, wake: Wake) -> None:
        """Whoever may have been told of it: its homes and lists, all public listeners but
        those whom its author blocked; and whose page showed it.
        """
        for listener in list(self._by_card.get(wake.id, ())):
            voice = listener.voice
            frame = self._frame((voice.key, wake.seq), lambda one=voice: one.deleted(wake))
            self._offer(None, listener, frame)
        had = frozenset(self._had.get(wake.id, ()))
        if not had and not wake.is_public:
            return
        for key, listeners in list(self._by_channel.items()):
            is_open = wake.is_public and key[0] in PUBLIC
            for listener in list(listeners):
                viewer_id = listener.viewer_id
                may_have_had = key[0] in (*HOMES, "list") and viewer_id in had
                is_told = is_open and (viewer_id, wake.account_id) not in self._blocked
                if listener.hears_statuses and (is_told or may_have_had):
                    voice = listener.voice
                    frame = self._frame((voice.key, wake.seq), lambda one=voice: one.deleted(wake))
                    self._offer(key, listener, frame)

    def _tell_notification(self, wake: Wake) -> None:
        shown = self._notifications.get(wake.id)
        if shown is None:
            return
        status = shown.status
        barred = self._barring.rule(status, wake.account_id) if status is not None else None
        for name in OWN:
            key = name, wake.account_id
            for listener in list(self._by_channel.get(key, ())):
                if not listener.hears_notifications:
                    continue
                voice = listener.voice
                mark = voice.key, wake.seq, wake.account_id
                frame = self._frame(mark, lambda one=voice: one.notification(wake, shown, barred))
                self._offer(key, listener, frame)
        self._tell_unread(wake)

    def _tell_unread(self, wake: Wake) -> None:
        count = self._unread.get(wake.account_id)
        if count is None:
            return
        for name in OWN:
            for listener in list(self._by_channel.get((name, wake.account_id), ())):
                if listener.hears_notifications and listener.voice.tells_unread:
                    listener.offer("", listener.voice.unread(wake, count))

    def _tell_relation(self, wake: Wake) -> None:
        for name in OWN:
            for listener in list(self._by_channel.get((name, wake.account_id), ())):
                listener.offer("", listener.voice.relation(wake))

    def _tell_call(self, wake: Wake) -> None:
        for name in OWN:
            for listener in list(self._by_channel.get((name, wake.account_id), ())):
                listener.offer("", listener.voice.call(wake))

    def _tell_conversation(self, wake: Wake) -> None:
        shown = self._conversations.get(wake.id)
        if shown is None:
            return
        key = "direct", wake.account_id
        for listener in list(self._by_channel.get(key, ())):
            voice = listener.voice
            mark = voice.key, wake.seq, wake.account_id
            frame = self._frame(mark, lambda one=voice: one.conversation(wake, shown))
            self._offer(key, listener, frame)

    def _tell_announcement(self, wake: Wake) -> None:
        for key, listener, mark, make in self._announcing.offers(wake):
            self._offer(key, listener, self._frame(mark, make))

    def _tell_room(self, wake: Wake) -> None:
        key = "room", wake.id
        for listener in list(self._by_channel.get(key, ())):
            frame = self._frame(
                (listener.voice.key, wake.seq), lambda one=listener.voice: one.room(wake)
            )
            self._offer(key, listener, frame)

    def _offer(self, key: Key | None, listener: Listener, frame: Any) -> None:
        """`key`: by which channel; None: because it is on the page."""
        listener.offer("" if key is None else listener.channels[key].label, frame)

    def _frame(self, mark: Hashable, make: Callable[[], Any]) -> Any:
        if mark not in self._frames:
            self._frames[mark] = make()
        return self._frames[mark]


def _has_poll(shown: Shown) -> bool:
    return (shown.reblog or shown).status.poll is not None


def viewer_of(listener: Listener) -> int:
    """As whom a listener is shown what is public."""
    return listener.viewer_id if listener.voice.is_personal else NOBODY


def channels_of(public: audience.Public) -> Iterable[Key]:
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
    """All by which what is said of a status differs from one viewer to another."""
    proper = shown.reblog or shown
    verdict = proper.verdict
    return (
        shown.status.id,
        verdict.is_favourited,
        verdict.is_reblogged,
        verdict.is_muted,
        verdict.is_bookmarked,
        verdict.is_pinned,
        None if verdict.choices is None else tuple(verdict.choices),
        proper.status.account_id == viewer_id,
        shown.status.account_id == viewer_id,
    )
