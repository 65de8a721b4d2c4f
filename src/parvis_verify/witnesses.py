"""Who else saw the server log. A witness takes a second or two to cosign a checkpoint, and while entries come
there is a newer one by then. So, beside the newest, the one that the server gives proofs under is read: the
newest that a witness cosigned.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from parvis_verify import notes
from parvis_verify.kept import parse_receipt
from parvis_verify.logs import Ended, Signed, open_checkpoint
from parvis_verify.notes import Key, Line, NoteWrong
from parvis_verify.sources import Erased, Missing, Source, Unreadable
from parvis_verify.trees import ProofWrong, leaf_hash, root_from
from parvis_verify.verdict import Verdict

WAITS, PAUSE_S = 10, 1.0
SERVER = "log"


@dataclass(frozen=True)
class Proved:
    """A checkpoint of the server log, and the file that proves an entry under it."""

    signed: Signed
    path: str
    content: bytes


def find(
    source: Source,
    entries: Sequence[bytes],
    keys: Sequence[Key],
    witnesses: Sequence[Key],
    *,
    is_awaited: bool = False,
) -> Proved | None:
    """Under which checkpoint the server log proves one of these entries. Where witnesses are named, or it
    `is_awaited`, a network is asked again until it does and each of them has cosigned that, for a while.
    None: there is no such proof.
    """
    found: Proved | None = None
    for turn in range(WAITS if source.is_live and (witnesses or is_awaited) else 1):
        if turn:
            time.sleep(PAUSE_S)
        for entry in entries:
            found = _read(source, entry, keys) or found
        if found is not None and all(_line(found.signed, key) for key in witnesses):
            break
    return found


def _read(source: Source, entry: bytes, keys: Sequence[Key]) -> Proved | None:
    leaf = leaf_hash(entry)
    path = f"{SERVER}/proofs/{leaf.hex()}.tlog-proof"
    try:
        content = source.read(path)
        receipt = parse_receipt(content)
        signed = open_checkpoint(receipt.checkpoint, keys, Verdict())
        root = root_from(receipt.index, signed.checkpoint.size, leaf, receipt.path)
    except (Missing, Erased, Unreadable, NoteWrong, ProofWrong, Ended):
        return None
    return Proved(signed, path, content) if root == signed.checkpoint.root else None


def _line(signed: Signed, key: Key) -> Line | None:
    """What a witness wrote below a checkpoint."""
    lines = signed.note.lines
    return next((one for one in lines if (one.name, one.key_id) == (key.name, key.id)), None)


def judge(
    seen: Sequence[Signed], witnesses: Sequence[Key], own: Sequence[Key], verdict: Verdict
) -> None:
    """Who cosigned any of these checkpoints of the server log, the newest of them first."""
    for key in witnesses:
        _judge(seen, key, verdict)
    known = {(key.name, key.id) for key in witnesses}
    others = {line.name: line for one in seen for line in _foreign(one, own)}
    for line in others.values():
        if (line.name, line.key_id) not in known:
            verdict.tell("witness-unknown", name=line.name)
    if not others:
        verdict.tell("nobody-witnesses")


def _judge(seen: Sequence[Signed], key: Key, verdict: Verdict) -> None:
    for one in seen:
        line = _line(one, key)
        if line is None:
            continue
        if notes.verify(key, one.note.text, line.content):
            at = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(notes.time_of(line)))
            verdict.holds("witness-holds", name=line.name, size=one.checkpoint.size, at=at)
        else:
            verdict.wrong("witness-wrong", name=line.name)
        return
    verdict.unchecked("witness-silent", name=key.name)


def _foreign(signed: Signed, own: Sequence[Key]) -> list[Line]:
    """Lines that are not the log's. Beside its newest key it may sign by the one before."""
    origin = signed.checkpoint.origin
    ids = {key.under(origin).id for key in own}
    return [one for one in signed.note.lines if one.key_id not in ids and one.name != origin]
