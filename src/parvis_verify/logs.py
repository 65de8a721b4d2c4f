"""One log, whatever it counts: its checkpoint and who signed it, its root out of its entries, and, where the
root is another, which entries are not those that the tree was made of.
"""

import difflib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from parvis_verify import notes
from parvis_verify.notes import Checkpoint, Key, Note, NoteWrong
from parvis_verify.reading import Place, Scan, leaves, read_blocks
from parvis_verify.sources import BLOCK, Erased, Missing, Source, Unreadable, split
from parvis_verify.trees import Growing, frontier, leaf_hash, rows_of
from parvis_verify.verdict import Advance, Verdict

T = TypeVar("T")


class Ended(Exception):
    """There is nothing more to check: the verdict has why."""


@dataclass(frozen=True)
class Signed:
    """A checkpoint that a key of ours signed."""

    checkpoint: Checkpoint
    note: Note
    content: bytes


def find_checkpoint(source: Source, log: str, keys: Sequence[Key], verdict: Verdict) -> Signed:
    """The log's own checkpoint, signed by one of the keys under its name."""
    try:
        content = source.read(f"{log}/checkpoint")
    except (Missing, Erased):
        verdict.unchecked("checkpoint-missing", log=log)
        raise Ended from None
    return open_checkpoint(content, keys, verdict)


def open_checkpoint(content: bytes, keys: Sequence[Key], verdict: Verdict) -> Signed:
    try:
        note = notes.parse_note(content)
        checkpoint = notes.parse_checkpoint(note.text)
    except NoteWrong as why:
        verdict.wrong("checkpoint-bad", why=str(why))
        raise Ended from None
    host = checkpoint.origin.partition("/")[0]
    own = [key for key in keys if key.name.partition("/")[0] == host]
    if not own:
        verdict.wrong("origin-other", origin=checkpoint.origin, key=str(keys[0]) if keys else "")
        raise Ended
    signers = [key for key in own if notes.is_signed(note, key.under(checkpoint.origin))]
    if not signers:
        verdict.wrong("signature-wrong", origin=checkpoint.origin, size=checkpoint.size)
        raise Ended
    verdict.holds("signature-holds", origin=checkpoint.origin, size=checkpoint.size)
    return Signed(checkpoint, note, content)


class Pass(Generic[T]):
    """A log read once, what was said of each block given on as it comes: nothing of it is kept here.

    `wanted`: sizes, none above the log's, whose roots are asked for. `roots` and `is_whole` (as many entries
    as the checkpoint says, which lead to its root) are known afterwards.
    """

    def __init__(
        self, place: Place, root: bytes, wanted: Sequence[int], scan: Scan[T], advance: Advance
    ) -> None:
        self.roots: dict[int, bytes] = {}
        self.is_whole = False
        self._asked = place, root, sorted(set(wanted) - {place.size}), scan, advance

    def __iter__(self) -> Iterator[T]:
        place, root, wanted, scan, advance = self._asked
        growing = Growing()
        is_whole = True
        for block in read_blocks(place, wanted, scan):
            for size, subtrees in block.at.items():
                self.roots[size] = growing.root(subtrees)
            for level, subtree in block.subtrees:
                growing.append(level, subtree)
            is_whole &= block.count == place.width(block.number)
            advance(min(place.size, (block.number + 1) * BLOCK), place.size)
            yield block.said
        self.roots[place.size] = growing.root()
        self.is_whole = is_whole and root == self.roots[place.size]


def judge_root(source: Source, place: Place, read: Pass[T], root: bytes, verdict: Verdict) -> None:
    """Whether the entries are those of the checkpoint; if not, which of them are not."""
    if read.is_whole:
        verdict.holds("root-holds", log=place.log, size=place.size)
        return
    verdict.wrong("root-wrong", log=place.log, size=place.size)
    try:
        _name_entries(source, place, root, verdict)
    except (Missing, Erased, Unreadable):
        verdict.tell("not-located", log=place.log)


def _name_entries(source: Source, place: Place, root: bytes, verdict: Verdict) -> None:
    """Hold the entries beside the leaf hashes that the log keeps, if those lead to the root."""
    growing = Growing()
    for block in range(place.blocks):
        there = leaves(source, place, block)
        if len(there) != place.width(block):
            raise Unreadable(place.log)
        for level, subtree in frontier(rows_of(there), len(there)):
            growing.append(level, subtree)
    if growing.root() != root:
        verdict.tell("not-located", log=place.log)
        return
    for block in range(place.blocks):
        read = split(source.entries(place.log, block, place.size))
        _compare(block * BLOCK, leaves(source, place, block), read, place, verdict)


def _compare(
    first: int, meant: list[bytes], there: list[bytes], place: Place, verdict: Verdict
) -> None:
    """Name what was altered, dropped, added or repeated. Places are those in the signed tree."""
    found = [leaf_hash(one) for one in there]
    if found == meant:
        return
    known = {leaf: first + at for at, leaf in enumerate(meant)}
    matching = difflib.SequenceMatcher(None, meant, found, autojunk=False)
    for what, begin, end, other, other_end in matching.get_opcodes():
        both = min(end - begin, other_end - other) if what == "replace" else 0
        for at in range(begin, begin + both):
            verdict.wrong("entry-altered", log=place.log, entry=first + at)
        for at in range(begin + both, end) if what != "equal" else ():
            verdict.wrong("entry-dropped", log=place.log, entry=first + at)
        for at in range(other + both, other_end) if what != "equal" else ():
            if found[at] in known:
                verdict.wrong(
                    "entry-repeated", log=place.log, entry=known[found[at]], before=first + begin
                )
            else:
                verdict.wrong("entry-added", log=place.log, before=first + begin)


def judge_earlier(
    read: Pass[T], earlier: Sequence[tuple[Checkpoint, str]], root: bytes, at: tuple[Place, Verdict]
) -> None:
    """Whether the log begins with what was signed of it before. Each comes with where it was found.

    Two signed roots of one size are compared with each other. What was signed of a shorter log can only be
    held against entries that are those of `root`: others, from a server that stumbles, say nothing of it.
    """
    held = 0
    place, verdict = at
    for old, where in earlier:
        if old.size > place.size:
            verdict.wrong(
                "log-shorter", log=place.log, size=place.size, before=old.size, where=where
            )
        elif old.size == place.size:
            held += old.root == root
            if old.root != root:
                verdict.wrong("forked", log=place.log, size=old.size, where=where)
        elif not read.is_whole:
            continue
        elif read.roots.get(old.size) == old.root:
            held += 1
        else:
            verdict.wrong("rewritten", log=place.log, size=old.size, where=where)
    if held:
        verdict.holds("earlier-hold", log=place.log, number=held)


def decode(entry: bytes) -> dict[str, object] | None:
    """What an entry says; None when it is no JSON object, or is not written in the one way."""
    try:
        said: object = json.loads(entry)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    again = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return cast("dict[str, object]", said) if again.encode() == entry else None
