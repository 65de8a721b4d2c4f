"""Parts of files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols.http_range import RangeUnsatisfiable, content_range, parse_range


# The examples of RFC 9110 §14.1.2 are of a representation of 10,000 bytes.
@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-499", (0, 499)),
        ("bytes=500-999", (500, 999)),
        ("bytes=-500", (9_500, 9_999)),
        ("bytes=9500-", (9_500, 9_999)),
        ("bytes=0-", (0, 9_999)),
        ("bytes=0-99999", (0, 9_999)),
        ("bytes=-99999", (0, 9_999)),
        ("Bytes= 0-0 ", (0, 0)),
        (None, None),
        ("", None),
        ("bytes=0-0,-1", None),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("bytes=٠-٩", None),
        ("items=0-5", None),
        ("bytes=" + "9" * 5_000 + "-", None),
    ],
)
def test_reads(header: str | None, expected: tuple[int, int] | None) -> None:
    assert parse_range(header, 10_000) == expected


@pytest.mark.parametrize(
    ("header", "size"),
    [("bytes=10000-", 10_000), ("bytes=-0", 10_000), ("bytes=0-", 0), ("bytes=-1", 0)],
)
def test_refuses_what_is_not_there(header: str, size: int) -> None:
    with pytest.raises(RangeUnsatisfiable) as refused:
        parse_range(header, size)
    assert refused.value.content_range == f"bytes */{size}"


def test_tells_the_part() -> None:
    assert content_range(0, 499, 10_000) == "bytes 0-499/10000"


@given(st.text() | st.from_regex(r"bytes=\d{0,4}-\d{0,4}", fullmatch=True), st.integers(0, 2_000))
def test_a_part_is_always_inside(header: str, size: int) -> None:
    try:
        part = parse_range(header, size)
    except RangeUnsatisfiable:
        return
    assert part is None or 0 <= part[0] <= part[1] < size
