"""A result as a picture to pass on: its words have room in it whatever they are written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rig.network import Network
from tests.rig.reader import Reader
from tests.web.test_results import polled

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


async def test_a_picture_to_pass_on(network: Network) -> None:
    poll = await polled(network, options=["<b>Yes & more</b>", *(f"Answer {n}" for n in range(3))])
    await poll.crowd(3, 0)
    drawn = await Reader(network).get(f"{poll.path}/picture.svg?in=fr")
    assert drawn.status == 200
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert drawn.headers["cache-control"] == "public, max-age=60"
    address = f"{poll.path}</text>"
    for told in (
        "&lt;b&gt;Yes &amp; more",
        "100\u202f%",
        "3 votants",
        "Close the rue du Phare?",
        address,
    ):
        assert told in drawn.html, told
    # Seven answers: one is counted only. What is broad is cut, and what is written leftwards begins there.
    many = ["W" * 50, "لا، أبدا.", *(f"Answer {n}" for n in range(5))]
    other = await polled(network, "bea", options=many)
    drawn = await Reader(network).get(f"{other.path}/picture.svg?in=en")
    assert "and 1 other answer<" in drawn.html
    assert 'direction="rtl" text-anchor="end">لا، أبدا.<' in drawn.html
    assert "WWW…<" in drawn.html
    assert "W" * 40 not in drawn.html
    head = await Reader(network).get(poll.path)
    assert 'property="og:title" content="Result: Close the rue du Phare?"' in head.html
