"""What is said of an announcement, whatever the door."""

import msgspec

from parvis.domain.network.announcements import Announcement, Reaction
from parvis.domain.network.emojis import Emoji


class Announced(msgspec.Struct, frozen=True):
    """`emojis`: all that its text may name."""

    announcement: Announcement
    reactions: list[Reaction]
    emojis: list[Emoji]
