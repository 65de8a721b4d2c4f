"""Ids as people and apps write them, and the moment they carry.

An id is 48 bits of milliseconds since 1970 and 16 bits of sequence, so ids sort by time.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec


class IdInvalid(ValueError):
    """The text is not an id; the message says what an id looks like."""


MAX_ID = 2**63 - 1  # PostgreSQL's bigint
Id = Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)]  # of something; 0 is nothing's
_MAX_DIGITS = len(str(MAX_ID))
_SEQUENCE_BITS = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def parse_id(text: str) -> int:
    """Read a decimal id from 1 to 2^63-1; one id has one spelling, so no sign and no leading 0."""
    if text.isdigit() and text.isascii() and len(text) <= _MAX_DIGITS and text[0] != "0":
        value = int(text)
        if value <= MAX_ID:
            return value
    raise IdInvalid("An id is a whole number from 1 to 9223372036854775807")


def timestamp_of(id_: int) -> datetime:
    """Give the moment an id was drawn, to the millisecond, in UTC."""
    return _EPOCH + timedelta(milliseconds=id_ >> _SEQUENCE_BITS)


def first_id_at(moment: datetime) -> int:
    """Give the smallest id of that millisecond: a date becomes a range of ids."""
    return max(0, (moment - _EPOCH) // _MILLISECOND) << _SEQUENCE_BITS
