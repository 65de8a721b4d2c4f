"""How a door says what happened to those who listen at it."""

from collections.abc import Hashable
from typing import Any, Protocol

from parvis.domain.conversations.conversations import ShownConversation
from parvis.domain.network.announcements import Reaction
from parvis.domain.notifications.notifications import ShownNotification
from parvis.domain.statuses.eligible import Rule
from parvis.domain.statuses.types import Shown
from parvis.domain.wakes.wakes import Wake
from parvis.doors.streams.announced import Announced


class Voice(Protocol):
    """Makes frames: whatever the door's own connections know to send. None: it does not tell this.

    Listeners whose voices have the same `key` share what the first of them said: it may depend on
    nothing but the key and the marks of a status (deliver.marks_of).
    """

    @property
    def key(self) -> Hashable: ...

    @property
    def is_personal(self) -> bool:
        """Whether what is public is shown as the listener sees it, their marks included."""
        ...

    @property
    def tells_unread(self) -> bool:
        """Whether a number follows each notification."""
        ...

    @property
    def tells_barred(self) -> bool:
        """Whether a poll is told otherwise to whoever may not vote in it."""
        ...

    def status(self, wake: Wake, shown: Shown, viewer_id: int, barred: Rule | None, /) -> Any: ...

    def deleted(self, wake: Wake, /) -> Any: ...

    def notification(self, wake: Wake, shown: ShownNotification, barred: Rule | None, /) -> Any: ...

    def unread(self, wake: Wake, count: int, /) -> Any: ...

    def relation(self, wake: Wake, /) -> Any:
        """How the listener and an account stand to each other is another now."""
        ...

    def conversation(self, wake: Wake, shown: ShownConversation, /) -> Any: ...

    def announced(self, wake: Wake, told: Announced, /) -> Any:
        """An announcement as it is now."""
        ...

    def announcement_gone(self, wake: Wake, /) -> Any: ...

    def reacted(self, wake: Wake, one: Reaction, /) -> Any: ...

    def room(self, wake: Wake, /) -> Any:
        """Something that a room's page shows is otherwise."""
        ...

    def call(self, wake: Wake, /) -> Any:
        """A call of the listener is otherwise, or has something to tell their browser."""
        ...

    def behind(self, seq: int, /) -> Any:
        """Said instead of what was missed, when it is too much."""
        ...
