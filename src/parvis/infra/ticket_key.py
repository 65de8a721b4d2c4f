"""The key of a network's listening tickets: a file of the data folder, or a setting shared by machines."""

from contextlib import suppress
from pathlib import Path

from parvis.infra.postgres import Db
from parvis.infra.sealing import make_key
from parvis.protocols.tickets import parse_key


class TicketKey:
    """The process's key."""

    def __init__(self, _db: Db) -> None:
        self._folder: Path | None = None
        self._key: bytes | None = None

    def place(self, folder: Path, given: bytes | None) -> None:
        """Told by the roots; a given key wins over the folder's."""
        self._folder, self._key = folder, given

    def load(self) -> bytes:
        """The key; made when first needed, by the first of several processes."""
        if self._key is None:
            if self._folder is None:
                raise RuntimeError("nobody said where the key is kept")
            path = self._folder / "keys" / "tickets"
            with suppress(FileExistsError):
                if not path.exists():
                    make_key(path)
            self._key = parse_key(path.read_text("ascii").strip())
        return self._key
