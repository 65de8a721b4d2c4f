"""Append-only Merkle logs: hashes, roots, proofs (RFC 6962 §2.1) and tiles (C2SP tlog-tiles).

A log is a list of entries; its root is one hash that stands for all of them. An inclusion proof shows
that an entry is in it, a consistency proof that a later log still begins with an earlier one. Hashes of
whole subtrees never change, which is what makes tiles files that are written once.

Proofs are made from hashes that somebody keeps (`ReadHash`); checking them needs nothing but them.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

HASH_BYTES = 32
TILE_HEIGHT = 8  # levels of the tree in a tile
TILE_WIDTH = 1 << TILE_HEIGHT
EMPTY_ROOT = hashlib.sha256(b"").digest()
_LEAF, _NODE = b"\x00", b"\x01"
_ENTRY_LONGEST = 0xFFFF  # a bundle says an entry's length in two bytes
_PATH_STEP = 1_000  # tile numbers are written in groups of three digits

# (level, index) → the hash of the whole subtree over entries index·2^level to (index+1)·2^level.
ReadHash = Callable[[int, int], bytes]


class ProofInvalid(Exception):
    """The proof does not show what it should."""


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


class Frontier:
    """A log that only grows: the roots of its whole subtrees, enough for the next root.

    `subtrees` are from the largest (left) to the smallest; there is one for each bit of `size`.
    """

    def __init__(self, size: int = 0, subtrees: Sequence[bytes] = ()) -> None:
        if len(subtrees) != size.bit_count():
            raise ValueError(f"{size} entries have {size.bit_count()} subtrees")
        self.size = size
        self.subtrees = list(subtrees)

    def append(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Add an entry by its leaf hash. Gives each subtree that is whole now: level, index, hash.

        The log has grown when the iterator is at its end.
        """
        level, index, root = 0, self.size, leaf
        yield level, index, root
        while index & 1:
            root = node_hash(self.subtrees.pop(), root)
            level, index = level + 1, index >> 1
            yield level, index, root
        self.subtrees.append(root)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add entries whose subtrees nobody asks for."""
        for leaf in leaves:
            for _ in self.append(leaf):
                pass

    def root(self) -> bytes:
        return _folded(self.subtrees) if self.subtrees else EMPTY_ROOT


def _folded(subtrees: Sequence[bytes]) -> bytes:
    """The hash over subtrees that stand side by side, the largest first."""
    root = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        root = node_hash(left, root)
    return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of a log with these leaf hashes."""
    log = Frontier()
    log.extend(leaves)
    return log.root()


def range_hash(first: int, end: int, read: ReadHash) -> bytes:
    """The hash over entries `first` to `end` (not included), as a subtree of a log (RFC 6962's MTH).

    `first` is a multiple of the least power of two that is not below the length, as in every proof.
    """
    if first >= end:
        raise ValueError("a range holds at least one entry")
    return _folded([read(level, index) for level, index in whole_subtrees(first, end)])


def whole_subtrees(first: int, end: int) -> Iterator[tuple[int, int]]:
    """The largest whole subtrees that make up a range: level and index, from left to right."""
    while first < end:
        fits = (end - first).bit_length() - 1
        level = min(fits, (first & -first).bit_length() - 1) if first else fits
        yield level, first >> level
        first += 1 << level


def _split(length: int) -> int:
    """The largest power of two below `length` (RFC 6962 §2.1: k)."""
    return 1 << ((length - 1).bit_length() - 1)


def prove_inclusion(index: int, size: int, read: ReadHash) -> list[bytes]:
    """The audit path of an entry in the log of the first `size` entries (RFC 6962 §2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"entry {index} is not among the first {size}")
    path: list[bytes] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            path.append(range_hash(middle, end, read))
            end = middle
        else:
            path.append(range_hash(first, middle, read))
            first = middle
    return path[::-1]


def prove_consistency(before: int, after: int, read: ReadHash) -> list[bytes]:
    """That the log of `after` entries begins with that of `before` (RFC 6962 §2.1.2)."""
    if not 0 < before <= after:
        raise ValueError(f"there is no proof from {before} to {after} entries")
    path: list[bytes] = []
    first, end, is_known = 0, after, True
    while before < end:
        middle = first + _split(end - first)
        if before <= middle:
            path.append(range_hash(middle, end, read))
            end = middle
        else:
            path.append(range_hash(first, middle, read))
            first, is_known = middle, False
    if not is_known:
        path.append(range_hash(first, end, read))
    return path[::-1]


def check_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> None:
    """Refused unless the path leads from the leaf to the root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        raise ProofInvalid(f"entry {index} is not among {size}")
    _check_hashes([leaf, root, *path])
    if _root_by(index, size, leaf, path) != root:
        raise ProofInvalid("the path does not lead to this root")


