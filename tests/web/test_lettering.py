"""Words find room in a picture whatever they are written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.web.lettering import fit, is_leftward, width, wrap


def test_words_stay_whole_where_they_can() -> None:
    assert fit("Not today", 20) == "Not today"
    assert fit("Perhaps, but only after the holidays", 20) == "Perhaps, but only after the…"
    assert fit("W" * 50, 10).startswith("WWW")
    assert wrap("One word and another, and more of them", 12, 2) == [
        "One word and",
        "another, and more…",
    ]
    assert wrap("", 12, 2) == []


@given(st.text(max_size=200), st.integers(5, 60), st.integers(1, 3))
def test_nothing_is_wider_than_its_room(text: str, room: int, lines: int) -> None:
    made = wrap(text, room, lines)
    assert len(made) <= lines
    assert all(width(line) <= room for line in made)


@pytest.mark.parametrize(
    ("text", "leftward"), [("Yes نعم", False), ("100 % نعم", True), ("לא", True), ("12", False)]
)
def test_the_first_strong_letter_decides(text: str, leftward: bool) -> None:  # noqa: FBT001 - parametrized
    assert is_leftward(text) is leftward
