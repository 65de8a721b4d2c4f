"""The wall clock, in one place so that tests can set it, and so that all processes go by one: the database's.

Rows are dated and ended by it. A process on another machine, whose clock is an hour off, would ask polls that
are over before they begin, and sign promises that are broken already.
"""

from datetime import UTC, datetime, timedelta

AGREES = timedelta(seconds=5)  # less is not worth a jump; votes do not end by the second


class _Beside:
    """How far the database's clock is ahead of this process's."""

    ahead = timedelta()


def now() -> datetime:
    """The moment it is, in UTC."""
    return datetime.now(UTC) + _Beside.ahead


def follow(theirs: datetime, asked_at: datetime) -> timedelta:
    """Go by the database's clock, which said `theirs` when it was asked at a moment of our own clock; answers
    by how much that is another one.
    """
    waited = datetime.now(UTC) - asked_at
    ahead = theirs - (asked_at + waited / 2)
    _Beside.ahead = ahead if abs(ahead) > AGREES + waited / 2 else timedelta()
    return _Beside.ahead
