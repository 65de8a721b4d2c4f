"""The wall clock, in one place so that tests can set it."""

from datetime import UTC, datetime


def now() -> datetime:
    """The moment it is, in UTC."""
    return datetime.now(UTC)
