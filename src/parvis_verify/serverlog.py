"""What the server log says of another log: that it began, with which entry, and each of its checkpoints.

Witnesses follow the server log alone. Two checkpoints of one size in it, or one that the log does not begin
with, are how a history that was written anew is found.
"""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from parvis_verify import notes
from parvis_verify.kept import parse_receipt
from parvis_verify.logs import (
    Ended,
    Signed,
    decode,
    find_checkpoint,
    judge_earlier,
    judge_root,
    read_log,
)
from parvis_verify.notes import Checkpoint, Key, NoteWrong
from parvis_verify.reading import Place
from parvis_verify.sources import BLOCK, Erased, Missing, Source, split
from parvis_verify.trees import ProofWrong, leaf_hash, root_from
from parvis_verify.verdict import Verdict

LONGEST = 3_000_000  # entries that are read; of a longer one the proof of one entry
NEXT = "log/next/"  # and a number from 2: a server log that was closed after an accident has a successor
GENERATIONS_MOST = 100
AGAIN, PAUSE_S = 4, 1.0  # its next checkpoint takes the other log's along, a moment later


@dataclass
class Told:
    """`is_whole` False: the server log was not read, so that earlier checkpoints are not known."""

    first: str | None = None  # the hash of the log's first entry
    checkpoints: list[Checkpoint] = field(default_factory=list[Checkpoint])
    has_current: bool = False
    is_whole: bool = True

    def add(self, other: "Told") -> None:
        """What a successor tells besides."""
        self.first = self.first or other.first
        self.checkpoints += other.checkpoints
        self.has_current |= other.has_current
        self.is_whole &= other.is_whole


@dataclass(frozen=True)
class Mentions:
    """The entries of the server log that name another log, or are these bytes."""

    needle: bytes
    exact: frozenset[bytes]

    def __call__(
        self, source: Source, place: Place, number: int, entries: list[bytes]
    ) -> list[tuple[int, bytes]]:
        del source, place
        first = number * BLOCK
        return [
            (first + at, one)
            for at, one in enumerate(entries)
            if self.needle in one or one in self.exact
        ]


def encode(said: dict[str, object]) -> bytes:
    """An entry as networks write it."""
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def entry_of(signed: Signed) -> tuple[bytes, bytes]:
    """How a checkpoint stands in the server log: in words, or as a hash where the log is for few."""
    text = signed.note.text
    hashed = hashlib.sha256(text.encode()).hexdigest()
    return (
        encode({"type": "checkpoint", "checkpoint": text}),
        encode({"type": "sealed checkpoint", "sha256": hashed}),
    )


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


def consult(
    source: Source,
    place: str,
    log: Asked,
    keys: Sequence[Key],
    earlier: Callable[[str], Sequence[tuple[Checkpoint, str]]],
    verdict: Verdict,
) -> tuple[Told, Signed | None]:
    """Read the server log and its successors, and everything that they say of this one. `earlier`: what was
    kept of a log, by its name.
    """
    told = Told()
    signed: Signed | None = None
    for turn in range(AGAIN):
        trial = Verdict()
        told = Told()
        try:
            for name in generations(source):
                before, signed = signed, find_checkpoint(source, name, keys, trial)
                if before is not None and name != "log":
                    _judge_successor(source, name, before.checkpoint, signed.checkpoint, trial)
                whole = Place(place, name, signed.checkpoint.size)
                known = earlier(signed.checkpoint.origin)
                told.add(_ask(source, whole, log, signed, known, trial))
        except Ended:
            verdict.findings += trial.findings
            return Told(is_whole=False), None
        if told.has_current or not place.startswith("http") or turn == AGAIN - 1:
            verdict.findings += trial.findings
            break
        time.sleep(PAUSE_S)
    if told.has_current:
        verdict.holds("in-server-log", origin=log.origin, size=log.signed.checkpoint.size)
    else:
        verdict.wrong("not-in-server-log", origin=log.origin, size=log.signed.checkpoint.size)
    return told, signed


def generations(source: Source) -> list[str]:
    """The server log, and each that follows one which was closed."""
    names = ["log"]
    for number in range(2, GENERATIONS_MOST):
        try:
            source.read(f"{NEXT}{number}/checkpoint")
        except (Missing, Erased):
            break
        names.append(f"{NEXT}{number}")
    return names


