"""What the audit of a kind of log works with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from parvis_verify.logs import judge_earlier, judge_root, read_log
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

    def read(self, scan: Scan[T]) -> list[T]:
        """What `scan` says of each block. With the first pass the tree is judged."""
        sizes = [one.size for one, _ in self.earlier if one.size <= self.place.size]
        wanted = [] if self._is_judged else sizes
        read = read_log(self.place, self.checkpoint.root, wanted, scan, self.advance)
        if not self._is_judged:
            self._is_judged = True
            judge_root(self.source, self.place, read, self.checkpoint.root, self.verdict)
            judge_earlier(read, self.earlier, self.checkpoint.root, (self.place, self.verdict))
        return read.blocks
