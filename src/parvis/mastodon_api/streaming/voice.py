"""What apps are told: entities as the routes answer them, encoded once for all who get the same."""

import msgspec

from parvis.domain.addresses import Addresses
from parvis.domain.conversations.conversations import ShownConversation
from parvis.domain.network.announcements import Reaction
from parvis.domain.notifications.notifications import ShownNotification
from parvis.domain.statuses.eligible import Rule
from parvis.domain.statuses.types import Shown
from parvis.domain.wakes.wakes import Wake
from parvis.doors.streams.announced import Announced
from parvis.mastodon_api.entities.announcements import announcement_entity, reaction_told
from parvis.mastodon_api.entities.conversations import conversation_bytes
from parvis.mastodon_api.entities.notifications import notification_bytes
from parvis.mastodon_api.entities.statuses import status_bytes
from parvis.mastodon_api.streaming.frames import Frame

EVENTS = {"status": "update", "edit": "status.update"}


class AppVoice:
    """One for all apps: they are told the same, and public streams show nobody's own marks."""

    key = "app"
    is_personal = False
    tells_unread = False
    tells_barred = False  # they learn it when they vote

    def __init__(self, addresses: Addresses) -> None:
        self.addresses = addresses

    def status(self, wake: Wake, shown: Shown, viewer_id: int, _barred: Rule | None) -> Frame:
        return Frame(EVENTS[wake.kind], status_bytes(shown, viewer_id, self.addresses))

    def deleted(self, wake: Wake) -> Frame:
        return Frame("delete", str(wake.id).encode())

    def notification(self, _wake: Wake, shown: ShownNotification, _barred: Rule | None) -> Frame:
        return Frame("notification", notification_bytes(shown, self.addresses))

    def unread(self, _wake: Wake, _count: int) -> None:
        """Apps count for themselves."""

    def relation(self, _wake: Wake) -> None:
        """Apps ask for relationships when they show them."""

    def conversation(self, _wake: Wake, shown: ShownConversation) -> Frame:
        return Frame("conversation", conversation_bytes(shown, self.addresses))

    def announced(self, _wake: Wake, told: Announced) -> Frame:
        entity = announcement_entity(
            told.announcement,
            is_read=False,
            reactions=told.reactions,
            emojis=told.emojis,
            addresses=self.addresses,
        )
        return Frame("announcement", msgspec.json.encode(entity))

    def announcement_gone(self, wake: Wake) -> Frame:
        return Frame("announcement.delete", str(wake.id).encode())

    def reacted(self, wake: Wake, one: Reaction) -> Frame:
        told = reaction_told(wake.id, one, self.addresses)
        return Frame("announcement.reaction", msgspec.json.encode(told))

    def room(self, _wake: Wake) -> None:
        """Apps have no pages of rooms."""

    def call(self, _wake: Wake) -> None:
        """Apps know no calls."""

    def behind(self, _seq: int) -> None:
        """Apps do not say how far they got."""
