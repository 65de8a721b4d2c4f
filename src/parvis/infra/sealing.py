"""Small secrets that have to be read again, sealed before they go into the database.

The key is a file of the data folder, made when first needed, and never in the database: whoever gets hold
of a dump reads none of them.
"""

import base64
import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from parvis.infra.logs import get_logger
from parvis.infra.postgres import Db

log = get_logger()

KEY_BYTES = 32
NONCE_BYTES = 12
_VERSION = "1"
_ID_LETTERS = 8
PREFIX = (
    f"{_VERSION}."  # of what is sealed; base32, which the secrets of codes were kept in, has no dot
)


class Sealing:
    """The process's key. `folder` is set by the roots."""

    def __init__(self, _db: Db) -> None:
        self.folder: Path | None = None
        self._key: bytes | None = None

    def has_key(self) -> bool:
        return self._key is not None or self._path.exists()

    def key_prefix(self) -> str:
        """What everything begins with that this key sealed."""
        return f"{PREFIX}{_name(self._load())}."

    def seal(self, text: str, purpose: str) -> str:
        """`purpose` says what for and whose: the same is needed to open it."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = _cipher(self._load()).encrypt(nonce, text.encode(), purpose.encode())
        return self.key_prefix() + base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, purpose: str) -> str | None:
        """None: sealed with another key or for another purpose, or damaged. Makes no key."""
        if not self.has_key() or not sealed.startswith(self.key_prefix()):
            log.error("a secret was sealed with another key than this data folder's")
            return None
        try:
            whole = base64.urlsafe_b64decode(sealed.rpartition(".")[2])
            opened = _cipher(self._load()).decrypt(
                whole[:NONCE_BYTES], whole[NONCE_BYTES:], purpose.encode()
            )
        except Exception as failed:  # noqa: BLE001 - not base64, too short, InvalidTag: all the same
            log.error("a sealed secret cannot be opened", failure=type(failed).__name__)  # noqa: TRY400 - the trace would show it
            return None
        return opened.decode()

    @property
    def _path(self) -> Path:
        if self.folder is None:
            raise RuntimeError("nobody said where the key is kept")
        return self.folder / "keys" / "sealing"

    def _load(self) -> bytes:
        if self._key is None:
            with suppress(FileExistsError):
                if not self._path.exists():
                    make_key(self._path)
            key = base64.b64decode(self._path.read_text("ascii"))
            if len(key) != KEY_BYTES:
                raise ValueError(f"{self._path} holds no key of {KEY_BYTES} bytes")
            self._key = key
        return self._key


def make_key(path: Path) -> None:
    """Whole and on the disk before anything rests on it; the first of several processes wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(unfinished)
    finally:
        unfinished.unlink()
    for folder in (path.parent, path.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


def _name(key: bytes) -> str:
    return hashlib.sha256(b"name of " + key).hexdigest()[:_ID_LETTERS]


def _cipher(key: bytes):  # noqa: ANN202 - AESGCM; its type is inferred
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - 20 ms, and rare

    return AESGCM(key)
