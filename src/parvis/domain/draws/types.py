"""What the commands of draws and the doors share."""

from datetime import datetime
from typing import Literal

import msgspec

Method = Literal["drawn", "selected"]
State = Literal["open", "freezing", "frozen", "shown", "drawn", "void"]
Answer = Literal["waiting", "asked", "accepted", "declined", "silent", "gone"]


class Drawing(msgspec.Struct, frozen=True):
    """One drawing of a draw, or the only one. `manifest`: its terms as they are logged."""

    draw_id: int
    number: int
    manifest: bytes
    frozen_at: datetime  # as announced
    due_at: datetime  # when its round is signed
    state: State
    entrants: int | None
    root: bytes | None
    shown_at: datetime | None
    source: int | None
    beacon: dict[str, object] | None
    why: str | None
    drawn_at: datetime | None


class Winner(msgspec.Struct, frozen=True):
    """Somebody who was drawn or selected. `place` None: a reserve who was not called."""

    number: int
    rank: int
    entrant: bytes
    account_id: int | None
    place: int | None
    state: Answer
    answer_by: datetime | None


class Draw(msgspec.Struct, frozen=True):
    """A draw with its drawings. `stage`: the drawing whose list is open, one more when none is."""

    id: int
    account_id: int
    status_id: int | None
    log_id: int
    log_path: str
    method: Method
    title: str
    prizes: str
    manifest: bytes
    list_id: int | None
    stage: int
    cancelled_at: datetime | None
    cancelled_why: str | None
    closed_at: datetime | None
    created_at: datetime
    drawings: tuple[Drawing, ...]
    entrants: int  # who are in now

    @property
    def current(self) -> Drawing:
        """The drawing that is open for entries, or the last one."""
        return self.drawings[min(self.stage, len(self.drawings)) - 1]

    def waiting(self, moment: datetime) -> Drawing | None:
        """The first drawing whose round is due and not there; in a series the next list may be open."""
        if self.method == "selected":
            return None
        due = (one for one in self.drawings if one.state == "shown" and one.due_at <= moment)
        return next(due, None)

    @property
    def is_open(self) -> bool:
        """Whether its list can still change; by the clock alone, see Drawing.frozen_at."""
        return self.cancelled_at is None and self.stage <= len(self.drawings)


class Announced(msgspec.Struct, frozen=True):
    """The first entry of a draw's log: everything that was announced but its texts, which are hashes."""

    id: str
    title: str
    prizes: str
    organiser: str
    method: Method
    eligible: "Eligible"
    places: tuple[str, ...]
    tied_to: str
    drawings: int
    winners: int
    reserves: int
    again: Literal["may", "may not"]
    answer_within_s: int
    fallback_after_s: int
    witnessed: bool
    chains: tuple[dict[str, object], ...]


class Eligible(msgspec.Struct, frozen=True):
    """Who may enter: accounts of this network, each once, not the author, and of those who …"""

    older_than_days: int = 0
    follow_the_author: bool = False
    on_a_list_of_the_author: bool = False


def announced_of(manifest: bytes) -> Announced:
    return msgspec.json.decode(manifest, type=Announced)
