"""What the commands of calls and the doors share."""

from datetime import datetime
from typing import Literal

import msgspec

State = Literal["ringing", "talking", "declined", "unanswered", "over", "missed"]
LIVE: frozenset[str] = frozenset({"ringing", "talking"})


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call as one of its two sees it."""

    id: int
    other_id: int
    is_caller: bool
    state: State
    mine: str | None  # the device of who looks
    theirs: str | None
    created_at: datetime

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


class Started(msgspec.Struct, frozen=True):
    """`is_busy`: it does not ring; who was called is in another call, and finds that they missed this one."""

    call_id: int
    is_busy: bool = False


class Missed(msgspec.Struct, frozen=True):
    """Somebody called, and nobody answered."""

    id: int
    caller_id: int
    at: datetime
