"""What voters keep: receipts (C2SP tlog-proof) with their entry, and promises."""

import json
import re
from dataclasses import dataclass
from typing import cast

from parvis_verify.notes import Note, NoteWrong, parse_note, unbase64
from parvis_verify.trees import HASH_BYTES, MOST_HASHES, ProofWrong, leaf_hash, root_from

PROOF_HEAD = "c2sp.org/tlog-proof@v1"
PROMISE_HEAD = "parvis promise v1"
AMONG_HEAD = "parvis promise among v1"
_SALT_BYTES = 16
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)
_PROMISE = re.compile(
    rf"{PROMISE_HEAD}\n(?P<origin>[^\n]+)\n(?P<leaf>[A-Za-z0-9+/=]+) by (?P<by>[1-9][0-9]{{0,11}})\n",
    re.ASCII,
)
# Promised together: the note names the root of a small tree of salted leaves, and how many it has.
_MANY = re.compile(
    r"parvis promises v1\n(?P<origin>[^\n]+)\n"
    r"(?P<root>[A-Za-z0-9+/=]+) of (?P<size>[1-9][0-9]{0,4}) by (?P<by>[1-9][0-9]{0,11})\n",
    re.ASCII,
)
_AMONG = re.compile(
    rf"{AMONG_HEAD}\nleaf (?P<leaf>[A-Za-z0-9+/=]+)\nsalt (?P<salt>[A-Za-z0-9+/=]+)\n"
    r"index (?P<index>0|[1-9][0-9]{0,4})(?P<path>(?:\n[A-Za-z0-9+/=]+)*)",
    re.ASCII,
)


@dataclass(frozen=True)
class Receipt:
    """Where an entry is, the way to the root, the checkpoint. `entry` None: the file does not hold it."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    entry: bytes | None


@dataclass(frozen=True)
class Promise:
    origin: str
    leaf: bytes
    by_s: int
    note: Note


@dataclass(frozen=True)
class Kept:
    """A file somebody kept: a receipt, a promise, a checkpoint, or several of them."""

    receipt: Receipt | None = None
    promise: Promise | None = None
    content: bytes | None = None  # a checkpoint's


def parse_receipt(content: bytes, entry: bytes | None = None) -> Receipt:
    head, found, checkpoint = content.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n") if found else []
        if not lines or lines.pop(0) != PROOF_HEAD:
            raise ProofWrong("file-bad", "this is no receipt of the kind that is known")
        if lines and lines[0].startswith("extra "):
            extra = unbase64(lines.pop(0).removeprefix("extra "))
            entry = extra if entry is None else entry
        place = _INDEX.fullmatch(lines.pop(0)) if lines else None
        if place is None:
            raise ProofWrong("file-bad", "the receipt does not say where the entry is")
        path = tuple(unbase64(line) for line in lines)
    except (UnicodeDecodeError, NoteWrong):
        raise ProofWrong("file-bad", "the receipt is not written as it should be") from None
    if len(path) > MOST_HASHES or any(len(one) != HASH_BYTES for one in path):
        raise ProofWrong("proof-size", "the proof has hashes of a wrong size, or too many")
    return Receipt(int(place[1]), path, checkpoint, entry)


def parse_promise(content: bytes) -> Promise:
    if content.startswith(AMONG_HEAD.encode()):
        return _parse_among(content)
    note = parse_note(content)
    found = _PROMISE.fullmatch(note.text)
    leaf = unbase64(found["leaf"]) if found is not None else b""
    if found is None or len(leaf) != HASH_BYTES:
        raise NoteWrong("this is no promise of a log")
    return Promise(found["origin"], leaf, int(found["by"]), note)


def _parse_among(content: bytes) -> Promise:
    """A promise that was given with others, if its entry is among them."""
    head, _, rest = content.partition(b"\n\n")
    among = _AMONG.fullmatch(head.decode("ascii", "replace"))
    note = parse_note(rest)
    found = _MANY.fullmatch(note.text)
    if among is None or found is None:
        raise NoteWrong("this is no promise of a log")
    leaf, salt = unbase64(among["leaf"]), unbase64(among["salt"])
    path = [unbase64(line) for line in among["path"].split()]
    if len(leaf) != HASH_BYTES or len(salt) != _SALT_BYTES or len(path) > MOST_HASHES:
        raise NoteWrong("this is no promise of a log")
    root = root_from(int(among["index"]), int(found["size"]), leaf_hash(salt + leaf), path)
    if root != unbase64(found["root"]):
        raise NoteWrong("the entry is not among those that were promised")
    return Promise(found["origin"], leaf, int(found["by"]), note)


def parse_kept(content: bytes, entry: bytes | None = None) -> Kept:
    """Whatever of these a file is: by how it begins. Refused: anything else."""
    if content.startswith(PROOF_HEAD.encode()):
        return Kept(receipt=parse_receipt(content, entry))
    if content.startswith((PROMISE_HEAD.encode(), AMONG_HEAD.encode())):
        return Kept(promise=parse_promise(content))
    if content.lstrip().startswith(b"{"):
        return _parse_json(content)
    parse_note(content)
    return Kept(content=content)


def _parse_json(content: bytes) -> Kept:
    """A receipt as the API answers it: entry, proof and promise in one."""
    try:
        said = cast("dict[str, object]", json.loads(content))
    except ValueError:
        raise NoteWrong("the file is no JSON") from None
    entry, proof, promise = (said.get(name) for name in ("entry", "proof", "promise"))
    brought = entry.encode() if isinstance(entry, str) else None
    kept_promise = parse_promise(promise.encode()) if isinstance(promise, str) else None
    if kept_promise and brought is not None and leaf_hash(brought) != kept_promise.leaf:
        raise ProofWrong("promise-other", "the promise is of another entry")
    receipt = parse_receipt(proof.encode(), brought) if isinstance(proof, str) else None
    if receipt is None and kept_promise is None:
        raise NoteWrong("the file holds neither a proof nor a promise")
    return Kept(receipt, kept_promise)
