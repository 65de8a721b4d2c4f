"""Merkle trees of logs (RFC 6962 §2.1): roots from entries, and the way from an entry to a root."""

from collections.abc import Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
MOST_HASHES = 63


class ProofWrong(Exception):
    """The hashes do not lead where they should; `code` names which way."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def leaf_hashes(entries: list[bytes]) -> list[bytes]:
    """Of millions: a call less for each."""
    new = sha256
    return [new(b"\x00" + one).digest() for one in entries]


def rows_of(leaves: list[bytes]) -> list[list[bytes]]:
    """Hashes of all whole subtrees: row 0 has the leaves, row 1 those over two, and so on."""
    rows, row = [leaves], leaves
    new = sha256
    while len(row) > 1:
        pair = iter(row)
        row = [
            new(b"\x01" + left + right).digest() for left, right in zip(pair, pair, strict=False)
        ]
        rows.append(row)
    return rows


def whole_subtrees(size: int) -> list[tuple[int, int]]:
    """The whole subtrees (level, index) that stand side by side in a log of a size, the largest first."""
    found: list[tuple[int, int]] = []
    first = 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            found.append((level, first >> level))
            first += 1 << level
    return found


def frontier(rows: list[list[bytes]], size: int) -> list[tuple[int, bytes]]:
    """The roots of the whole subtrees of the first `size` entries, with their levels."""
    return [(level, rows[level][index]) for level, index in whole_subtrees(size)]


class Growing:
    """A log that is put together from whole subtrees, each at most as large as the one before it allows."""

    def __init__(self) -> None:
        self._subtrees: list[tuple[int, bytes]] = []

    def append(self, level: int, root: bytes) -> None:
        while self._subtrees and self._subtrees[-1][0] == level:
            root = node_hash(self._subtrees.pop()[1], root)
            level += 1
        self._subtrees.append((level, root))

    def root(self, more: Sequence[tuple[int, bytes]] = ()) -> bytes:
        """The root, as it would be with these subtrees after it."""
        whole = Growing()
        whole._subtrees = list(self._subtrees)
        for one in more:
            whole.append(*one)
        if not whole._subtrees:
            return EMPTY_ROOT
        root = whole._subtrees[-1][1]
        for _, left in reversed(whole._subtrees[:-1]):
            root = node_hash(left, root)
        return root


def root_from(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes:
    """The root that an entry's path leads to (RFC 6962 §2.1.1, read backwards)."""
    if not 0 <= index < size:
        raise ProofWrong("proof-place", f"entry {index} is not among {size}")
    if any(len(one) != HASH_BYTES for one in path):
        raise ProofWrong("proof-size", "a hash has 32 bytes")
    steps: list[tuple[bool, bytes]] = []
    left = len(path)
    while size > 1:
        if not left:
            raise ProofWrong("proof-size", "the proof has too few hashes")
        left -= 1
        half = 1 << (size - 1).bit_length() - 1
        is_left = index < half
        steps.append((is_left, path[left]))
        index, size = (index, half) if is_left else (index - half, size - half)
    if left:
        raise ProofWrong("proof-size", "the proof has too many hashes")
    root = leaf
    for is_left, other in reversed(steps):
        root = node_hash(root, other) if is_left else node_hash(other, root)
    return root
