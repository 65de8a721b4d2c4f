"""Merkle logs: the published vectors, good and bad, and the laws for logs of every size."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols import merkle_log as log
from parvis.protocols.merkle_log import Frontier, ProofInvalid, leaf_hash

VECTORS = Path(__file__).parents[3] / "shared" / "vectors"
RFC6962 = VECTORS / "merkle_rfc6962"
C2SP = VECTORS / "c2sp"
needs_vectors = pytest.mark.skipif(
    not VECTORS.is_dir(), reason="the published vectors (../shared/vectors) are absent"
)
LEAVES = [leaf_hash(str(number).encode()) for number in range(600)]


class Kept:
    """A log that remembers the hash of every whole subtree, and what tiles hold of them."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.hashes: dict[tuple[int, int], bytes] = {}
        self.log = Frontier()
        for leaf in leaves:
            for level, index, root in self.log.append(leaf):
                self.hashes[level, index] = root

    def read(self, level: int, index: int) -> bytes:
        return self.hashes[level, index]

    def tile(self, level: int, index: int) -> bytes:
        first = index * log.TILE_WIDTH
        row = (
            self.hashes.get((level * log.TILE_HEIGHT, at))
            for at in range(first, first + log.TILE_WIDTH)
        )
        return b"".join(one for one in row if one)


GREAT = Kept(LEAVES)


