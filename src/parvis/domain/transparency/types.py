"""What nouns that append to the public log share with it."""

from typing import Literal

import msgspec

Kind = Literal["server", "poll", "petition", "draw"]


class Log(msgspec.Struct, frozen=True):
    """A log that others append to. `secret` makes pseudonyms in it; None: it is closed."""

    id: int
    path: str  # below the public address
    origin: str  # its name in checkpoints
    kind: Kind
    is_public: bool
    is_closed: bool
    secret: bytes | None


class Published(msgspec.Struct, frozen=True):
    """What everybody may know of a log: how far it goes, and the newest checkpoint of it."""

    id: int
    origin: str
    is_public: bool
    size: int
    checkpoint: str | None
    cosigned_size: int
    cosigned: str | None

    @property
    def newest(self) -> str | None:
        """The newest checkpoint, with its witnesses' lines when they came."""
        return self.cosigned if self.cosigned_size == self.size else self.checkpoint
