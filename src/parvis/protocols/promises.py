"""Promises: a log's signed word that an entry will be in it by a moment.

A note of three lines: what it is, which log; then the entry's hash and the moment. Its second line is no
number, so that no promise can be read as a checkpoint, nor a checkpoint as a promise.
"""

import base64
import re

import msgspec

from parvis.protocols import signed_note as notes
from parvis.protocols.merkle_log import HASH_BYTES
from parvis.protocols.signed_note import NoteInvalid, Signer, Verifier

HEAD = "parvis promise v1"
_ROUNDED_S = 60  # a promise says no more of when it was made than it must
_TEXT = re.compile(
    rf"{HEAD}\n(?P<origin>[^\n]+)\n(?P<leaf>[A-Za-z0-9+/=]+) by (?P<by>[1-9][0-9]{{0,11}})\n",
    re.ASCII,
)


class Promise(msgspec.Struct, frozen=True):
    """Which log will hold which entry, by when (seconds since 1970)."""

    origin: str
    leaf: bytes
    by_s: int


def promise(signer: Signer, leaf: bytes, by_s: int) -> bytes:
    by_s = -(-by_s // _ROUNDED_S) * _ROUNDED_S
    text = f"{HEAD}\n{signer.verifier.name}\n{base64.b64encode(leaf).decode()} by {by_s}\n"
    return notes.sign(text, [signer]).encode()


def open_promise(content: bytes, log: Verifier) -> Promise:
    """A promise that the log's own key signed. Refused: everything else."""
    note = notes.parse(content)
    log.check(note)
    found = _TEXT.fullmatch(note.text)
    if found is None or found["origin"] != log.name:
        raise NoteInvalid("this is no promise of this log")
    leaf = notes.unbase64(found["leaf"])
    if len(leaf) != HASH_BYTES:
        raise NoteInvalid(f"a hash has {HASH_BYTES} bytes")
    return Promise(log.name, leaf, int(found["by"]))
