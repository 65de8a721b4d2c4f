"""Characters as readers count them."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols.graphemes import count, marks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("abc", 3),
        ("a\r\nb\n", 4),
        ("été", 3),
        ("e\u0301te\u0301", 3),
        ("👨‍👩‍👧‍👦!", 2),
        ("👍🏽👍", 2),
        ("❤️‍🔥", 1),
        ("1️⃣", 1),
        ("🇫🇷🇩🇪", 2),
        ("🇫🇷🇩", 2),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 1),
        ("ไทย", 3),
        ("한국어", 3),
        ("\u1112\u1161\u11ab", 1),
        ("日本語", 3),
        ("a\u200db", 2),
        ("\n\u0301", 2),
        ("\u0301\u0301", 1),
    ],
)
def test_counts(text: str, expected: int) -> None:
    assert count(text) == expected


def test_no_mark_is_forgotten() -> None:
    is_mark = re.compile(f"[{marks()}]").fullmatch
    for char in map(chr, range(sys.maxunicode)):
        assert bool(is_mark(char)) == (unicodedata.category(char)[0] == "M")


@given(st.text(), st.text())
def test_joining_texts_never_adds_characters(left: str, right: str) -> None:
    assert count(left + right) <= count(left) + count(right)
    assert bool(count(left)) == bool(left)