def _judge_successor(
    source: Source, name: str, before: Checkpoint, now: Checkpoint, verdict: Verdict
) -> None:
    """A successor begins with which log it follows, from where, and why; there is one end of that log."""
    said = decode((split(source.bundle(name, 0, now.size)) or [b""])[0]) or {}
    try:
        end = notes.parse_checkpoint(notes.parse_note(str(said.get("checkpoint")).encode()).text)
    except NoteWrong:
        end = None
    if said.get("type") != "successor" or said.get("of") != before.origin or end is None:
        verdict.wrong("entry-unknown", entry=0)
    elif (end.size, end.root) != (before.size, before.root):
        verdict.wrong("forked", log=before.origin, size=end.size, where=name)
    else:
        verdict.tell("server-log-followed", why=str(said.get("why")))


def _ask(
    source: Source,
    whole: Place,
    log: Asked,
    server: Signed,
    earlier: Sequence[tuple[Checkpoint, str]],
    verdict: Verdict,
) -> Told:
    if whole.size > LONGEST:
        verdict.tell("server-log-long", size=whole.size)
        return Told(has_current=_is_proved(source, whole, log.signed, server), is_whole=False)
    origin = json.dumps(log.origin)[1:-1].encode()
    sizes = [one.size for one, _ in earlier if one.size <= whole.size]
    scan = Mentions(b'"' + origin, frozenset((*entry_of(log.signed), log.sealed)))
    try:
        read = read_log(whole, server.checkpoint.root, sizes, scan, lambda _at, _of: None)
    except (Missing, Erased):
        verdict.unchecked("entries-missing", log=whole.log)
        return Told(has_current=_is_proved(source, whole, log.signed, server), is_whole=False)
    judge_root(source, whole, read, server.checkpoint.root, verdict)
    judge_earlier(read, earlier, server.checkpoint.root, (whole, verdict))
    return _gather(log, [one for some in read.blocks for one in some])


def _gather(log: Asked, mentions: list[tuple[int, bytes]]) -> Told:
    told = Told()
    for _, entry in mentions:
        told.has_current |= entry in entry_of(log.signed)
        if entry == log.sealed:
            told.first = leaf_hash(log.begin).hex()
        said = decode(entry) or {}
        if said.get("type") == "log" and said.get("origin") == log.origin:
            told.first = str(said.get("first"))
        if said.get("type") == "checkpoint":
            try:
                one = notes.parse_checkpoint(str(said.get("checkpoint")))
            except NoteWrong:
                continue
            if one.origin == log.origin:
                told.checkpoints.append(one)
    return told


def _is_proved(source: Source, whole: Place, log: Signed, server: Signed) -> bool:
    """By the server log's own receipt of the checkpoint."""
    for entry in entry_of(log):
        leaf = leaf_hash(entry)
        try:
            receipt = parse_receipt(source.read(f"{whole.log}/proofs/{leaf.hex()}.tlog-proof"))
            note = notes.parse_note(receipt.checkpoint)
            there = notes.parse_checkpoint(note.text)
            root = root_from(receipt.index, there.size, leaf, receipt.path)
        except (Missing, Erased, NoteWrong, ProofWrong):
            continue
        if root == there.root and there == server.checkpoint:
            return True
    return False


def judge_witnesses(
    server: Signed, witnesses: Sequence[Key], own: Sequence[Key], verdict: Verdict
) -> None:
    """Who else saw the same server log."""
    names = {key.under(server.checkpoint.origin).id for key in own}
    lines = [one for one in server.note.lines if one.key_id not in names]
    known = {(key.name, key.id): key for key in witnesses}
    for line in lines:
        key = known.pop((line.name, line.key_id), None)
        if key is None:
            verdict.tell("witness-unknown", name=line.name)
        elif notes.verify(key, server.note.text, line.content):
            moment = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(notes.time_of(line)))
            verdict.holds("witness-holds", name=line.name, size=server.checkpoint.size, at=moment)
        else:
            verdict.wrong("witness-wrong", name=line.name)
    for key in known.values():
        verdict.unchecked("witness-silent", name=key.name)
    if not lines:
        verdict.tell("nobody-witnesses")
