"""Who comes twice in a log of millions, in little memory: eight bytes of each pseudonym, in 64 piles.

Two that agree in these eight bytes are only suspects: a second pass looks at all of theirs.
"""

import re
import sys
from array import array
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

PILES = 64
PSEUDONYM_BYTES = 16
_BYTES = 8
_HEX = re.compile(r"[0-9a-f]{32}", re.ASCII)
_SHIFT = 64 - 6  # the six highest bits of a number choose its pile


def suspects_of(raw: bytes, stride: int) -> list[int]:
    """The first eight bytes of each name, as numbers; names stand side by side, `stride` bytes each."""
    return memoryview(raw).cast("Q")[:: stride // _BYTES].tolist()


def piles_of(numbers: Sequence[int]) -> list[bytes]:
    piles: list[array[int]] = [array("Q") for _ in range(PILES)]
    add = [one.append for one in piles]
    for number in numbers:
        add[number >> _SHIFT](number)
    return [one.tobytes() for one in piles]


class Once:
    """All that came so far."""

    def __init__(self) -> None:
        self._piles: list[array[int]] = [array("Q") for _ in range(PILES)]

    def add(self, piles: Sequence[bytes]) -> None:
        for mine, more in zip(self._piles, piles, strict=True):
            mine.frombytes(more)

    @property
    def number(self) -> int:
        return sum(len(one) for one in self._piles)

    @property
    def distinct(self) -> int:
        return sum(len(set(one)) for one in self._piles)

    def suspects(self) -> frozenset[int]:
        """Numbers that came more than once."""
        found: set[int] = set()
        for pile in self._piles:
            if len(set(pile)) < len(pile):
                found |= {one for one, times in Counter(pile).items() if times > 1}
        return frozenset(found)


def number_of(name: str) -> int:
    """The number of one name: a pseudonym in hex, or a voter's own key."""
    raw = bytes.fromhex(name) if _HEX.fullmatch(name) else sha256(name.encode()).digest()
    return int.from_bytes(raw[:_BYTES], sys.byteorder)
