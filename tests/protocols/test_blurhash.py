"""Reading a blurhash, against the library that writes it."""

from itertools import product

import blurhash as library
import pytest

from parvis.protocols.blurhash import BlurhashInvalid, average, grid

SKY = [[[250, 200, y] if x < 16 else [0, 90, 255] for x in range(32)] for y in range(24)]


@pytest.mark.parametrize("waves", [(4, 3), (1, 1), (9, 9), (1, 5)])
def test_colours_are_those_the_library_reads(waves: tuple[int, int]) -> None:
    written = library.encode(SKY, *waves)
    read = library.decode(written, 32, 24)  # whose every eighth from the fourth is a middle of ours
    middles = [read[8 * row + 4][8 * column + 4] for row, column in product(range(3), range(4))]
    assert grid(written, 4, 3) == ["#{:02x}{:02x}{:02x}".format(*one) for one in middles]


def test_average_stands_for_the_whole() -> None:
    one = [[[10, 20, 30] for _ in range(4)] for _ in range(4)]
    assert average(library.encode(one, 4, 3)) == "#0a141e"


@pytest.mark.parametrize(
    "letters", ["", "L", "LEHV6n", "LEHV6nWB2yk8pyo0adR*.7kCMdn", "~" * 28, "é" * 28]
)
def test_what_is_none_is_refused(letters: str) -> None:
    for read in (average, lambda said: grid(said, 4, 3)):
        with pytest.raises(BlurhashInvalid):
            read(letters)
