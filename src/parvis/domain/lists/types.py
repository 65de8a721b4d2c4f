"""A list as its owner sees it."""

from typing import Literal

import msgspec

RepliesPolicy = Literal["followed", "list", "none"]  # whose replies to others are shown


class List(msgspec.Struct, frozen=True):
    id: int
    title: str
    replies_policy: RepliesPolicy
    is_exclusive: bool  # its members' statuses are left out of the home timeline


class ListDraft(msgspec.Struct, frozen=True):
    """What an owner wants a list to be. None: unchanged, or the default when new."""

    title: str | None = None
    replies_policy: RepliesPolicy | None = None
    is_exclusive: bool | None = None