def slowly(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962 §2.1 defines it, word for word."""
    if not leaves:
        return log.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return log.node_hash(slowly(leaves[:k]), slowly(leaves[k:]))


def read_case(path: Path) -> dict[str, Any]:
    case = json.loads(path.read_text())
    for name in ("root", "root1", "root2", "leafHash"):
        if name in case:
            case[name] = base64.b64decode(case[name] or "")
    case["proof"] = [base64.b64decode(one) for one in case["proof"] or []]
    return case


def cases(kind: str) -> list[Any]:
    folder = RFC6962 / "testdata" / kind
    return [
        pytest.param(path, id=path.relative_to(folder).as_posix())
        for path in sorted(folder.rglob("*.json"))
    ]


@needs_vectors
def test_there_are_vectors() -> None:
    assert len(cases("inclusion")) > 80
    assert len(cases("consistency")) > 80


@pytest.mark.parametrize("path", cases("inclusion"))
def test_published_inclusion_proofs(path: Path) -> None:
    case = read_case(path)
    size, index = case["treeSize"], case["leafIdx"]
    told = (index, size, case["leafHash"], case["proof"], case["root"])
    if case["wantErr"]:
        with pytest.raises(ProofInvalid):
            log.check_inclusion(*told)
    else:
        log.check_inclusion(*told)


@pytest.mark.parametrize("path", cases("consistency"))
def test_published_consistency_proofs(path: Path) -> None:
    case = read_case(path)
    told = (case["size1"], case["size2"], case["proof"], case["root1"], case["root2"])
    # Two empty logs are the same, which the vectors accept; we ask for something to check.
    if case["wantErr"] or case["size1"] == 0:
        with pytest.raises(ProofInvalid):
            log.check_consistency(*told)
    else:
        log.check_consistency(*told)


@needs_vectors
def test_published_roots() -> None:
    told = json.loads((RFC6962 / "roots.json").read_text())
    leaves = [leaf_hash(bytes.fromhex(one)) for one in told["leaves_hex"]]
    for size, root in enumerate(told["roots_by_size_hex"]):
        assert log.root_of(leaves[:size]).hex() == root
    assert leaf_hash(b"L123456").hex() == told["hash_leaf_L123456"]
    assert log.node_hash(b"N123", b"N456").hex() == told["hash_children_N123_N456"]


@needs_vectors
def test_a_published_log_of_tiles() -> None:
    told = json.loads((C2SP / "c2sp_vectors.json").read_text())
    entries = [one.encode() for one in told["log"]["entries"]]
    folder = C2SP / "testdata" / "log"
    for size in range(1, len(entries) + 1):
        tiles = list(log.tiles_between(0, size))
        assert tiles == [(0, 0, size)]
        row = b"".join(leaf_hash(one) for one in entries[:size])
        assert (folder / log.tile_path(0, 0, size)).read_bytes() == row
        assert (folder / log.entries_path(0, size)).read_bytes() == log.bundle(entries[:size])
        assert log.unbundle(log.bundle(entries[:size])) == entries[:size]
        root = base64.b64encode(log.root_of(map(leaf_hash, entries[:size]))).decode()
        assert told["log"]["checkpoints"][size]["root_b64"] == root


@needs_vectors
def test_published_geometry_of_tiles() -> None:
    told = json.loads((C2SP / "c2sp_vectors.json").read_text())
    asked = told["tile_geometry"]
    tiles = list(log.tiles_between(0, asked["tree_size"]))
    for level in (0, 1):
        widths = [width for row, _, width in tiles if row == level]
        assert widths == [256] * asked[f"full_level{level}"] + [asked[f"partial_level{level}"]]
    assert [width for row, _, width in tiles if row == 2] == [asked["partial_level2"]]
    for number, path in told["path_encoding"].items():
        assert log.tile_path(0, int(number)) == f"tile/0/{path}"


@given(st.integers(0, 70))
def test_roots_are_as_defined(size: int) -> None:
    assert log.root_of(LEAVES[:size]) == slowly(LEAVES[:size])


@given(st.data())
def test_every_entry_proves_its_place(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 600))
    index = data.draw(st.integers(0, size - 1))
    root = log.root_of(LEAVES[:size])
    path = log.prove_inclusion(index, size, GREAT.read)
    assert path == log.prove_inclusion(index, size, log.read_from_tiles(GREAT.tile))
    log.check_inclusion(index, size, LEAVES[index], path, root)
    other = data.draw(st.integers(0, size - 1).filter(lambda one: one != index)) if size > 1 else 0
    if other != index:
        with pytest.raises(ProofInvalid):
            log.check_inclusion(other, size, LEAVES[index], path, root)
    with pytest.raises(ProofInvalid):
        log.check_inclusion(index, size, LEAVES[index], [*path, path[0] if path else root], root)


@given(st.data())
def test_every_log_proves_its_past(data: st.DataObject) -> None:
    after = data.draw(st.integers(1, 600))
    before = data.draw(st.integers(1, after))
    old, new = log.root_of(LEAVES[:before]), log.root_of(LEAVES[:after])
    path = log.prove_consistency(before, after, GREAT.read)
    assert path == log.prove_consistency(before, after, log.read_from_tiles(GREAT.tile))
    log.check_consistency(before, after, path, old, new)
    rewritten = log.root_of([LEAVES[-1], *LEAVES[1:before]])
    with pytest.raises(ProofInvalid):
        log.check_consistency(before, after, path, rewritten, new)


@given(st.data())
def test_no_bit_of_a_proof_may_change(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 600))
    index = data.draw(st.integers(0, size - 1))
    path = log.prove_inclusion(index, size, GREAT.read)
    place = data.draw(st.integers(0, len(path) - 1))
    bit = data.draw(st.integers(0, 255))
    flipped = int.from_bytes(path[place], "big") ^ 1 << bit
    path[place] = flipped.to_bytes(32, "big")
    with pytest.raises(ProofInvalid):
        log.check_inclusion(index, size, LEAVES[index], path, log.root_of(LEAVES[:size]))


@given(st.integers(0, 600), st.integers(0, 600))
def test_growing_in_steps_writes_the_tiles_of_growing_at_once(one: int, two: int) -> None:
    before, after = sorted((one, two))
    widest: dict[tuple[int, int], int] = {}
    for level, index, width in [*log.tiles_between(0, before), *log.tiles_between(before, after)]:
        assert width > widest.get((level, index), 0)
        widest[level, index] = width
    assert [(*place, width) for place, width in sorted(widest.items())] == sorted(
        log.tiles_between(0, after)
    )


def test_a_frontier_goes_on_where_it_was() -> None:
    half = Frontier()
    half.extend(LEAVES[:77])
    again = Frontier(half.size, half.subtrees)
    again.extend(LEAVES[77:200])
    assert again.root() == log.root_of(LEAVES[:200])
    with pytest.raises(ValueError, match="subtrees"):
        Frontier(3, [LEAVES[0]])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_of_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="not among"):
        log.prove_inclusion(index, size, GREAT.read)
    with pytest.raises(ProofInvalid):
        log.check_inclusion(index, size, LEAVES[0], [], LEAVES[0])


@pytest.mark.parametrize(("before", "after"), [(0, 3), (4, 3), (-1, 2)])
def test_no_proof_from_nothing(before: int, after: int) -> None:
    with pytest.raises(ValueError, match="no proof"):
        log.prove_consistency(before, after, GREAT.read)


@given(st.lists(st.binary(max_size=300), max_size=20), st.integers(0, 40))
def test_bundles(entries: list[bytes], cut: int) -> None:
    content = log.bundle(entries)
    assert log.unbundle(content) == entries
    shorter = content[: max(0, len(content) - cut)]
    try:
        assert log.unbundle(shorter) == entries[: len(log.unbundle(shorter))]
    except ProofInvalid:
        assert cut


def test_an_entry_is_not_too_long() -> None:
    with pytest.raises(ValueError, match="65535"):
        log.bundle([bytes(65_536)])


def test_a_hash_of_another_length_is_refused() -> None:
    with pytest.raises(ProofInvalid, match="32 bytes"):
        log.check_inclusion(0, 2, LEAVES[0], [b"short"], log.root_of(LEAVES[:2]))


def test_a_tile_that_is_too_short() -> None:
    read = log.read_from_tiles(lambda _level, _index: b"".join(LEAVES[:3]))
    assert read(1, 0) == log.node_hash(LEAVES[0], LEAVES[1])
    with pytest.raises(ValueError, match="does not hold"):
        read(2, 0)
    with pytest.raises(ValueError, match="no tile"):
        log.tile_path(0, 1, 257)
