"""Rows of accounts as processes keep them."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

Role = Literal["member", "moderator", "admin", "owner"]


class Field(msgspec.Struct, frozen=True):
    """A line of a profile: `html` is what pages and apps show."""

    name: str
    value: str
    html: str = ""
    verified_at: datetime | None = None


class Picture(msgspec.Struct, frozen=True):
    """An avatar or header: storage keys below the media address, or whole addresses of other
    servers.
    """

    url: str
    static_url: str
    description: str = ""


class AccountRow(msgspec.Struct, dict=True):
    """An account's public face. Doors keep what they encoded of it as attributes of the row."""

    id: int
    username: str
    domain: str | None
    uri: str
    url: str
    display_name: str
    note: str
    note_html: str
    fields: list[Field]
    avatar: Picture | None
    header: Picture | None
    emojis: list[Any]
    is_locked: bool
    is_bot: bool
    is_group: bool
    is_discoverable: bool
    is_indexable: bool
    hides_collections: bool
    is_pulled: bool
    moved_to_id: int | None
    is_suspended: bool
    is_limited: bool
    is_sensitized: bool
    is_deleted: bool
    created_at: datetime
    role: Role | None  # None: an account of another server
    is_pending: bool = False  # registered, not yet confirmed and approved; true may be out of date

    @property
    def acct(self) -> str:
        return self.username if self.domain is None else f"{self.username}@{self.domain}"

    @property
    def is_gone(self) -> bool:
        """Suspended or deleted: its statuses and relationships are shown to nobody."""
        return self.is_suspended or self.is_deleted


class AccountCounters(msgspec.Struct, dict=True):
    account_id: int
    statuses: int  # public and unlisted ones only: no count tells of a private status
    followers: int
    following: int
    last_status_at: date | None


class ShownAccount(msgspec.Struct):
    """What doors present of an account."""

    account: AccountRow
    counters: AccountCounters
    moved: "ShownAccount | None" = None  # where this person went; only in answers about accounts
