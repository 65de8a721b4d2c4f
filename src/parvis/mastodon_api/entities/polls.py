"""Poll as the API shows it: never kept, since its tally, its end and the viewer's vote all move."""

from datetime import datetime

import msgspec

from parvis.domain.addresses import Addresses
from parvis.domain.ids import NOBODY
from parvis.domain.statuses.types import Shown, StatusRow
from parvis.infra.clock import now
from parvis.mastodon_api.entities.emojis import CustomEmoji, emojis_of
from parvis.protocols.emoji import find_shortcodes
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
    emojis: list[CustomEmoji]
    voted: bool | msgspec.UnsetType = msgspec.UNSET  # nobody is logged in
    own_votes: list[int] | msgspec.UnsetType = msgspec.UNSET


def poll_entity(shown: Shown, viewer_id: int, addresses: Addresses, moment: datetime) -> Poll:
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
        emojis=_emojis(shown.status, row.options, addresses),
        voted=msgspec.UNSET
        if viewer_id == NOBODY
        else choices is not None or shown.status.account_id == viewer_id,
        own_votes=msgspec.UNSET if viewer_id == NOBODY else choices or [],
    )


def _emojis(status: StatusRow, options: list[str], addresses: Addresses) -> list[CustomEmoji]:
    """Of the status's emoji those that its options name."""
    if not status.emojis:
        return []
    named = find_shortcodes(" ".join(options))
    return emojis_of([one for one in status.emojis if one["shortcode"] in named], addresses)


def poll_bytes(shown: Shown, viewer_id: int, addresses: Addresses) -> bytes:
    return msgspec.json.encode(poll_entity(shown, viewer_id, addresses, now()))
