"""What voters keep, checked: a receipt by itself, a promise by itself, and both beside a whole log."""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from parvis_verify.auditing import Audit
from parvis_verify.chain import NEXT
from parvis_verify.kept import Kept, Promise, Receipt, parse_receipt
from parvis_verify.logs import Ended, Signed, open_checkpoint
from parvis_verify.notes import Checkpoint, Key, NoteWrong, is_signed, parse_checkpoint, parse_note
from parvis_verify.reading import Place
from parvis_verify.sources import TILE, Erased, Missing, Source, Unreadable, split
from parvis_verify.trees import ProofWrong, leaf_hash, root_from
from parvis_verify.verdict import Verdict


def judge_receipt(
    receipt: Receipt, keys: Sequence[Key], verdict: Verdict, leaf: bytes | None = None
) -> Signed:
    """A receipt by itself. `leaf`: of the entry, where the file does not hold it."""
    signed = open_checkpoint(receipt.checkpoint, keys, verdict)
    if receipt.entry is not None:
        leaf = leaf_hash(receipt.entry)
    if leaf is None:
        verdict.unchecked("receipt-entry")
        raise Ended
    checkpoint = signed.checkpoint
    try:
        root = root_from(receipt.index, checkpoint.size, leaf, receipt.path)
    except ProofWrong as wrong:
        verdict.wrong(wrong.code)
        raise Ended from None
    if root != checkpoint.root:
        verdict.wrong("receipt-wrong")
        raise Ended
    verdict.holds(
        "receipt-holds", origin=checkpoint.origin, entry=receipt.index, size=checkpoint.size
    )
    if receipt.entry is not None:
        verdict.tell("receipt-says", entry=receipt.entry.decode("utf-8", "replace"))
    return signed


def judge_promise(promise: Promise, keys: Sequence[Key], verdict: Verdict) -> None:
    """Whether a key of ours signed it."""
    host = promise.origin.partition("/")[0]
    own = [key.under(promise.origin) for key in keys if key.name.partition("/")[0] == host]
    if not any(is_signed(promise.note, key) for key in own):
        verdict.wrong("promise-forged")
        raise Ended
    verdict.holds("promise-signed", at=moment(promise.by_s))


def ask(source: Source, promise: Promise, keys: Sequence[Key], verdict: Verdict) -> None:
    """Whether it was kept, by the log's own receipt."""
    log = promise.origin.partition("/")[2]
    try:
        content = source.read(f"{log}/proofs/{promise.leaf.hex()}.tlog-proof")
        judge_receipt(parse_receipt(content), keys, verdict, promise.leaf)
    except (Missing, Erased):
        missed(promise, verdict)
    except Unreadable as why:
        verdict.unchecked("promise-unasked", why=str(why))
    except ProofWrong as wrong:
        verdict.wrong(wrong.code, why=str(wrong))
    else:
        verdict.holds("promise-kept")


def missed(promise: Promise, verdict: Verdict) -> None:
    """The entry is not there: too late, or not yet."""
    if time.time() > promise.by_s:
        verdict.wrong("promise-broken", at=moment(promise.by_s), origin=promise.origin)
    else:
        verdict.tell("promise-waits", at=moment(promise.by_s))


def moment(seconds: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(seconds))


@dataclass(frozen=True)
class Leaves:
    """Which of these leaf hashes a log has."""

    wanted: frozenset[bytes]

    def __call__(
        self, source: Source, place: Place, number: int, entries: list[bytes]
    ) -> set[bytes]:
        del source, place, number
        return {leaf_hash(one) for one in entries} & self.wanted


def judge_beside(at: Audit, kept: Sequence[tuple[Kept, str]], keys: Sequence[Key]) -> None:
    """Receipts and promises that were kept, held beside the whole log."""
    beyond: list[tuple[Receipt, Place]] = []
    promises: list[Promise] = []
    origins = {part.checkpoint.origin for part in at.parts}  # what waited is taken over
    for one in _of_these(kept, origins, at.verdict):
        with suppress(Ended):
            if one.receipt is not None:
                origin = judge_receipt(one.receipt, keys, at.verdict).checkpoint.origin
                beyond += [(one.receipt, log) for log in _judge_place(one.receipt, origin, at)]
            if one.promise is not None:
                judge_promise(one.promise, keys, at.verdict)
                promises.append(one.promise)
    wanted = [one.leaf for one in promises]
    wanted += [leaf_hash(one.entry) for one, _ in beyond if one.entry is not None]
    found = set[bytes]().union(*at.read(Leaves(frozenset(wanted)))) if wanted else set[bytes]()
    for receipt, log in beyond:
        _judge_beyond(receipt, log, found, at.verdict)
    for promise in promises:
        if promise.leaf in found:
            at.verdict.holds("promise-kept")
        else:
            missed(promise, at.verdict)


def _of_these(
    kept: Sequence[tuple[Kept, str]], origins: set[str], verdict: Verdict
) -> Iterator[Kept]:
    for one, where in kept:
        if other := _elsewhere(one, origins):
            verdict.unchecked("beside-other", where=where, origin=other)
        else:
            yield one


def _elsewhere(kept: Kept, origins: set[str]) -> str | None:
    """The log that a kept file is of, where it is not the one that is audited; the server log's
    checkpoints say something of each.
    """
    try:
        if kept.promise is not None:
            origin = kept.promise.origin
        else:
            content = kept.receipt.checkpoint if kept.receipt is not None else kept.content or b""
            origin = parse_checkpoint(parse_note(content).text).origin
    except NoteWrong:
        return None  # it is told where it is judged
    host, _, log = origin.partition("/")
    is_server = log.partition(NEXT)[0] == "log"
    is_ours = any(one.partition("/")[0] == host for one in origins)
    is_known = origin.partition(NEXT)[0] in {one.partition(NEXT)[0] for one in origins}
    return None if is_known or (is_server and is_ours) else origin


def _judge_place(receipt: Receipt, origin: str, at: Audit) -> list[Place]:
    """Whether the entry is where the receipt says; answers the log, if it ends before that."""
    number, place = divmod(receipt.index, TILE)
    for log in (part.place for part in at.parts if part.checkpoint.origin == origin):
        if receipt.entry is None:
            break
        if receipt.index >= log.size:
            return [log]
        entries = split(at.source.bundle(log.log, number, log.size))
        if place >= len(entries) or entries[place] != receipt.entry:
            at.verdict.wrong("receipt-other", entry=receipt.index)
    return []


def _judge_beyond(receipt: Receipt, log: Place, found: set[bytes], verdict: Verdict) -> None:
    """An entry of a time that was lost, when an older backup was restored: it came again, or is gone."""
    told = {"log": log.log, "entry": receipt.index, "size": log.size}
    if receipt.entry is not None and leaf_hash(receipt.entry) in found:
        verdict.tell("receipt-moved", **told)
    else:
        verdict.wrong("receipt-lost", **told)


def checkpoints_of(
    kept: Sequence[tuple[Kept, str]], keys: Sequence[Key], verdict: Verdict
) -> list[tuple[Checkpoint, str]]:
    """Signed checkpoints out of what was kept: each is one that its log has to begin with."""
    found: list[tuple[Checkpoint, str]] = []
    for one, where in kept:
        content = one.receipt.checkpoint if one.receipt is not None else one.content
        if content is None:
            continue
        silent = Verdict()
        try:
            found.append((open_checkpoint(content, keys, silent).checkpoint, where))
        except Ended:
            verdict.findings += [x for x in silent.findings if one.receipt is None]
    return found
