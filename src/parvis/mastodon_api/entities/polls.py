"""Poll as the API shows it: never kept, since its tally, its end and the viewer's vote all move."""

from datetime import datetime

import msgspec

from parvis.domain.statuses.types import Shown
from parvis.protocols.timestamps import iso


class PollOption(msgspec.Struct):
    title: str
    votes_count: int | None  # None: hidden until the end


class Poll(msgspec.Struct):
    id: str
    expires_at: str | None
    expired: bool
    multiple: bool
    votes_count: int
    voters_count: int | None
    options: list[PollOption]
    emojis: list[str]
    voted: bool
    own_votes: list[int]


def poll_entity(shown: Shown, viewer_id: int, moment: datetime) -> Poll:
    """The poll of a status that has one. Its author counts as having voted: they see the tally."""
    row, counters, choices = shown.status.poll, shown.counters, shown.verdict.choices
    if row is None:
        raise ValueError("the status has no poll")
    is_over = row.expires_at is not None and row.expires_at <= moment
    is_hidden = row.hides_totals and not is_over
    tallies = counters.tallies or [0] * len(row.options)
    return Poll(
        id=str(row.id),
        expires_at=iso(row.expires_at) if row.expires_at else None,
        expired=is_over,
        multiple=row.is_multiple,
        votes_count=sum(tallies),
        voters_count=counters.voters or 0,
        options=[
            PollOption(title, None if is_hidden else votes)
            for title, votes in zip(row.options, tallies, strict=True)
        ],
        emojis=[],
        voted=choices is not None or shown.status.account_id == viewer_id,
        own_votes=choices or [],
    )


def poll_bytes(shown: Shown, viewer_id: int, moment: datetime) -> bytes:
    return msgspec.json.encode(poll_entity(shown, viewer_id, moment))