def _root_by(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes:
    inner = (index ^ (size - 1)).bit_length()  # levels until the way to the last entry is joined
    border = (index >> inner).bit_count()
    if len(path) != inner + border:
        raise ProofInvalid(f"{inner + border} hashes lead from entry {index} to the root of {size}")
    root = leaf
    for level, other in enumerate(path[:inner]):
        root = node_hash(other, root) if index >> level & 1 else node_hash(root, other)
    for other in path[inner:]:
        root = node_hash(other, root)
    return root


def check_consistency(
    before: int, after: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Refused unless the new log begins with the old one (RFC 9162 §2.1.4.2).

    An empty old log proves nothing, so it is refused: whoever starts with nothing has nothing to check.
    """
    if not 0 < before <= after:
        raise ProofInvalid(f"nothing shows that {after} entries begin with {before}")
    if before == after:
        if path or old_root != new_root:
            raise ProofInvalid("logs of one size are the same or one is wrong")
        return
    _check_hashes([old_root, new_root, *path])
    inner = ((before - 1) ^ (after - 1)).bit_length()
    border = ((before - 1) >> inner).bit_count()
    shift = (before & -before).bit_length() - 1  # levels of the last whole subtree of the old log
    inner -= shift
    if before == 1 << shift:  # the old log is one whole subtree: its root is the seed
        seed, rest = old_root, list(path)
    elif path:
        seed, rest = path[0], list(path[1:])
    else:
        raise ProofInvalid("the proof is empty")
    if len(rest) != inner + border:
        raise ProofInvalid(f"the proof has {len(path)} hashes, which are not as many as it takes")
    _check_both(before, shift, inner, (seed, rest), (old_root, new_root))


def _check_both(
    before: int,
    shift: int,
    inner: int,
    proof: tuple[bytes, list[bytes]],
    roots: tuple[bytes, bytes],
) -> None:
    """Both roots from one proof: the old one by what lies left of its end, the new one by all of it."""
    seed, path = proof
    mask = (before - 1) >> shift
    old = new = seed
    for level, other in enumerate(path[:inner]):
        if mask >> level & 1:
            old, new = node_hash(other, old), node_hash(other, new)
        else:
            new = node_hash(new, other)
    for other in path[inner:]:
        old, new = node_hash(other, old), node_hash(other, new)
    if old != roots[0]:
        raise ProofInvalid("the proof does not lead to the old root")
    if new != roots[1]:
        raise ProofInvalid("the proof does not lead to the new root")


def _check_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise ProofInvalid(f"a hash has {HASH_BYTES} bytes")


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """Where a tile of hashes lies: tile/0/x001/234, tile/1/017.p/3 while it is not full."""
    return f"tile/{level}/{_numbered(index, width)}"


def entries_path(index: int, width: int = TILE_WIDTH) -> str:
    """Where a bundle of entries lies: as the tile of level 0 that holds their hashes."""
    return f"tile/entries/{_numbered(index, width)}"


def _numbered(index: int, width: int) -> str:
    if not (index >= 0 and 1 <= width <= TILE_WIDTH):
        raise ValueError(f"there is no tile {index} of width {width}")
    path = f"{index % _PATH_STEP:03}"
    while index >= _PATH_STEP:
        index //= _PATH_STEP
        path = f"x{index % _PATH_STEP:03}/{path}"
    return path if width == TILE_WIDTH else f"{path}.p/{width}"


def tiles_between(before: int, after: int) -> Iterator[tuple[int, int, int]]:
    """The tiles to write when a log grows: level, index and width of each that is new or wider."""
    level, old, new = 0, before, after
    while new:
        for index in range(old // TILE_WIDTH, -(-new // TILE_WIDTH)):
            width = min(TILE_WIDTH, new - index * TILE_WIDTH)
            if old < index * TILE_WIDTH + width:
                yield level, index, width
        level, old, new = level + 1, old >> TILE_HEIGHT, new >> TILE_HEIGHT


def read_from_tiles(read_tile: Callable[[int, int], bytes]) -> ReadHash:
    """Hashes of subtrees out of tiles. `read_tile(level, index)`: the widest there is of a tile."""

    def read(level: int, index: int) -> bytes:
        row, inside = divmod(level, TILE_HEIGHT)
        width = 1 << inside  # hashes of the tile's lowest level below the one that is wanted
        tile, place = divmod(index << inside, TILE_WIDTH)
        content = read_tile(row, tile)
        hashes = content[place * HASH_BYTES : (place + width) * HASH_BYTES]
        if len(hashes) != width * HASH_BYTES:
            raise ValueError(f"tile {row}/{tile} does not hold subtree {level}/{index}")
        return root_of_row(hashes)

    return read


def root_of_row(hashes: bytes) -> bytes:
    """The hash over a whole subtree whose lowest hashes stand side by side."""
    row = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries one after the other, each behind its length (C2SP tlog-tiles, log entries)."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > _ENTRY_LONGEST:
            raise ValueError(f"an entry has at most {_ENTRY_LONGEST} bytes")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def unbundle(content: bytes) -> list[bytes]:
    """The entries of a bundle; refused when it ends in the middle of one."""
    entries: list[bytes] = []
    at = 0
    while at < len(content):
        begin = at + 2
        at = begin + int.from_bytes(content[at:begin], "big")
        if begin > len(content) or at > len(content):
            raise ProofInvalid("the bundle of entries is cut off")
        entries.append(content[begin:at])
    return entries
