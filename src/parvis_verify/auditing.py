"""What the audit of a kind of log works with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from parvis_verify.logs import Pass, judge_earlier, judge_root
from parvis_verify.notes import Checkpoint
from parvis_verify.reading import Place, Scan
from parvis_verify.sources import Source
from parvis_verify.verdict import Advance, Verdict

T = TypeVar("T")


@dataclass
class Audit:
    source: Source
    place: Place
    checkpoint: Checkpoint
    earlier: Sequence[tuple[Checkpoint, str]]  # of the same log, and where each was found
    verdict: Verdict
    advance: Advance
    _is_judged: bool = field(default=False)

    def read(self, scan: Scan[T]) -> Iterator[T]:
        """What `scan` says of each block, as it is read. After the first pass the tree is judged."""
        sizes = [one.size for one, _ in self.earlier if one.size <= self.place.size]
        wanted = [] if self._is_judged else sizes
        one = Pass(self.place, self.checkpoint.root, wanted, scan, self.advance)
        yield from one
        if not self._is_judged:
            self._is_judged = True
            judge_root(self.source, self.place, one, self.checkpoint.root, self.verdict)
            judge_earlier(one, self.earlier, self.place, self.verdict)
