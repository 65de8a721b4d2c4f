"""Rows of statuses as processes keep them, and what doors present."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from parvis.domain.accounts.types import AccountCounters, AccountRow
from parvis.domain.events import Visibility
from parvis.domain.media.types import Attachment
from parvis.domain.statuses.eligible import Rules
from parvis.protocols.ranked import Outcome

PollKind = Literal["single", "multiple", "ranked"]


class Mention(msgspec.Struct):
    id: int
    username: str
    domain: str | None
    url: str

    @property
    def acct(self) -> str:
        return self.username if self.domain is None else f"{self.username}@{self.domain}"


class AppNamed(msgspec.Struct):
    name: str
    website: str | None


class PollRow(msgspec.Struct):
    id: int
    options: list[str]
    is_multiple: bool
    hides_totals: bool
    expires_at: datetime | None
    is_ranked: bool = False
    is_secret: bool = False
    is_changeable: bool = False
    rules: Rules | None = None
    eligible: int | None = None  # how many, where that is a closed list
    log_path: str | None = None  # None: asked before there were logs
    outcome: Outcome | None = None  # of a ranked poll that is closed

    @property
    def kind(self) -> PollKind:
        if self.is_ranked:
            return "ranked"
        return "multiple" if self.is_multiple else "single"


class PetitionNamed(msgspec.Struct):
    """The petition that a status announces, how its text begins, and the signatures that were counted."""

    id: int
    title: str
    text: str
    addressee: str
    goal: int
    signatures: int
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    answered_at: datetime | None = None

    @property
    def path(self) -> str:
        return f"/petitions/{self.id}"

    @property
    def ends_at(self) -> datetime | None:
        return self.closed_at or self.closes_at


class DrawNamed(msgspec.Struct):
    """The draw that a status announces, with the drawing that is open, or the last one."""

    id: int
    title: str
    method: Literal["drawn", "selected"]
    state: str
    frozen_at: datetime
    cancelled_at: datetime | None = None

    @property
    def path(self) -> str:
        return f"/draws/{self.id}"

    @property
    def ends_at(self) -> datetime:
        """When its list takes nobody any more."""
        return self.frozen_at


class RoomNamed(msgspec.Struct):
    """The room that a status announces."""

    id: int
    title: str
    state: Literal["scheduled", "open", "live", "paused", "ended", "published"]
    starts_at: datetime

    @property
    def path(self) -> str:
        return f"/rooms/{self.id}"

    @property
    def ends_at(self) -> None:
        """Nobody knows when those who speak have said it all."""


class StatusRow(msgspec.Struct, dict=True):
    """A status, the same for every viewer. Doors keep what they encoded of it as attributes."""

    id: int
    account_id: int
    uri: str
    url: str | None
    text: str
    content: str
    spoiler_text: str
    is_sensitive: bool
    visibility: Visibility
    is_local: bool
    language: str | None
    in_reply_to_id: int | None
    in_reply_to_account_id: int | None
    reblog_of_id: int | None
    conversation_id: int | None
    created_at: datetime
    edited_at: datetime | None
    is_deleted: bool
    emojis: list[Any]
    app: AppNamed | None
    mentions: list[Mention]
    tags: list[str]
    media: list[Attachment]
    poll: PollRow | None
    petition: PetitionNamed | None = None
    draw: DrawNamed | None = None
    room: RoomNamed | None = None

    @property
    def ends_at(self) -> datetime | None:
        """When what it asks its readers to do is over: voting, signing, entering."""
        asks = self.asks
        return self.poll.expires_at if self.poll else asks.ends_at if asks else None

    @property
    def asks(self) -> PetitionNamed | DrawNamed | RoomNamed | None:
        return self.petition or self.draw or self.room


class StatusCounters(msgspec.Struct):
    status_id: int
    replies: int
    reblogs: int
    favourites: int
    voters: int | None = None  # None: no poll
    tallies: list[int] | None = None


class Verdict(msgspec.Struct):
    """What one viewer may and did do with a status. `is_visible` leaves aside what it reblogs."""

    status_id: int
    is_visible: bool
    is_favourited: bool
    is_bookmarked: bool
    is_reblogged: bool
    is_pinned: bool
    is_muted: bool
    choices: list[int] | None = None  # None: did not vote


class Shown(msgspec.Struct):
    """A status as one viewer may see it. Only `Statuses.show` makes one."""

    status: StatusRow
    counters: StatusCounters
    verdict: Verdict
    author: AccountRow
    author_counters: AccountCounters
    reblog: "Shown | None" = None


class Version(msgspec.Struct):
    """What a status said for a time."""

    content: str
    spoiler_text: str
    is_sensitive: bool
    media: list[Attachment]
    poll_options: list[str] | None
    emojis: list[Any]
    created_at: datetime  # when it was written
