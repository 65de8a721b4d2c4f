"""A whole log, audited: who signed it, its tree, the server log, then what its kind counts.

Kinds are found by the type of the first entry, and each is a module with one function (`KINDS`).
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TypeVar

from parvis_verify import draws, petitions, polls, receipts, serverlog
from parvis_verify.auditing import Audit
from parvis_verify.kept import Kept
from parvis_verify.logs import Ended, Signed, decode, find_checkpoint
from parvis_verify.notes import Checkpoint, Key
from parvis_verify.reading import Place
from parvis_verify.sources import Erased, Missing, Source, Unreadable, open_source, split
from parvis_verify.trees import leaf_hash
from parvis_verify.verdict import Advance, Verdict

T = TypeVar("T")

KINDS: dict[str, Callable[[Audit], None]] = {
    "poll": polls.audit,
    "petition": petitions.audit,
    "draw": draws.audit,
}


@dataclass(frozen=True)
class Trusted:
    """What the auditor brings along: keys, witnesses' keys, checkpoints that were kept."""

    keys: Sequence[Key]
    witnesses: Sequence[Key] = ()
    kept: Sequence[tuple[Kept, str]] = ()  # receipts, promises and checkpoints, and their files


@dataclass
class Whole:
    """The audit of one log. `place` is where it is read from, `log` its path there."""

    place: str
    log: str
    trusted: Trusted
    verdict: Verdict
    advance: Advance = field(default=lambda _at, _of: None)
    earlier: list[tuple[Checkpoint, str]] = field(default_factory=list[tuple[Checkpoint, str]])

    def run(self) -> None:
        try:
            with closing(open_source(self.place)) as source:
                self._run(source)
        except Ended:
            pass
        except Unreadable as why:
            self.verdict.unchecked("unreadable", why=str(why))
        self.verdict.end()

    def _run(self, source: Source) -> None:
        keys, verdict = self.trusted.keys, self.verdict
        signed = find_checkpoint(source, self.log, keys, verdict)
        self.earlier = receipts.checkpoints_of(self.trusted.kept, keys, verdict)
        place = Place(self.place, self.log, signed.checkpoint.size)
        if not place.size:
            verdict.tell("log-empty", log=self.log)
            return
        try:
            begin = (split(source.bundle(self.log, 0, place.size)) or [b""])[0]
            told = self._consult(source, signed, begin)
            earlier = [(one, "server log") for one in told.checkpoints]
            earlier += self._kept(signed.checkpoint.origin)
            audit = Audit(source, place, signed.checkpoint, earlier, verdict, self.advance)
            self._judge_begin(told, begin)
            said = decode(begin) or {}
            KINDS.get(str(said.get("type")), tree_alone)(audit)
            receipts.judge_beside(audit, self.trusted.kept, keys)
        except (Missing, Erased) as what:
            verdict.wrong("entries-missing", log=self.log, what=str(what))

    def _consult(self, source: Source, signed: Signed, begin: bytes) -> serverlog.Told:
        keys, witnesses = self.trusted.keys, self.trusted.witnesses
        if self.log.partition("/next/")[0] == "log":
            serverlog.judge_witnesses(signed, witnesses, keys, self.verdict)
            return serverlog.Told(is_whole=False)
        asked = serverlog.Asked(signed, begin)
        told, server = serverlog.consult(source, self.place, asked, keys, self._kept, self.verdict)
        if server is not None:
            serverlog.judge_witnesses(server, witnesses, keys, self.verdict)
        return told

    def _judge_begin(self, told: serverlog.Told, begin: bytes) -> None:
        """Whether the log begins as the server log said when it began."""
        if told.first == leaf_hash(begin).hex():
            self.verdict.holds("manifest-holds", log=self.log)
        elif told.is_whole and (told.first is not None or told.has_current):
            self.verdict.wrong("manifest-changed", log=self.log)

    def _kept(self, origin: str) -> list[tuple[Checkpoint, str]]:
        return [(one, where) for one, where in self.earlier if one.origin == origin]


def tree_alone(audit: Audit) -> None:
    """A log whose kind is not known: its tree and its signatures are all there is to say."""
    audit.read(_nothing)
    is_server = audit.place.log.partition("/next/")[0] == "log"
    audit.verdict.tell("server-log" if is_server else "kind-unknown", log=audit.place.log)


def _nothing(source: Source, place: Place, number: int, entries: list[bytes]) -> None:
    del source, place, number, entries
