"""How much room words take in a picture whose fonts are whoever's looks at it.

Widths are those of wide common fonts, in the size of the letters, rounded up: what fits here fits there.
"""

import re
import unicodedata

_THIN = frozenset("iljtfrI.,:;'’‘|!()[]·  \u00a0\u202f")
_BROAD = frozenset("WMmw@%&—…")
_WORD = re.compile(r"\s+|\S+")


def width(text: str) -> float:
    return sum(_width(letter) for letter in text)


def _width(letter: str) -> float:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(letter) in "WF" or letter in _BROAD:
        return 1.12
    if letter in _THIN:
        return 0.44
    return 0.88 if letter.isupper() else 0.71


def fit(text: str, room: float) -> str:
    """The text, or as much of its beginning as there is room for."""
    if width(text) <= room:
        return text
    kept = text[: _reach(text, room - _width("…"))]
    return _whole(kept, text).rstrip(" ,;:«(\u00a0\u202f") + "…"


def wrap(text: str, room: float, lines: int) -> list[str]:
    """The text in so many lines at most, the last of them cut where it does not end there."""
    made: list[str] = []
    while text and len(made) < lines - 1 and width(text) > room:
        line = _line(text, room)
        made.append(line.rstrip())
        text = text[len(line) :].lstrip()
    return [*made, fit(text, room)] if text else made


def _line(text: str, room: float) -> str:
    """Whole words, or a part of one that is longer than a line."""
    line = ""
    for word in _WORD.findall(text):
        if width((line + word).rstrip()) > room:
            break
        line += word
    return line if line.strip() else text[: max(_reach(text, room), 1)]


def _reach(text: str, room: float) -> int:
    taken = 0.0
    for at, letter in enumerate(text):
        taken += _width(letter)
        if taken > room:
            return at
    return len(text)


def _whole(kept: str, text: str) -> str:
    """Without the part of a word at its end, where it has others."""
    if text[len(kept) : len(kept) + 1].isspace():
        return kept
    words = kept.rpartition(" ")[0]
    return words if width(words) > width(kept) / 2 else kept


def is_leftward(text: str) -> bool:
    """Whether a text is written from right to left, by its first strong letter."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"
