"""The one key of a network's listening tickets: a file of the data folder, or a setting where machines share it."""

import base64
import binascii
from contextlib import suppress
from pathlib import Path

from parvis.infra.postgres import Db
from parvis.infra.sealing import make_key
from parvis.protocols.tickets import KEY_BYTES


class TicketKey:
    """The process's key. `folder` and `given` are set by the roots; a given key wins over the file."""

    def __init__(self, _db: Db) -> None:
        self.folder: Path | None = None
        self.given: bytes | None = None
        self._key: bytes | None = None

    def load(self) -> bytes:
        """The key; made when first needed, by the first of several processes."""
        if self.given is not None:
            return self.given
        if self._key is None:
            if self.folder is None:
                raise RuntimeError("nobody said where the key is kept")
            path = self.folder / "keys" / "tickets"
            with suppress(FileExistsError):
                if not path.exists():
                    make_key(path)
            self._key = parse_key(path.read_text("ascii").strip())
        return self._key


def parse_key(text: str) -> bytes:
    """A key from its base64; ValueError says what to write."""
    wanted = f"write {KEY_BYTES} bytes in base64: head -c {KEY_BYTES} /dev/urandom | base64"
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError(wanted) from None
    if len(key) != KEY_BYTES:
        raise ValueError(wanted)
    return key
