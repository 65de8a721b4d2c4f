"""Reading a blurhash (github.com/woltapp/blurhash): a picture's colours in some thirty letters."""

import math
from itertools import product

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_BASE = 83
_LEAST = 6  # size, greatest wave, and the four letters of the average
_WAVE = 2  # letters of each colour wave
_STEPS = 19  # of a wave in each colour; 9 is none
_EDGE = 0.04045  # below it sRGB is a straight line (IEC 61966-2-1)

Colour = tuple[float, float, float]  # linear red, green and blue, 0 to 1


class BlurhashInvalid(Exception):
    """It is none, or was cut off."""


def average(blurhash: str) -> str:
    """The one colour that stands for the picture, as #rrggbb."""
    _count(blurhash)
    return f"#{_number(blurhash[2:6]):06x}"


def grid(blurhash: str, columns: int, rows: int) -> list[str]:
    """Colours of the picture's parts as #rrggbb, row by row."""
    across, down = _count(blurhash)
    waves = _waves(blurhash)
    parts = product(range(rows), range(columns))
    return [
        _hex(_at((column + 0.5) / columns, (row + 0.5) / rows, across, down, waves))
        for row, column in parts
    ]


def _at(x: float, y: float, across: int, down: int, waves: list[Colour]) -> Colour:
    weights = [
        math.cos(math.pi * i * x) * math.cos(math.pi * j * y)
        for j, i in product(range(down), range(across))
    ]
    red, green, blue = (
        sum(weight * wave[place] for weight, wave in zip(weights, waves, strict=True))
        for place in range(3)
    )
    return red, green, blue


def _count(blurhash: str) -> tuple[int, int]:
    """How many waves it holds, across and down."""
    if len(blurhash) < _LEAST:
        raise BlurhashInvalid
    size = _number(blurhash[0])
    across, down = size % 9 + 1, size // 9 + 1
    if down > 9 or len(blurhash) != _LEAST + _WAVE * (across * down - 1):  # noqa: PLR2004 - nine each
        raise BlurhashInvalid
    if _number(blurhash[2:6]) > 0xFFFFFF:  # noqa: PLR2004 - white
        raise BlurhashInvalid
    return across, down


def _waves(blurhash: str) -> list[Colour]:
    rgb = _number(blurhash[2:6])
    first = _linear(rgb >> 16), _linear(rgb >> 8 & 255), _linear(rgb & 255)
    greatest = (_number(blurhash[1]) + 1) / 166
    places = range(_LEAST, len(blurhash), _WAVE)
    return [first, *(_wave(_number(blurhash[at : at + _WAVE]), greatest) for at in places)]


def _wave(value: int, greatest: float) -> Colour:
    steps = value // _STEPS**2, value // _STEPS % _STEPS, value % _STEPS
    red, green, blue = (math.copysign(((step - 9) / 9) ** 2, step - 9) * greatest for step in steps)
    return red, green, blue


def _number(digits: str) -> int:
    value = 0
    for digit in digits:
        if digit not in _VALUES:
            raise BlurhashInvalid
        value = value * _BASE + _VALUES[digit]
    return value


def _linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= _EDGE else ((share + 0.055) / 1.055) ** 2.4


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{_srgb(part):02x}" for part in colour)


def _srgb(value: float) -> int:
    share = min(max(value, 0.0), 1.0)
    bent = share * 12.92 if share <= _EDGE / 12.92 else 1.055 * share ** (1 / 2.4) - 0.055
    return round(bent * 255)
