"""Lists of a draw's entrants, in little memory: 48 bytes for each, side by side."""

import re
from collections.abc import Iterable
from hashlib import sha256

from parvis_verify.once import PSEUDONYM_BYTES as NAME
from parvis_verify.reading import Place
from parvis_verify.sources import BLOCK, Source
from parvis_verify.trees import HASH_BYTES, Growing, frontier, rows_of

RECORD = HASH_BYTES + NAME  # of a frozen list
_ENTERED = re.compile(rb'\{"entrant":"([0-9a-f]{32})","type":"entry"\}')


def told(
    source: Source, place: Place, number: int, entries: list[bytes]
) -> list[tuple[int, bytes, bool]]:
    """Entries with their places; of many who enter one behind the other the names, side by side."""
    del source
    found: list[tuple[int, bytes, bool]] = []
    run: list[bytes] = []
    first = place.first(number)
    for position, entry in enumerate(entries, first):
        if entered := _ENTERED.fullmatch(entry):
            run.append(entered[1])
            continue
        if run:
            found.append((position - len(run), bytes.fromhex(b"".join(run).decode()), True))
            run = []
        found.append((position, entry, False))
    if run:
        end = first + len(entries)
        found.append((end - len(run), bytes.fromhex(b"".join(run).decode()), True))
    return found


def list_of(entrants: Iterable[bytes]) -> bytes:
    """A frozen list: the leaf hashes of the entries of who is in, in the order of their bytes, each with its
    pseudonym.
    """
    before, after = b'\x00{"entrant":"', b'","type":"entry"}'
    named = [sha256(before + who.hex().encode() + after).digest() + who for who in entrants]
    named.sort()
    return b"".join(named)


def root_of(listed: bytes) -> bytes:
    growing = Growing()
    step = RECORD * BLOCK
    for first in range(0, len(listed), step):
        end = min(first + step, len(listed))
        leaves = [listed[at : at + HASH_BYTES] for at in range(first, end, RECORD)]
        for level, root in frontier(rows_of(leaves), len(leaves)):
            growing.append(level, root)
    return growing.root()
