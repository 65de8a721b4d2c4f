"""A log and the logs that went on from it. One that was closed after an accident has a successor, whose first
entry says from where it goes on; what they count is counted over all of them, one after the other.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, pairwise

from parvis_verify import notes
from parvis_verify.logs import Ended, Signed, decode, find_checkpoint
from parvis_verify.notes import Checkpoint, Key, NoteWrong
from parvis_verify.reading import Place
from parvis_verify.sayings import number_in
from parvis_verify.sources import Erased, Missing, Source, split
from parvis_verify.verdict import Verdict

NEXT = "/next/"


@dataclass(frozen=True)
class Link:
    """One of these logs: its checkpoint, where it is, its first entry."""

    signed: Signed
    place: Place
    begin: bytes

    @property
    def checkpoint(self) -> Checkpoint:
        return self.signed.checkpoint


def paths_of(source: Source, log: str) -> list[str]:
    """The first log, then the successors that are there."""
    found = [log.partition(NEXT)[0]]
    for number in count(2):
        path = f"{found[0]}{NEXT}{number}"
        try:
            found.append(_named(path, source.read(f"{path}/checkpoint")))
        except (Missing, Erased):
            return found
    return found


def _named(path: str, checkpoint: bytes) -> str:
    """The path of a successor found by its number: its checkpoint says what is chance in its name."""
    origin = checkpoint.partition(b"\n")[0].decode(errors="replace")
    name = re.search(re.escape(f"/{path}") + r"(-[a-z2-7]{16})$", origin, re.ASCII)
    return path + name[1] if name else path


def _is_meant(path: str, asked: str) -> bool:
    """Whether a log is the one that is asked for, by its path or by its number alone."""
    return path == asked or (NEXT in asked and path.startswith(f"{asked}-"))


def find(source: Source, place: str, log: str, keys: Sequence[Key], verdict: Verdict) -> list[Link]:
    """All of them in their order, whichever was asked for. Ended: one of them is not signed, or not there."""
    links: list[Link] = []
    before = 0
    for path in paths_of(source, log):
        signed = find_checkpoint(source, path, keys, verdict)
        size = signed.checkpoint.size
        there = Place(place, path, size, before)
        begin = (split(source.bundle(path, 0, size)) or [b""])[0] if size else b""
        links.append(Link(signed, there, begin))
        before += size
    if not any(_is_meant(one.place.log, log) for one in links):
        verdict.unchecked("checkpoint-missing", log=log)
        raise Ended
    return links


def judge(
    links: Sequence[Link], keys: Sequence[Key], verdict: Verdict
) -> list[tuple[Checkpoint, str]]:
    """Whether each goes on from where the one before it ends. Answers what successors say those logs were."""
    found: list[tuple[Checkpoint, str]] = []
    for one, after in pairwise(links):
        said = decode(after.begin) or {}
        log, size = after.place.log, number_in(said, "size")
        if (said.get("type"), said.get("of")) != ("successor", one.checkpoint.origin):
            verdict.wrong("successor-other", log=log, before=one.place.log)
            continue
        if size == 0 and not said.get("checkpoint"):
            old = Checkpoint(one.checkpoint.origin, 0, one.checkpoint.root)
        else:
            old = _signed(str(said.get("checkpoint")), one, keys)
        if old is None or old.size != size:
            verdict.wrong("successor-forged", log=log, before=one.place.log)
            continue
        if size:
            found.append((old, log))
        if size < one.place.size:
            verdict.wrong(
                "successor-drops", log=log, before=one.place.log, size=size, there=one.place.size
            )
        elif size == one.place.size:
            verdict.holds("successor-holds", log=log, before=one.place.log, size=size)
    return found


def _signed(text: str, before: Link, keys: Sequence[Key]) -> Checkpoint | None:
    """A checkpoint of the log before, if a key of ours signed it."""
    try:
        note = notes.parse_note(text.encode())
        found = notes.parse_checkpoint(note.text)
    except NoteWrong:
        return None
    is_ours = any(notes.is_signed(note, key.under(found.origin)) for key in keys)
    return found if is_ours and found.origin == before.checkpoint.origin else None
