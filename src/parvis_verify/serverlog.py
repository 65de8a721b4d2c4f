"""What the server log says of another log: that it began, with which entry, and each of its checkpoints.

Witnesses follow the server log alone. Two checkpoints of one size in it, or one that the log does not begin
with, are how a history that was written anew is found.
"""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from parvis_verify import chain, notes
from parvis_verify.kept import parse_receipt
from parvis_verify.logs import (
    Ended,
    Pass,
    Signed,
    decode,
    judge_earlier,
    judge_root,
)
from parvis_verify.notes import Checkpoint, Key, NoteWrong
from parvis_verify.reading import Place
from parvis_verify.sources import Erased, Missing, Source, split
from parvis_verify.trees import ProofWrong, leaf_hash, root_from
from parvis_verify.verdict import Verdict

LONGEST = 3_000_000  # entries that are read; of a longer one the proof of one entry
AGAIN, PAUSE_S = 4, 1.0  # its next checkpoint takes the other log's along, a moment later


@dataclass
class Told:
    """`is_whole` False: the server log was not read, so that earlier checkpoints are not known."""

    first: str | None = None  # the hash of the log's first entry
    checkpoints: list[Checkpoint] = field(default_factory=list[Checkpoint])
    logs: set[str] = field(
        default_factory=set[str]
    )  # that began, whose names begin with this one's
    has_current: bool = False
    is_whole: bool = True


@dataclass(frozen=True)
class Mentions:
    """The entries of the server log that name another log, or are these bytes."""

    needle: bytes
    exact: frozenset[bytes]

    def __call__(
        self, source: Source, place: Place, number: int, entries: list[bytes]
    ) -> list[bytes]:
        del source, place, number
        return [one for one in entries if self.needle in one or one in self.exact]


def encode(said: dict[str, object]) -> bytes:
    """An entry as networks write it."""
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def entry_of(signed: Signed) -> tuple[bytes, bytes]:
    """How a checkpoint stands in the server log: in words, or as a hash where the log is for few."""
    return entries_for(signed.note.text)


def entries_for(text: str) -> tuple[bytes, bytes]:
    """The same, of the text that was signed."""
    hashed = hashlib.sha256(text.encode()).hexdigest()
    return (
        encode({"type": "checkpoint", "checkpoint": text}),
        encode({"type": "sealed checkpoint", "sha256": hashed}),
    )


def first_entry(source: Source) -> bytes:
    """Of the server log, which every proof of it is asked by when it is audited itself."""
    size = notes.parse_checkpoint(notes.parse_note(source.read("log/checkpoint")).text).size
    return (split(source.bundle("log", 0, size)) or [b""])[0]


@dataclass(frozen=True)
class Asked:
    """The log that is looked for: its checkpoint, and its first entry."""

    signed: Signed
    begin: bytes

    @property
    def origin(self) -> str:
        return self.signed.checkpoint.origin

    @property
    def sealed(self) -> bytes:
        """How a log that is for few begins in the server log, which does not name it."""
        return encode({"type": "sealed log", "first": leaf_hash(self.begin).hex()})


Kept = Callable[
    [str], Sequence[tuple[Checkpoint, str]]
]  # of a log by its name, and where each was found


def consult(
    source: Source,
    place: str,
    logs: Sequence[Asked],
    keys: Sequence[Key],
    kept: Kept,
    verdict: Verdict,
) -> tuple[list[Told], list[chain.Link]]:
    """Read the server log, and everything that it says of these: a log, and those that go on from it. Answers
    that with the server log, and those that go on from that.
    """
    told = [Told(is_whole=False) for _ in logs]
    links: list[chain.Link] = []
    for turn in range(AGAIN):
        trial = Verdict()
        try:
            links = chain.find(source, place, "log", keys, trial)
        except Ended:
            verdict.findings += trial.findings
            return told, []
        found = chain.judge(links, keys, trial)
        mentions: list[bytes] | None = []
        for one in links:
            origin = one.checkpoint.origin
            earlier = [old for old in found if old[0].origin == origin]
            mentions = _mentions(source, one, logs, [*earlier, *kept(origin)], trial, mentions)
        told = [_gather(one, mentions, links, source) for one in logs]
        if told[-1].has_current or not source.is_live or turn == AGAIN - 1:
            verdict.findings += trial.findings
            break
        time.sleep(PAUSE_S)
    for one, of in zip(told, logs, strict=True):
        size = of.signed.checkpoint.size
        if one.has_current:
            verdict.holds("in-server-log", origin=of.origin, size=size)
        else:
            verdict.wrong("not-in-server-log", origin=of.origin, size=size)
    return told, links


def _mentions(
    source: Source,
    server: chain.Link,
    logs: Sequence[Asked],
    earlier: Sequence[tuple[Checkpoint, str]],
    verdict: Verdict,
    before: list[bytes] | None,
) -> list[bytes] | None:
    """What a server log says of these logs, behind what the one before it said; None: not all is known."""
    whole, root = server.place, server.checkpoint.root
    if whole.size > LONGEST:
        verdict.tell("server-log-long", size=whole.size)
        return None
    first = json.dumps(logs[0].origin)[1:-1].encode()  # the names of the others begin with it
    sizes = [one.size for one, _ in earlier if one.size <= whole.size]
    exact = {entry for one in logs for entry in (*entry_of(one.signed), one.sealed)}
    scan = Mentions(b'"' + first, frozenset(exact))
    read = Pass(whole, root, sizes, scan, lambda _at, _of: None)
    try:
        found = [one for some in read for one in some]
    except (Missing, Erased):
        verdict.unchecked("entries-missing", log=whole.log)
        return None
    judge_root(source, whole, read, root, verdict)
    judge_earlier(read, earlier, root, (whole, verdict))
    return [*before, *found] if before is not None else None


def _gather(
    log: Asked, mentions: list[bytes] | None, links: Sequence[chain.Link], source: Source
) -> Told:
    if mentions is None:
        proved = any(_is_proved(source, log.signed, one) for one in links)
        return Told(has_current=proved, is_whole=False)
    told = Told()
    for entry in mentions:
        told.has_current |= entry in entry_of(log.signed)
        if entry == log.sealed:
            told.first = leaf_hash(log.begin).hex()
        said = decode(entry) or {}
        if said.get("type") == "log":
            told.logs.add(str(said.get("origin")))
            if said.get("origin") == log.origin:
                told.first = str(said.get("first"))
        one = _checkpoint_in(said)
        if one is not None and one.origin == log.origin:
            told.checkpoints.append(one)
    return told


def _checkpoint_in(said: dict[str, object]) -> Checkpoint | None:
    try:
        text = str(said.get("checkpoint"))
        return notes.parse_checkpoint(text) if said.get("type") == "checkpoint" else None
    except NoteWrong:
        return None


def _is_proved(source: Source, log: Signed, server: chain.Link) -> bool:
    """By the server log's own receipt of the checkpoint."""
    for entry in entry_of(log):
        leaf = leaf_hash(entry)
        try:
            receipt = parse_receipt(
                source.read(f"{server.place.log}/proofs/{leaf.hex()}.tlog-proof")
            )
            note = notes.parse_note(receipt.checkpoint)
            there = notes.parse_checkpoint(note.text)
            root = root_from(receipt.index, there.size, leaf, receipt.path)
        except (Missing, Erased, NoteWrong, ProofWrong):
            continue
        if root == there.root and there == server.checkpoint:
            return True
    return False
