"""Signed notes, checkpoints and keys (C2SP signed-note, tlog-checkpoint, tlog-cosignature)."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from parvis_verify.trees import HASH_BYTES

ED25519, COSIGNATURE = 1, 4
LONGEST = 1_000_000
_DASH = "\u2014 "
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]{1,256}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_ID_BYTES, _KEY_BYTES, _TIME_BYTES, _SIGNATURE_BYTES = 4, 32, 8, 64
_PARTS_OF_A_KEY = 3
_LINES_AT_LEAST = 3  # origin, size, root


class NoteWrong(Exception):
    """It is no note, no key or no checkpoint; the message says why."""


@dataclass(frozen=True)
class Key:
    """A public key under its name: `name+id+key`."""

    name: str
    raw: bytes
    algorithm: int = ED25519

    @property
    def id(self) -> bytes:
        said = f"{self.name}\n".encode() + bytes([self.algorithm]) + self.raw
        return hashlib.sha256(said).digest()[:_ID_BYTES]

    def under(self, name: str) -> "Key":
        """The same key as it signs another log of the network."""
        return Key(name, self.raw, self.algorithm)

    def __str__(self) -> str:
        coded = base64.b64encode(bytes([self.algorithm]) + self.raw).decode()
        return f"{self.name}+{self.id.hex()}+{coded}"


@dataclass(frozen=True)
class Line:
    """A signature below a note."""

    name: str
    key_id: bytes
    content: bytes


@dataclass(frozen=True)
class Note:
    text: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes


def unbase64(coded: str) -> bytes:
    try:
        raw = base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError):
        raise NoteWrong("this is no base64") from None
    if base64.b64encode(raw).decode() != coded:
        raise NoteWrong("this base64 can be written in two ways")
    return raw


def parse_key(text: str) -> Key:
    parts = text.strip().split("+", 2)
    if len(parts) != _PARTS_OF_A_KEY or not _NAME.fullmatch(parts[0]):
        raise NoteWrong("a key is written name+id+key")
    raw = unbase64(parts[2])
    if len(raw) != 1 + _KEY_BYTES or raw[0] not in (ED25519, COSIGNATURE):
        raise NoteWrong("the key is of a kind that is not known")
    key = Key(parts[0], raw[1:], raw[0])
    if key.id.hex() != parts[1]:
        raise NoteWrong("the key's id is not that of its name and key")
    return key


def parse_note(content: bytes) -> Note:
    try:
        whole = content.decode() if len(content) <= LONGEST else ""
    except UnicodeDecodeError:
        whole = ""
    text, found, below = whole.rpartition("\n\n")
    text += "\n"
    if not found or not below.endswith("\n"):
        raise NoteWrong("this is no signed note")
    if any((one < " " and one != "\n") or one == "\x7f" for one in text):
        raise NoteWrong("the text holds control characters")
    return Note(text, tuple(_parse_line(line) for line in below[:-1].split("\n")))


def _parse_line(line: str) -> Line:
    name, _, coded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not _NAME.fullmatch(name):
        raise NoteWrong("a line below the text is no signature")
    raw = unbase64(coded)
    if len(raw) <= _ID_BYTES:
        raise NoteWrong("a signature is too short")
    return Line(name, raw[:_ID_BYTES], raw[_ID_BYTES:])


def parse_checkpoint(text: str) -> Checkpoint:
    lines = text.removesuffix("\n").split("\n")
    if not text.endswith("\n") or len(lines) < _LINES_AT_LEAST or not all(lines):
        raise NoteWrong("a checkpoint has an origin, a size and a root, each on its line")
    root = unbase64(lines[2])
    if not _SIZE.fullmatch(lines[1]) or len(root) != HASH_BYTES:
        raise NoteWrong("the checkpoint's size or root is not one")
    return Checkpoint(lines[0], int(lines[1]), root)


def lines_of(note: Note, key: Key) -> list[Line]:
    return [one for one in note.lines if (one.name, one.key_id) == (key.name, key.id)]


def is_signed(note: Note, key: Key) -> bool:
    """Whether the key signed it, and once."""
    mine = lines_of(note, key)
    return len(mine) == 1 and verify(key, note.text, mine[0].content)


def verify(key: Key, text: str, content: bytes) -> bool:
    message = text.encode()
    if key.algorithm == COSIGNATURE:
        moment = int.from_bytes(content[:_TIME_BYTES], "big")
        content = content[_TIME_BYTES:]
        message = f"cosignature/v1\ntime {moment}\n{text}".encode()
    if len(content) != _SIGNATURE_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(content, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def time_of(line: Line) -> int:
    """When a witness says it cosigned, in seconds since 1970."""
    return int.from_bytes(line.content[:_TIME_BYTES], "big")
