"""A whole log, audited: who signed it, its tree, the server log, then what its kind counts.

Kinds are found by the type of the first entry, and each is a module with one function (`KINDS`).
"""

import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import TypeVar

from parvis_verify import chain, draws, petitions, polls, receipts, saving, serverlog
from parvis_verify import witnesses as witnessed
from parvis_verify.auditing import Audit, Part
from parvis_verify.kept import Kept
from parvis_verify.logs import Ended, decode, open_checkpoint
from parvis_verify.notes import Checkpoint, Key
from parvis_verify.reading import Place
from parvis_verify.sources import Erased, Missing, Source, Unreadable, open_source
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
        links = chain.find(source, self.place, self.log, keys, verdict)
        self.earlier = receipts.checkpoints_of(self.trusted.kept, keys, verdict)
        if not any(one.place.size for one in links):
            verdict.tell("log-empty", log=self.log)
            return
        verdict.logs = [(one.place.before, one.place.log) for one in links]
        self.earlier += chain.judge(links, keys, verdict)
        try:
            told = self._consult(source, links)
            for one, said in zip(links, told, strict=True):
                self._forget_newer(source, one, said)
            parts = [
                Part(
                    one.place,
                    one.checkpoint,
                    [(old, "server log") for old in said.checkpoints]
                    + self._kept(one.checkpoint.origin),
                )
                for one, said in zip(links, told, strict=True)
            ]
            audit = Audit(source, parts, verdict, self.advance)
            for one, said in zip(links, told, strict=True):
                self._judge_begin(said, one)
            first = decode(links[0].begin) or {}
            KINDS.get(str(first.get("type")), tree_alone)(audit)
            receipts.judge_beside(audit, self.trusted.kept, keys)
        except (Missing, Erased) as what:
            verdict.wrong("entries-missing", log=self.log, what=str(what))

    def _consult(self, source: Source, links: Sequence[chain.Link]) -> list[serverlog.Told]:
        keys, witnesses = self.trusted.keys, self.trusted.witnesses
        is_server = links[0].place.log == "log"
        entries = [links[0].begin] if is_server else serverlog.entry_of(links[-1].signed)
        seen = witnessed.find(source, entries, keys, witnesses)
        if seen is not None:
            self.earlier.append((seen.signed.checkpoint, seen.path))
        shown = [seen.signed] if seen is not None else []
        if is_server:
            witnessed.judge([links[-1].signed, *shown], witnesses, keys, self.verdict)
            self._judge_lost(links)
            return [serverlog.Told(is_whole=False) for _ in links]
        asked = [serverlog.Asked(one.signed, one.begin) for one in links]
        told, server = serverlog.consult(source, self.place, asked, keys, self._kept, self.verdict)
        first = asked[0].origin
        there = {one.origin for one in asked}
        for name in sorted(told[0].logs - there):
            if name.startswith(first + chain.NEXT):
                self.verdict.wrong("successor-missing", log=name)
        if server:
            witnessed.judge([server[-1].signed, *shown], witnesses, keys, self.verdict)
        self._judge_lost([*links, *server])
        return told

    def _forget_newer(self, source: Source, link: chain.Link, told: serverlog.Told) -> None:
        """While entries come, the server log has checkpoints already that were made after the one that is
        audited. That the log has them as well is asked of it, and not taken for what it lost.
        """
        size, log = link.checkpoint.size, link.place.log
        newer = [one for one in told.checkpoints if one.size > size]
        for turn in range(serverlog.AGAIN if newer else 0):
            if turn and source.is_live:
                time.sleep(serverlog.PAUSE_S)
            now = self._now(source, log)
            if now is not None and now.size >= max(one.size for one in newer):
                told.checkpoints = [one for one in told.checkpoints if one.size <= size]
                if any(one.size == now.size and one.root != now.root for one in newer):
                    self.verdict.wrong("forked", log=log, size=now.size, where="server log")
                return

    def _now(self, source: Source, log: str) -> Checkpoint | None:
        """The log's checkpoint read once more; of a saved log, as it was when all was saved."""
        for name in (saving.LATER, "checkpoint"):
            with suppress(Missing, Erased, Ended):
                content = source.read(f"{log}/{name}")
                return open_checkpoint(content, self.trusted.keys, Verdict()).checkpoint
        return None

    def _judge_lost(self, links: Sequence[chain.Link]) -> None:
        """What was kept may be of a successor that is gone: of a history that was lost."""
        there = {one.checkpoint.origin for one in links}
        firsts = {one.partition(chain.NEXT)[0] for one in there}
        for old, where in self.earlier:
            if old.origin not in there and old.origin.partition(chain.NEXT)[0] in firsts:
                self.verdict.wrong("successor-lost", log=old.origin, where=where)

    def _judge_begin(self, told: serverlog.Told, link: chain.Link) -> None:
        """Whether the log begins as the server log said when it began."""
        if told.first == leaf_hash(link.begin).hex():
            self.verdict.holds("manifest-holds", log=link.place.log)
        elif told.is_whole and (told.first is not None or told.has_current):
            self.verdict.wrong("manifest-changed", log=link.place.log)

    def _kept(self, origin: str) -> list[tuple[Checkpoint, str]]:
        return [(one, where) for one, where in self.earlier if one.origin == origin]


def tree_alone(audit: Audit) -> None:
    """A log whose kind is not known: its tree and its signatures are all there is to say."""
    for _ in audit.read(_nothing):
        pass
    is_server = audit.place.log.partition(chain.NEXT)[0] == "log"
    audit.verdict.tell("server-log" if is_server else "kind-unknown", log=audit.place.log)


def _nothing(source: Source, place: Place, number: int, entries: list[bytes]) -> None:
    del source, place, number, entries
