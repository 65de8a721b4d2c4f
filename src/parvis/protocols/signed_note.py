"""Signed notes and checkpoints: texts with signature lines below (C2SP signed-note, tlog-checkpoint).

A note's text is for people and for programs; each signature line names a key and says which of its
keys it was. A checkpoint is a note that commits a log to its size and root. A witness cosigns the same
text together with a time (C2SP tlog-cosignature).
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from parvis.protocols.merkle_log import HASH_BYTES

ED25519: Literal[1] = 1  # C2SP signed-note, signature types
COSIGNATURE: Literal[4] = 4  # C2SP tlog-cosignature v1
Algorithm = Literal[1, 4]

LONGEST = 1_000_000  # bytes of a note
MOST_SIGNATURES = 100
_ID_BYTES, _KEY_BYTES, _TIME_BYTES = 4, 32, 8
_DASH = "\u2014 "  # what begins a signature line
_NAME = re.compile(r"[^\s+\u0000-\u001f\u007f]{1,256}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class NoteInvalid(Exception):
    """It is no note, or not one that this key signed; the message says which."""


class Checkpoint(msgspec.Struct, frozen=True):
    """What a log stands for at a moment. `extensions`: further lines, none of them empty."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        root = base64.b64encode(self.root).decode()
        return "".join(f"{line}\n" for line in (self.origin, self.size, root, *self.extensions))


class Signature(msgspec.Struct, frozen=True):
    """One line below a note: whose key it says it is, and what the key wrote."""

    name: str
    key_id: bytes
    content: bytes

    def line(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.content).decode()}\n"


