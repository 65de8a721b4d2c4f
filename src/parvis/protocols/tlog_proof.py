"""Receipts: that an entry is in a log, to be checked without asking anybody (C2SP tlog-proof).

A receipt holds the entry's place, the hashes that lead from it to the root, and a signed checkpoint with
that root. Whoever checks one brings the entry itself and the keys they trust.
"""

import base64
import re
from collections.abc import Sequence

import msgspec

from parvis.protocols import signed_note as notes
from parvis.protocols.merkle_log import HASH_BYTES, ProofInvalid, check_inclusion, leaf_hash
from parvis.protocols.signed_note import Checkpoint, NoteInvalid, Verifier

HEAD = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)


class Receipt(msgspec.Struct, frozen=True):
    """Where an entry is, the way to the root, and the checkpoint as it was signed."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None  # said by nobody in particular: nothing may rest on it

    def encode(self) -> bytes:
        lines = [HEAD]
        if self.extra is not None:
            lines.append(f"extra {base64.b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines += [base64.b64encode(one).decode() for one in self.path]
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + self.checkpoint


def parse(content: bytes) -> Receipt:
    """A receipt from its bytes, of which nothing was checked yet. Refused: what is not one."""
    head, found, checkpoint = content.partition(b"\n\n")
    if not found or len(content) > notes.LONGEST:
        raise ProofInvalid("this is no receipt")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise ProofInvalid("this is no receipt") from None
    if lines.pop(0) != HEAD:
        raise ProofInvalid("this is no receipt of the kind that is known")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = _unbase64(lines.pop(0).removeprefix("extra "))
    place = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if place is None:
        raise ProofInvalid("the receipt does not say where the entry is")
    return Receipt(int(place[1]), parse_hashes(lines), checkpoint, extra)


def check(receipt: Receipt, entry: bytes, log: Verifier) -> Checkpoint:
    """Refused unless the log's own key signed a root that this entry leads to. Answers what it signed."""
    checkpoint = notes.open_checkpoint(receipt.checkpoint, log)
    check_inclusion(receipt.index, checkpoint.size, leaf_hash(entry), receipt.path, checkpoint.root)
    return checkpoint


def parse_hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    """Hashes, one on each line. Refused: more than any proof has, or of another length."""
    if len(lines) > MOST_HASHES:
        raise ProofInvalid(f"a proof has at most {MOST_HASHES} hashes")
    hashes = tuple(_unbase64(line) for line in lines)
    if any(len(one) != HASH_BYTES for one in hashes):
        raise ProofInvalid(f"a hash has {HASH_BYTES} bytes")
    return hashes


def _unbase64(text: str) -> bytes:
    try:
        return notes.unbase64(text)
    except NoteInvalid as wrong:
        raise ProofInvalid(str(wrong)) from None
