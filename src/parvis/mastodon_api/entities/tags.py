"""Tag and FeaturedTag as the API shows them."""

import hashlib
from datetime import UTC, datetime

import msgspec
from msgspec import UNSET, UnsetType

from parvis.domain.addresses import Addresses
from parvis.domain.statuses.tags import Day, FeaturedTag, Tag


class DayEntity(msgspec.Struct):
    day: str  # seconds since 1970 at its midnight
    uses: str
    accounts: str


class TagEntity(msgspec.Struct):
    id: str
    name: str
    url: str
    history: list[DayEntity]
    following: bool | UnsetType = UNSET  # only told to somebody logged in
    featuring: bool | UnsetType = UNSET


class FeaturedTagEntity(msgspec.Struct):
    id: str
    name: str
    url: str
    statuses_count: str
    last_status_at: str | None  # a date


def tag_entity(tag: Tag, addresses: Addresses, *, is_logged_in: bool) -> TagEntity:
    return TagEntity(
        id=_id_of(tag.name),
        name=tag.display_name or tag.name,
        url=addresses.tag_url(tag.name),
        history=[_day(day) for day in tag.history],
        following=tag.is_followed if is_logged_in else UNSET,
        featuring=tag.is_featured if is_logged_in else UNSET,
    )


def _id_of(name: str) -> str:
    """Made of the name: an id from the table would tell that somebody used it in private, and when."""
    return str(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) >> 1)


def _day(day: Day) -> DayEntity:
    midnight = datetime(day.day.year, day.day.month, day.day.day, tzinfo=UTC)
    return DayEntity(str(int(midnight.timestamp())), str(day.uses), str(day.accounts))


def featured_entity(tag: FeaturedTag, page: str, addresses: Addresses) -> FeaturedTagEntity:
    """`page` is the address of the page that shows it."""
    return FeaturedTagEntity(
        id=str(tag.id),
        name=tag.display_name or tag.name,
        url=addresses.tag_url(tag.name).replace(f"{addresses.root}/tags/", f"{page}/tagged/"),
        statuses_count=str(tag.statuses),
        last_status_at=tag.last_on.isoformat() if tag.last_on else None,
    )
