"""One pass over the entries of a log: its root, earlier roots, and what a kind of log wants to know of them.

Blocks of 65,536 entries are read, hashed and scanned each by itself, in as many processes as there are
cores; what comes back is small. Two blocks or fewer stay in this process.
"""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Generic, TypeVar

from parvis_verify.sources import BLOCK, Source, open_source, split
from parvis_verify.trees import HASH_BYTES, frontier, leaf_hashes, rows_of

T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """A log somewhere: where it is read from, its path, how many entries of it are meant. `before`: those
    of the logs that it goes on from, which are counted with it.
    """

    source: str
    log: str
    size: int
    before: int = 0

    @property
    def blocks(self) -> int:
        return -(-self.size // BLOCK)

    def first(self, block: int) -> int:
        """The place of a block's first entry among all that are counted together."""
        return self.before + block * BLOCK

    def width(self, block: int) -> int:
        return min(BLOCK, self.size - block * BLOCK)


# What a kind of log does with the entries of a block: called with the source, the place, the number of the
# block and its entries.
Scan = Callable[[Source, Place, int, list[bytes]], T]


@dataclass(frozen=True)
class Block(Generic[T]):
    """A block that was read. `subtrees`: roots of what it is made of. `at`: the same at sizes asked for."""

    number: int
    count: int  # entries that were found, which may not be as many as there should be
    subtrees: list[tuple[int, bytes]]
    at: dict[int, list[tuple[int, bytes]]]
    said: T


def read_block(
    source: Source, place: Place, number: int, wanted: list[int], scan: Scan[T]
) -> Block[T]:
    entries = split(source.entries(place.log, number, place.size))
    rows = rows_of(leaf_hashes(entries))
    first = number * BLOCK
    at = {size: frontier(rows, size - first) for size in wanted if size - first <= len(entries)}
    said = scan(source, place, number, entries)
    return Block(number, len(entries), frontier(rows, len(entries)), at, said)


def read_blocks(place: Place, wanted: list[int], scan: Scan[T]) -> Iterator[Block[T]]:
    """All blocks in their order; `wanted` are sizes of the log whose roots are asked for."""
    sizes = {
        number: [one for one in wanted if one // BLOCK == number] for number in range(place.blocks)
    }
    workers = min(os.cpu_count() or 1, place.blocks // 2)
    if workers < 2:  # noqa: PLR2004 - one more process would only wait
        with closing(open_source(place.source)) as source:
            for number in range(place.blocks):
                yield read_block(source, place, number, sizes[number], scan)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _begin, (place.source,)) as pool:
        under_way: deque[Future[Block[T]]] = deque()
        for number in range(place.blocks):
            under_way.append(pool.submit(_work, place, number, sizes[number], scan))
            if len(under_way) > 2 * workers:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


def leaves(source: Source, place: Place, block: int) -> list[bytes]:
    """The leaf hashes of a block as the log's own tiles have them."""
    content = source.leaves(place.log, block, place.size)
    return [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]


_OPENED: list[Source] = []


def _begin(place: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the whole program, in one place
    _OPENED[:] = [open_source(place)]


def _work(place: Place, number: int, wanted: list[int], scan: Scan[T]) -> Block[T]:
    return read_block(_OPENED[0], place, number, wanted, scan)
