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


@dataclass(frozen=True)
class Part:
    """One log of those that are counted together. `earlier`: checkpoints of it, and where each was found."""

    place: Place
    checkpoint: Checkpoint
    earlier: Sequence[tuple[Checkpoint, str]]


@dataclass
class Audit:
    source: Source
    parts: Sequence[Part]
    verdict: Verdict
    advance: Advance
    _is_judged: bool = field(default=False)
    _was_whole: bool = field(default=True)

    @property
    def size(self) -> int:
        """Entries in all of them: places are told among these."""
        return sum(one.place.size for one in self.parts)

    @property
    def place(self) -> Place:
        """The log that is at its end, or goes on."""
        return self.parts[-1].place

    def read(self, scan: Scan[T]) -> Iterator[T]:
        """What `scan` says of each block, as it is read. With the first pass the trees are judged."""
        is_first, self._is_judged = not self._is_judged, True
        for part in self.parts:
            place, root = part.place, part.checkpoint.root
            sizes = [one.size for one, _ in part.earlier if one.size <= place.size]
            one = Pass(place, root, sizes if is_first else [], scan, self._tell)
            yield from one
            if is_first:
                judge_root(self.source, place, one, root, self.verdict)
                judge_earlier(one, part.earlier, root, (place, self.verdict))
                self._was_whole &= one.is_whole
            elif self._was_whole and not one.is_whole:  # what is read again has to be the same
                self.verdict.wrong("root-wrong", log=place.log, size=place.size)

    def _tell(self, at: int, of: int) -> None:
        del of
        self.advance(at, self.size)