class Note(msgspec.Struct, frozen=True):
    """A text that ends with a line's end, and its signatures, of which none was checked."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        return f"{self.text}\n{''.join(one.line() for one in self.signatures)}".encode()

    def having(self, *more: Signature) -> "Note":
        """The same note with further signatures."""
        return Note(self.text, (*self.signatures, *more))


class Verifier:
    """A public key under its name, as it stands in a settings file: `name+id+key`."""

    def __init__(self, name: str, key: bytes, algorithm: Algorithm = ED25519) -> None:
        _check_name(name)
        if len(key) != _KEY_BYTES:
            raise NoteInvalid(f"a key has {_KEY_BYTES} bytes")
        self.name = name
        self.algorithm: Algorithm = algorithm
        self.key = key
        self.key_id = key_id(name, key, algorithm)
        self._key = Ed25519PublicKey.from_public_bytes(key)

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """From its text form; refused when its id is not that of its key."""
        name, _, rest = text.strip().partition("+")
        said, _, coded = rest.partition("+")
        raw = unbase64(coded)
        if not raw or raw[0] not in (ED25519, COSIGNATURE):
            raise NoteInvalid("the key is of a kind that is not known")
        algorithm: Algorithm = ED25519 if raw[0] == ED25519 else COSIGNATURE
        verifier = cls(name, raw[1:], algorithm)
        if said != verifier.key_id.hex():
            raise NoteInvalid("the key's id is not that of its name and key")
        return verifier

    def __str__(self) -> str:
        coded = base64.b64encode(bytes([self.algorithm]) + self.key).decode()
        return f"{self.name}+{self.key_id.hex()}+{coded}"

    def check(self, note: Note) -> int | None:
        """Refused unless this key signed the note. Answers the time (seconds) that a witness stated."""
        mine = [
            one for one in note.signatures if (one.name, one.key_id) == (self.name, self.key_id)
        ]
        if not mine:
            raise NoteInvalid(f"{self.name} did not sign it")
        if len(mine) > 1:
            raise NoteInvalid(f"{self.name} signed it twice")
        return self._check(note.text, mine[0].content)

    def _check(self, text: str, content: bytes) -> int | None:
        moment = None
        message = text.encode()
        if self.algorithm == COSIGNATURE:
            moment = int.from_bytes(content[:_TIME_BYTES], "big")
            content = content[_TIME_BYTES:]
            message = _cosigned(moment, text)
        try:
            self._key.verify(content, message)
        except InvalidSignature:
            raise NoteInvalid(f"the signature of {self.name} is wrong") from None
        return moment


class Signer:
    """A private key under its name: 32 bytes that are kept secret."""

    def __init__(self, name: str, seed: bytes, algorithm: Algorithm = ED25519) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw(), algorithm)

    def sign(self, text: str, *, at_s: int = 0) -> Signature:
        """The signature line of a text. `at_s`: when, for a witness; seconds since 1970."""
        check_text(text)
        verifier = self.verifier
        if verifier.algorithm == COSIGNATURE:
            moment = at_s.to_bytes(_TIME_BYTES, "big")
            content = moment + self._key.sign(_cosigned(at_s, text))
        else:
            content = self._key.sign(text.encode())
        return Signature(verifier.name, verifier.key_id, content)


def key_id(name: str, key: bytes, algorithm: Algorithm) -> bytes:
    """Four bytes that tell the keys of a name apart; no secret and no proof."""
    return hashlib.sha256(f"{name}\n".encode() + bytes([algorithm]) + key).digest()[:_ID_BYTES]


def _cosigned(moment: int, text: str) -> bytes:
    """What a witness signs (C2SP tlog-cosignature, format)."""
    return f"cosignature/v1\ntime {moment}\n{text}".encode()


def sign(text: str, signers: Iterable[Signer]) -> Note:
    return Note(text, tuple(signer.sign(text) for signer in signers))


def parse(content: bytes) -> Note:
    """A note from its bytes. Refused: anything that another program might read otherwise."""
    if len(content) > LONGEST:
        raise NoteInvalid("the note is too long")
    try:
        whole = content.decode()
    except UnicodeDecodeError:
        raise NoteInvalid("the note is not UTF-8") from None
    text, found, below = whole.rpartition("\n\n")
    if not found:
        raise NoteInvalid("no empty line stands between text and signatures")
    text += "\n"
    check_text(text)
    if not below.endswith("\n"):
        raise NoteInvalid("the last line is cut off")
    lines = below[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteInvalid("the note has too many signatures")
    return Note(text, tuple(_read_signature(line) for line in lines))


def check_text(text: str) -> None:
    """Refused unless it is text alone: control characters make two readers see two texts."""
    if not text.endswith("\n"):
        raise NoteInvalid("the text does not end its last line")
    if any(letter < " " and letter != "\n" for letter in text) or "\x7f" in text:
        raise NoteInvalid("the text holds control characters")


def _read_signature(line: str) -> Signature:
    if not line.startswith(_DASH):
        raise NoteInvalid("a line below the text is no signature")
    name, _, coded = line.removeprefix(_DASH).partition(" ")
    _check_name(name)
    raw = unbase64(coded)
    if len(raw) <= _ID_BYTES:
        raise NoteInvalid("a signature is too short")
    return Signature(name, raw[:_ID_BYTES], raw[_ID_BYTES:])


def parse_checkpoint(text: str) -> Checkpoint:
    """A checkpoint from the text of its note, strictly: there is one way to write each."""
    check_text(text)
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):  # noqa: PLR2004 - origin, size, root
        raise NoteInvalid("a checkpoint has an origin, a size and a root, each on its line")
    origin, size, coded, *more = lines
    if not _SIZE.fullmatch(size):
        raise NoteInvalid("the size of the log is not a plain number")
    root = unbase64(coded)
    if len(root) != HASH_BYTES:
        raise NoteInvalid(f"the root does not have {HASH_BYTES} bytes")
    return Checkpoint(origin, int(size), root, tuple(more))


def open_checkpoint(content: bytes, log: Verifier) -> Checkpoint:
    """The checkpoint of a note that the log itself signed; its origin is the name of its key."""
    note = parse(content)
    log.check(note)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != log.name:
        raise NoteInvalid(f"this is a checkpoint of {checkpoint.origin}, not of {log.name}")
    return checkpoint


def witnessed_by(note: Note, witnesses: Sequence[Verifier]) -> dict[str, int]:
    """The witnesses whose cosignature stands, and the time each stated; a wrong one does not count."""
    found: dict[str, int] = {}
    for witness in witnesses:
        try:
            moment = witness.check(note)
        except NoteInvalid:
            continue
        if moment is not None:
            found[witness.name] = moment
    return found


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise NoteInvalid("a key's name has neither spaces nor plus signs")


def unbase64(coded: str) -> bytes:
    try:
        raw = base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError):
        raise NoteInvalid("this is no base64") from None
    if base64.b64encode(raw).decode() != coded:  # bits that say nothing could be anything
        raise NoteInvalid("this base64 is not the shortest")
    return raw
