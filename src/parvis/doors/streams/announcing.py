"""Announcements on their way to listeners: the same for all, but for who has put one away."""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from typing import Any

from parvis.domain.ids import NOBODY
from parvis.domain.network import announcements
from parvis.domain.network.announcements import Reaction
from parvis.domain.network.emojis import list_emojis
from parvis.domain.wakes.wakes import Wake
from parvis.doors.streams.announced import Announced
from parvis.doors.streams.channels import ANNOUNCED, Key
from parvis.doors.streams.listener import Listener
from parvis.infra.postgres import Db

KINDS = frozenset(("announcement", "reaction"))

Offer = tuple[Key, Listener, Hashable, Callable[[], Any]]


class Announcing:
    """Made for one batch."""

    def __init__(self, db: Db, by_channel: Mapping[Key, Collection[Listener]]) -> None:
        self._db = db
        self._by_channel = by_channel
        self._current: dict[int, Announced] = {}
        self._put_away: set[tuple[int, int]] = set()

    async def ask(self, told: list[Wake]) -> None:
        """Three statements at most, whoever listens; none when nothing is announced."""
        ids = {wake.id for wake in told if wake.kind in KINDS}
        listeners = list(self._listeners()) if ids else []
        if not listeners:
            return
        current = [one for one in await announcements.list_current(self._db) if one.id in ids]
        reactions = await announcements.list_reactions(
            self._db, NOBODY, [one.id for one in current]
        )
        emojis = (await list_emojis(self._db)).emojis
        self._current = {
            one.id: Announced(one, reactions.get(one.id, []), emojis) for one in current
        }
        viewers = {one.viewer_id for _, one in listeners} - {NOBODY}
        if self._current and viewers:
            self._put_away = await announcements.who_put_away(self._db, self._current, viewers)

    def offers(self, wake: Wake) -> Iterator[Offer]:
        """Who is told what, with the mark of all that makes it differ."""
        told = self._current.get(wake.id)
        if told is None and wake.kind == "reaction":
            return
        for key, listener in list(self._listeners()):
            if (wake.id, listener.viewer_id) not in self._put_away:
                yield key, listener, (listener.voice.key, wake.seq), self._maker(wake, listener)

    def _maker(self, wake: Wake, listener: Listener) -> Callable[[], Any]:
        told, voice = self._current.get(wake.id), listener.voice
        if told is None:
            return lambda: voice.announcement_gone(wake)
        if wake.kind == "announcement":
            return lambda: voice.announced(wake, told)
        none_left = Reaction(wake.id, wake.name, 0, is_mine=False, url=None, static_url=None)
        now = next((one for one in told.reactions if one.name == wake.name), none_left)
        return lambda: voice.reacted(wake, now)

    def _listeners(self) -> Iterator[tuple[Key, Listener]]:
        for key, listeners in self._by_channel.items():
            if key[0] in ANNOUNCED:
                for listener in listeners:
                    yield key, listener
