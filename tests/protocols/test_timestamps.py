"""Moments, written and read."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols.timestamps import TimestampInvalid, iso, parse_iso

MOMENT = datetime(2026, 11, 22, 6, 9, 39, 123_000, UTC)


def test_writes_as_mastodon_does() -> None:
    assert iso(MOMENT) == "2026-11-22T06:09:39.123Z"
    assert iso(MOMENT.replace(microsecond=0)) == "2026-11-22T06:09:39.000Z"
    assert iso(MOMENT.astimezone(timezone(timedelta(hours=2)))) == "2026-11-22T06:09:39.123Z"
    with pytest.raises(TimestampInvalid):
        iso(MOMENT.replace(tzinfo=None))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T06:09:39.123Z",
        "2026-11-22t06:09:39.123z",
        "2026-11-22 08:09:39.123+02:00",
        "2026-11-22T08:09:39.123000+0200",
        "2026-11-22T06:09:39.123000000Z",
    ],
)
def test_reads(text: str) -> None:
    assert parse_iso(text) == MOMENT


def test_seconds_may_be_left_out() -> None:
    assert parse_iso("2026-11-22T06:09Z") == MOMENT.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "ISO 8601"),
        ("tomorrow", "ISO 8601"),
        ("2026-11-22", "ISO 8601"),
        ("20261122T060939Z", "ISO 8601"),
        ("2026-W47-7T06:09:39Z", "ISO 8601"),
        ("٢٠٢٦-11-22T06:09:39Z", "ISO 8601"),
        ("2026-11-22T06:09:39", "time zone"),
        ("2026-13-22T06:09:39Z", "no such moment"),
        ("2026-11-22T25:09:39Z", "no such moment"),
        ("0001-01-01T00:00:00+10:00", "no such moment"),
    ],
)
def test_refuses(text: str, words: str) -> None:
    with pytest.raises(TimestampInvalid, match=words):
        parse_iso(text)


@given(st.datetimes(timezones=st.timezones()))
def test_what_was_written_is_read(moment: datetime) -> None:
    try:
        written = iso(moment)
    except OverflowError:  # the first and last hours of the calendar have no UTC
        return
    assert abs(parse_iso(written) - moment) < timedelta(milliseconds=1)


@given(st.text() | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d\d\d)", fullmatch=True))
def test_anything_is_read_or_refused(text: str) -> None:
    with suppress(TimestampInvalid):
        assert parse_iso(text).tzinfo is UTC
