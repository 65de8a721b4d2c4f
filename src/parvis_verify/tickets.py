"""Drawing anew: the list of entrants from their entries, its root, a ticket for each, the lowest win."""

import hashlib
import heapq
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from parvis_verify.trees import EMPTY_ROOT, frontier, rows_of

_DOMAIN = b"parvis.draw/ticket/v1\x00"
LEAST_WAIT_S = 60


def list_of(entrants: Iterable[str]) -> dict[bytes, str]:
    """The frozen list: leaf hashes in the order of their bytes, and who stands behind each."""
    new = hashlib.sha256
    before, after = b'\x00{"entrant":"', b'","type":"entry"}'  # an entry, as a leaf of its log
    found = {new(before + one.encode() + after).digest(): one for one in entrants}
    return {leaf: found[leaf] for leaf in sorted(found)}


def root_of(leaves: list[bytes]) -> bytes:
    if not leaves:
        return EMPTY_ROOT
    parts = [root for _, root in frontier(rows_of(leaves), len(leaves))]
    root = parts[-1]
    for left in reversed(parts[:-1]):
        root = hashlib.sha256(b"\x01" + left + root).digest()
    return root


@dataclass(frozen=True)
class Drawn:
    winners: list[str]
    reserves: list[str]
    left_out: int


def draw(
    terms: bytes,
    entrants: dict[bytes, str],
    root: bytes,
    randomness: bytes,
    numbers: tuple[int, int],
    before: Collection[str],
) -> Drawn:
    """Who wins. `terms`: the drawing's entry; `numbers`: of winners and reserves."""
    winners, reserves = numbers
    begun = _DOMAIN + hashlib.sha256(terms).digest() + root + randomness
    new, out = hashlib.sha256, set(before)
    taking_part = (
        {leaf: who for leaf, who in entrants.items() if who not in out} if out else entrants
    )
    tickets = ((new(begun + leaf).digest(), leaf) for leaf in taking_part)
    lowest = [taking_part[leaf] for _, leaf in heapq.nsmallest(winners + reserves, tickets)]
    return Drawn(lowest[:winners], lowest[winners:], len(entrants) - len(taking_part))
