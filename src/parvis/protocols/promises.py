"""Promises: a log's signed word that an entry will be in it by a moment.

A note of three lines: what it is, which log; then the entry's hash and the moment. Its second line is no
number, so that no promise can be read as a checkpoint, nor a checkpoint as a promise.

Entries that came together are promised together: the note then names the root of a small tree and how many
entries it holds, and each promise begins with the place of its entry in that tree. Leaves are salted, so that
a promise says nothing of the others it was given with, not even to who knows the log.
"""

import base64
import os
import re
from binascii import b2a_base64
from collections.abc import Sequence

import msgspec

from parvis.protocols import signed_note as notes
from parvis.protocols.merkle_log import (
    HASH_BYTES,
    ProofInvalid,
    check_inclusion,
    leaf_hash,
    node_hash,
)
from parvis.protocols.signed_note import NoteInvalid, Signer, Verifier

HEAD = "parvis promise v1"
HEAD_AMONG = "parvis promise among v1"
HEAD_MANY = "parvis promises v1"
_AMONG_LINE = HEAD_AMONG.encode()
SALT_BYTES = 16
_MOST = 1 << 16  # entries promised together
_LONGEST = 16  # hashes between an entry and the root of so many
_ROUNDED_S = 60  # a promise says no more of when it was made than it must
_TEXT = re.compile(
    rf"{HEAD}\n(?P<origin>[^\n]+)\n(?P<leaf>[A-Za-z0-9+/=]+) by (?P<by>[1-9][0-9]{{0,11}})\n",
    re.ASCII,
)
_TEXT_MANY = re.compile(
    rf"{HEAD_MANY}\n(?P<origin>[^\n]+)\n"
    r"(?P<root>[A-Za-z0-9+/=]+) of (?P<size>[1-9][0-9]{0,4}) by (?P<by>[1-9][0-9]{0,11})\n",
    re.ASCII,
)
_AMONG = re.compile(
    rf"{HEAD_AMONG}\nleaf (?P<leaf>[A-Za-z0-9+/=]+)\nsalt (?P<salt>[A-Za-z0-9+/=]+)\n"
    r"index (?P<index>0|[1-9][0-9]{0,4})\n(?P<path>(?:[A-Za-z0-9+/=]+\n)*)",
    re.ASCII,
)


class Promise(msgspec.Struct, frozen=True):
    """Which log will hold which entry, by when (seconds since 1970)."""

    origin: str
    leaf: bytes
    by_s: int


def promise(signer: Signer, leaf: bytes, by_s: int) -> bytes:
    text = f"{HEAD}\n{signer.verifier.name}\n{_base64(leaf)} by {_rounded(by_s)}\n"
    return notes.sign(text, [signer]).encode()


def promise_each(signer: Signer, leaves: Sequence[bytes], by_s: int) -> list[bytes]:
    """A promise of each, in order, by one signature."""
    if len(leaves) == 1:
        return [promise(signer, leaves[0], by_s)]
    size = len(leaves)
    if not 0 < size <= _MOST:
        raise ValueError(f"{size} entries cannot be promised together")
    drawn = os.urandom(SALT_BYTES * size)
    salts = [drawn[at : at + SALT_BYTES] for at in range(0, len(drawn), SALT_BYTES)]
    level = [_salted(salt, leaf) for salt, leaf in zip(salts, leaves, strict=True)]
    lines: list[list[bytes]] = []  # of each level below the root, each hash as it stands in a path
    while len(level) > 1:
        lines.append([b2a_base64(one) for one in level])
        above = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = above + level[len(above) * 2 :]
    text = (
        f"{HEAD_MANY}\n{signer.verifier.name}\n{_base64(level[0])} of {size} by {_rounded(by_s)}\n"
    )
    note = b"\n" + notes.sign(text, [signer]).encode()
    # Bytes throughout: a crowd is promised thousands a second, and all of it but the note is ASCII.
    return [
        b"%b\nleaf %bsalt %bindex %d\n%b%b"
        % (_AMONG_LINE, b2a_base64(leaf), b2a_base64(salt), index, _path(lines, index), note)
        for index, (leaf, salt) in enumerate(zip(leaves, salts, strict=True))
    ]


def _path(lines: list[list[bytes]], index: int) -> bytes:
    """The hashes beside the way from a leaf up; one at the end of its level has none beside it."""
    found = b""
    for level in lines:
        beside = index ^ 1
        if beside < len(level):
            found += level[beside]
        index >>= 1
    return found


def open_promise(content: bytes, log: Verifier) -> Promise:
    """A promise that the log's own key signed. Refused: everything else."""
    if content.startswith(HEAD_AMONG.encode()):
        return _open_among(content, log)
    note = notes.parse(content)
    log.check(note)
    found = _TEXT.fullmatch(note.text)
    if found is None or found["origin"] != log.name:
        raise NoteInvalid("this is no promise of this log")
    return Promise(log.name, _unhash(found["leaf"]), int(found["by"]))


def _open_among(content: bytes, log: Verifier) -> Promise:
    head, _, rest = content.partition(b"\n\n")
    among = _AMONG.fullmatch(head.decode("ascii", "replace") + "\n")
    note = notes.parse(rest)
    log.check(note)
    found = _TEXT_MANY.fullmatch(note.text)
    if among is None or found is None or found["origin"] != log.name:
        raise NoteInvalid("this is no promise of this log")
    leaf, salt = _unhash(among["leaf"]), notes.unbase64(among["salt"])
    path = [_unhash(line) for line in among["path"].splitlines()]
    if len(salt) != SALT_BYTES or len(path) > _LONGEST:
        raise NoteInvalid("this is no promise of this log")
    try:
        root = _unhash(found["root"])
        check_inclusion(int(among["index"]), int(found["size"]), _salted(salt, leaf), path, root)
    except ProofInvalid:
        raise NoteInvalid("the entry is not among those that were promised") from None
    return Promise(log.name, leaf, int(found["by"]))


def _salted(salt: bytes, leaf: bytes) -> bytes:
    return leaf_hash(salt + leaf)


def _rounded(by_s: int) -> int:
    return -(-by_s // _ROUNDED_S) * _ROUNDED_S


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _unhash(text: str) -> bytes:
    found = notes.unbase64(text)
    if len(found) != HASH_BYTES:
        raise NoteInvalid(f"a hash has {HASH_BYTES} bytes")
    return found
