"""Moments as the API writes and reads them: UTC, ISO 8601 with milliseconds and a Z."""

import re
from datetime import UTC, datetime


class TimestampInvalid(ValueError):
    """The text is not a moment; the message says what is missing."""


# RFC 3339 §5.6, with seconds optional and a space for the T: what date pickers send.
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?P<zone>[Zz]|[+-]\d\d:?\d\d)?", re.ASCII
)
_EXAMPLE = "such as 2026-11-22T06:09:39.123Z"


def iso(moment: datetime) -> str:
    """Write a moment as Mastodon does: `2026-11-22T06:09:39.123Z`."""
    if moment.tzinfo is not UTC:
        if moment.tzinfo is None:
            raise TimestampInvalid("A moment without a time zone cannot be told to others")
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"  # -6: "+00:00"


def parse_iso(text: str) -> datetime:
    """Read a moment with its time zone; what comes out is in UTC."""
    found = _ISO.fullmatch(text)
    if found is None:
        raise TimestampInvalid(f"A moment is written in ISO 8601, {_EXAMPLE}")
    if found["zone"] is None:
        raise TimestampInvalid(f"The moment needs a time zone, {_EXAMPLE}")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise TimestampInvalid("There is no such moment in the calendar") from None
