"""What lies between two accounts."""

from datetime import datetime

import msgspec

from parvis.domain.accounts.types import ShownAccount


class Relationship(msgspec.Struct, frozen=True):
    """How one account (the asker) stands to another (the target)."""

    target_id: int
    is_following: bool
    is_requested: bool
    shows_reblogs: bool
    notifies: bool
    languages: list[str] | None  # None: all
    is_followed_by: bool
    is_requested_by: bool
    is_blocking: bool
    is_blocked_by: bool
    is_muting: bool
    mutes_notifications: bool
    mute_expires_at: datetime | None  # None: not muted, or until unmuted
    is_domain_blocking: bool
    is_endorsed: bool
    note: str


class Listed(msgspec.Struct, frozen=True):
    """An account in a list of relations; the relation's id is the list's cursor."""

    relation_id: int
    shown: ShownAccount
    expires_at: datetime | None = None  # of a mute
