"""Whatever colour an owner chooses, words stay readable in it, on it and beside it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols import colours
from parvis.protocols.colours import (
    CONTRAST,
    DARK,
    LIGHT,
    ColourInvalid,
    contrast,
    dark_shades,
    light_shades,
    parse_colour,
    to_hex,
    to_lch,
)

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
def test_every_light_shade_stands_out(colour: str) -> None:
    made = light_shades(colour)
    pairs = [(made.on, made.accent), (made.on, made.hover), (LIGHT["ink-3"], made.soft)]
    pairs += [(made.ink, ground) for ground in (LIGHT["stone-1"], LIGHT["stone-2"], made.soft)]
    assert all(contrast(*pair) >= CONTRAST for pair in pairs), made


@given(COLOURS)
def test_every_dark_shade_stands_out(colour: str) -> None:
    made = dark_shades(colour)
    grounds = (DARK["stone-1"], DARK["stone-2"], DARK["stone-3"])
    pairs = [(made.on, made.accent), (made.on, made.hover), (DARK["ink-3"], made.soft)]
    pairs += [(shade, ground) for shade in (made.ink, made.accent) for ground in grounds]
    assert all(contrast(*pair) >= CONTRAST for pair in (*pairs, (made.ink, made.soft))), made


@given(COLOURS)
def test_a_colour_survives_the_way_through_oklch(colour: str) -> None:
    again = to_hex(to_lch(colour))
    ours, theirs = ([int(one[at : at + 2], 16) for at in (1, 3, 5)] for one in (again, colour))
    assert max(abs(a - b) for a, b in zip(ours, theirs, strict=True)) <= 1


@pytest.mark.parametrize("colour", ["#0e6a5b", "#7a1fa2", "#1d4ed8", "#b02a18"])
def test_a_colour_that_stands_out_already_stays(colour: str) -> None:
    assert light_shades(colour).accent in {colour, to_hex(to_lch(colour))}


@given(st.sampled_from(["#ffd400", "#00e0ff", "#ff77aa", "#0e6a5b", "#1d4ed8"]))
def test_the_hue_stays_what_was_chosen(colour: str) -> None:
    for made in (light_shades(colour), dark_shades(colour)):
        turned = to_lch(made.accent).hue - to_lch(colour).hue
        assert abs(math.remainder(turned, math.tau)) < 0.12


def test_colours_are_read_as_people_write_them() -> None:
    assert parse_colour(" #0E6A5B ") == parse_colour("0e6a5b") == "#0e6a5b"
    assert parse_colour("#abc") == "#aabbcc"
    for wrong in ("", "red", "#12345", "#1234567", "url(x)", "#0e6a5b;}body{", "#ggg", "#１２３"):
        with pytest.raises(ColourInvalid):
            parse_colour(wrong)


@given(COLOURS)
def test_the_sheet_holds_nothing_but_colours(colour: str) -> None:
    sheet = colours.style_sheet(colour)
    assert sheet.count("{") == sheet.count("}") == 3
    assert sheet.count("#") == 10
    assert len(sheet) < 400


def test_white_on_black_is_twenty_one() -> None:
    assert round(contrast("#ffffff", "#000000"), 3) == 21
