"""Entries get their places: the work on a batch between taking it and writing it."""

import os
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from parvis.protocols.merkle_log import (
    HASH_BYTES,
    TILE_HEIGHT,
    Frontier,
    leaf_hash,
)


class Placed(msgspec.Struct):
    """A batch with its places: rows of entries and of tiles, and the logs as they are after it."""

    entries: list[tuple[int, int, bytes, bytes]] = []  # log, position, leaf, entry
    nodes: list[tuple[int, int, int, bytes]] = []  # log, level of tiles, position, hash
    logs: list[tuple[int, int, int, bytes]] = []  # log, size before, size, subtrees


def frontier(size: int, subtrees: bytes) -> Frontier:
    hashes = [subtrees[at : at + HASH_BYTES] for at in range(0, len(subtrees), HASH_BYTES)]
    return Frontier(size, hashes)


def grow(placed: Placed, log: Any, entries: Iterable[bytes]) -> Frontier:
    """Append entries to a log (a row with id, size, subtrees)."""
    log_id, before = log["id"], log["size"]
    tree = frontier(before, log["subtrees"])
    for entry in entries:
        leaf = leaf_hash(entry)
        placed.entries.append((log_id, tree.size, leaf, entry))
        for level, index, root in tree.append(leaf):
            if level and level % TILE_HEIGHT == 0:
                placed.nodes.append((log_id, level // TILE_HEIGHT, index, root))
    if tree.size > before:
        placed.logs.append((log_id, before, tree.size, b"".join(tree.subtrees)))
    return tree


def in_order(rows: Sequence[Any]) -> list[bytes]:
    """Entries of one log as they will stand: as they came, but those that are shuffled trade places."""
    rows = sorted(rows, key=lambda row: row["id"])
    shuffled = [row["entry"] for row in rows if row["is_shuffled"]]
    by_chance = array("Q", os.urandom(8 * len(shuffled)))  # one call, not one for each of thousands
    places = iter(sorted(range(len(shuffled)), key=by_chance.__getitem__))
    return [shuffled[next(places)] if row["is_shuffled"] else row["entry"] for row in rows]
