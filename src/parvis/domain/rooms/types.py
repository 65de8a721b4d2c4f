"""What the commands of rooms and the doors share."""

from datetime import datetime
from typing import Literal

import msgspec

Access = Literal["public", "members", "followers"]
State = Literal["scheduled", "open", "live", "paused", "ended", "published"]
Role = Literal["host", "cohost", "speaker", "invited", "raised", "removed", ""]

OPEN: frozenset[str] = frozenset({"open", "live", "paused"})  # its sound can be heard
HOSTS: frozenset[str] = frozenset({"host", "cohost"})
SPEAK: frozenset[str] = frozenset({"host", "cohost", "speaker"})


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A room as somebody sees it. `role`: what they are in it."""

    id: int
    account_id: int
    status_id: int
    is_call: bool  # of a few people: nobody listens, nothing is kept
    title: str
    language: str | None
    access: Access
    records: bool
    state: State
    starts_at: datetime
    epoch_ms: int | None
    opened_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    finished_at: datetime | None
    recording_bytes: int | None
    listeners: int
    listeners_most: int
    host_gain_db: int
    role: Role
    is_muted: bool

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_over(self) -> bool:
        return self.state in ("ended", "published")

    @property
    def is_hosted(self) -> bool:
        """Whether who looks may run it."""
        return self.role in HOSTS

    @property
    def speaks(self) -> bool:
        """Whether who looks may speak in it while its doors are open."""
        return self.role in SPEAK

    @property
    def has_recording(self) -> bool:
        """Whether who looks may have what was recorded: everybody once it is published, its hosts before."""
        return bool(self.recording_bytes) and (self.state == "published" or self.is_hosted)


class Participant(msgspec.Struct, frozen=True):
    """Somebody who is more than a listener."""

    account_id: int
    role: Role
    muted: bool
    gain_db: int


class Question(msgspec.Struct, frozen=True):
    """`account_id` None: its author left. `is_mine`: whether who looks voted for it."""

    id: int
    account_id: int | None
    text: str
    votes: int
    answered_at: datetime | None
    is_taken: bool  # it is being answered now
    is_mine: bool


class Caption(msgspec.Struct, frozen=True):
    """What was said between two moments, in milliseconds since the room's first part."""

    id: int
    from_ms: int
    to_ms: int
    text: str
