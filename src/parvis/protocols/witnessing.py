"""What a witness is asked and answers (C2SP tlog-witness, `add-checkpoint`), without any network.

A witness keeps the last checkpoint it cosigned of each log, and cosigns a new one only if that begins with
what it knows. So two readers who trust one witness cannot be shown two logs.
"""

import base64
import re
from collections.abc import AsyncIterable, Sequence
from typing import Literal

import msgspec

from parvis.protocols import signed_note as notes
from parvis.protocols.merkle_log import (
    EMPTY_ROOT,
    ProofInvalid,
    check_consistency,
)
from parvis.protocols.signed_note import Checkpoint, Note, NoteInvalid, Signature, Signer, Verifier
from parvis.protocols.tlog_proof import parse_hashes

SIZE_TYPE = "text/x.tlog.size"
LONGEST = 64 * 1024  # bytes of a request
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)

# How a request is refused; doors of HTTP answer with this code.
Code = Literal[400, 403, 404, 409, 422]


class WitnessRefused(Exception):
    """The checkpoint is not cosigned. `size`: of the checkpoint that was cosigned last, on code 409."""

    def __init__(self, code: Code, why: str, size: int | None = None) -> None:
        super().__init__(why)
        self.code: Code = code
        self.size = size


class Asked(msgspec.Struct, frozen=True):
    """A request: the size that the log believes the witness knows, the proof from there, the note."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        hashes = "".join(f"{base64.b64encode(one).decode()}\n" for one in self.proof)
        return f"old {self.old}\n{hashes}\n".encode() + self.checkpoint


class Seen(msgspec.Struct, frozen=True):
    """What a witness cosigned last of a log."""

    size: int = 0
    root: bytes = EMPTY_ROOT


def parse(content: bytes) -> Asked:
    """Refused with 400: what is no request."""
    head, found, checkpoint = content.partition(b"\n\n")
    if not found or len(content) > LONGEST:
        raise WitnessRefused(400, "this is no request to a witness")
    try:
        first, *lines = head.decode("ascii").split("\n")
        proof = parse_hashes(lines)
    except (UnicodeDecodeError, ProofInvalid):
        raise WitnessRefused(400, "the proof is not written as hashes in base64") from None
    old = _OLD.fullmatch(first)
    if old is None:
        raise WitnessRefused(400, "the first line does not say the old size")
    return Asked(int(old[1]), proof, checkpoint)


async def read(parts: AsyncIterable[bytes]) -> bytes:
    """A request as it comes in parts. Refused with 400: one that is too long."""
    content = bytearray()
    async for part in parts:
        content += part
        if len(content) > LONGEST:
            raise WitnessRefused(400, "the request is too long")
    return bytes(content)


def origin_of(asked: Asked) -> str:
    """Which log it is about; nothing of it is checked."""
    return _opened(asked)[1].origin


def _opened(asked: Asked) -> tuple[Note, Checkpoint]:
    try:
        note = notes.parse(asked.checkpoint)
        return note, notes.parse_checkpoint(note.text)
    except NoteInvalid as wrong:
        raise WitnessRefused(400, str(wrong)) from None


def judge(asked: Asked, keys: Sequence[Verifier], seen: Seen) -> tuple[Note, Checkpoint]:
    """The checkpoint that may be cosigned and remembered. Refused: everything else, in the order of the
    specification. `keys` are those of the log; `seen` is held while this is asked and its answer kept.
    """
    note, checkpoint = _opened(asked)
    if not keys:
        raise WitnessRefused(404, "this log is not known here")
    if not any(_signed(note, key) for key in keys):
        raise WitnessRefused(403, "no key that is known of this log signed the checkpoint")
    if asked.old > checkpoint.size:
        raise WitnessRefused(400, "the old size is above the new one")
    if asked.old != seen.size:
        raise WitnessRefused(409, "another size was cosigned last", seen.size)
    if asked.old == checkpoint.size:
        if checkpoint.root != seen.root:
            raise WitnessRefused(409, "another log of this size was cosigned", seen.size)
        if asked.proof:
            raise WitnessRefused(422, "logs of one size need no proof")
        return note, checkpoint
    _check_grown(asked, seen, checkpoint)
    return note, checkpoint


def _check_grown(asked: Asked, seen: Seen, checkpoint: Checkpoint) -> None:
    if asked.old == 0:
        if asked.proof:
            raise WitnessRefused(422, "from an empty log there is nothing to prove")
        return
    try:
        check_consistency(asked.old, checkpoint.size, list(asked.proof), seen.root, checkpoint.root)
    except ProofInvalid as wrong:
        raise WitnessRefused(422, str(wrong)) from None


def _signed(note: Note, key: Verifier) -> bool:
    try:
        key.check(note)
    except NoteInvalid:
        return False
    return True


def cosign(note: Note, signer: Signer, at_s: int) -> bytes:
    """The answer to a request that was granted."""
    return signer.sign(note.text, at_s=at_s).line().encode()


def read_cosignatures(checkpoint: bytes, answer: bytes, witness: Verifier) -> tuple[Signature, ...]:
    """The lines of an answer that this witness's key wrote below this checkpoint. Refused: there are none."""
    note = notes.parse(checkpoint + answer)
    own = Note(note.text, tuple(one for one in note.signatures if one.key_id == witness.key_id))
    if witness.check(own) is None:
        raise NoteInvalid("the witness signed without a time")
    return own.signatures
