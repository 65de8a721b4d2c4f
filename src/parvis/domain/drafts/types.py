"""A draft as its writer left it: nothing of it was checked yet but its size."""

from datetime import datetime

import msgspec

from parvis.domain.events import Visibility
from parvis.domain.statuses.eligible import Rules


class WrittenMedia(msgspec.Struct, frozen=True):
    """An upload of a draft. `focus` is "x,y", "" for none chosen."""

    id: int
    description: str = ""
    focus: str = ""


class WrittenPoll(msgspec.Struct, frozen=True):
    """A poll of a draft, its blank options left out. `ends_at` as it was typed, "" for so many seconds."""

    options: list[str]
    expires_in_s: int | None = None
    is_multiple: bool = False
    hides_totals: bool = False
    is_ranked: bool = False
    is_changeable: bool = False
    ends_at: str = ""
    rules: Rules = Rules()
    is_secret: bool = False


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What stood in the composer."""

    text: str = ""
    spoiler_text: str = ""
    visibility: Visibility | None = None
    language: str = ""
    is_sensitive: bool = False
    in_reply_to_id: int | None = None
    status_id: int | None = None  # the status that it changes; None: a new one
    media: list[WrittenMedia] = []
    poll: WrittenPoll | None = None

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing worth keeping."""
        return not (self.text.strip() or self.spoiler_text.strip() or self.media or self.poll)


class KeptDraft(msgspec.Struct, frozen=True):
    """A draft on the server. `version` counts its savings, so that two windows notice each other."""

    id: int
    key: str
    version: int
    written: Written
    updated_at: datetime
