"""Ids: one spelling each, sorted by time."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols.ids import MAX_ID, IdInvalid, first_id_at, parse_id, timestamp_of


@given(st.integers(1, MAX_ID))
def test_reads_its_own_spelling(value: int) -> None:
    assert parse_id(str(value)) == value


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "+1", "01", " 1", "1 ", "1_0", "1.0", "x", "٣", "²", str(MAX_ID + 1)]
)
def test_refuses(text: str) -> None:
    with pytest.raises(IdInvalid):
        parse_id(text)


@given(st.text())
def test_anything_is_read_or_refused(text: str) -> None:
    with suppress(IdInvalid):
        assert str(parse_id(text)) == text


def test_carries_its_moment() -> None:
    moment = datetime(2026, 11, 22, 6, 9, 39, 123_000, UTC)
    first = first_id_at(moment)
    assert timestamp_of(first) == timestamp_of(first + 0xFFFF) == moment
    assert timestamp_of(first - 1) < moment
    assert first_id_at(datetime(1969, 1, 1, tzinfo=UTC)) == 0


@given(st.integers(1, MAX_ID))
def test_every_id_has_a_moment(value: int) -> None:
    assert first_id_at(timestamp_of(value)) == value >> 16 << 16
