"""What a relay knows of a room: what its origin last said, brought up to date by what rides on parts."""

from typing import Any

import msgspec

LIVE_STATE = "live-state"  # the header that rides on parts, compact JSON


class Rendition(msgspec.Struct):
    codecs: str
    bandwidth: int


class Flags(msgspec.Struct):
    """Who may listen now: the room's own rule, or the owner's emergency switch when that is stricter."""

    lanes: str = "open"  # open, tickets, followers


class Line(msgspec.Struct):
    """What was said, in ms since the first part; `at_ms`: when it was written down."""

    from_ms: int
    to_ms: int
    at_ms: int
    text: str


class Heard(msgspec.Struct):
    """The parts of `state` that a relay acts on; the rest goes through as it came."""

    state: str
    epoch_ms: int
    part_ms: int
    first: int
    newest: int
    renditions: dict[str, Rendition]
    flags: Flags = msgspec.field(default_factory=Flags)
    language: str = ""
    lines: list[Line] = []  # the last that were written down
    missing: list[int] = []  # parts of the last while that will never be


class Riding(msgspec.Struct):
    """What a part brings along."""

    newest: int
    state: str
    flags: Flags | None = None
    levels: dict[str, int] = {}


class RoomState:
    """One room's state; `seen` is when the origin said it, by the relay's own clock."""

    def __init__(self, text: bytes, now: float) -> None:
        self.whole: dict[str, Any] = {}
        self.heard: Heard
        self.seen = now
        self.told = ""  # the header Live-State as it is now
        self._encoded: bytes | None = None
        self.replace(text, now)

    def replace(self, text: bytes, now: float) -> None:
        """Everything anew. `newest` never falls: an answer may have been overtaken by a part."""
        heard = msgspec.json.decode(text, type=Heard)
        if hasattr(self, "heard") and heard.epoch_ms == self.heard.epoch_ms:
            heard.newest = max(heard.newest, self.heard.newest)
        self.whole = msgspec.json.decode(text)
        self.heard = heard
        self._tell(now)

    def ride(self, header: str, now: float) -> None:
        """What came with a part; what cannot be read, or is older, changes nothing."""
        try:
            riding = msgspec.json.decode(header, type=Riding)
            said: dict[str, Any] = msgspec.json.decode(header)
        except msgspec.DecodeError:
            return
        if riding.newest < self.heard.newest:
            return
        self.heard.newest = riding.newest
        self.heard.state = riding.state
        if riding.flags is not None:
            self.heard.flags = riding.flags
            self.whole["flags"] = said["flags"]
        for speaker in self.whole.get("speakers", ()):
            level = riding.levels.get(str(speaker.get("id")))
            if level is not None:
                speaker["level"] = level
        self._tell(now)

    def part_at(self, now: float) -> int:
        """The newest part there should be by now, also when nobody asked for a while."""
        passed = int((now - self.seen) * 1_000 / max(1, self.heard.part_ms))
        return self.heard.newest + (passed if self.heard.state != "ended" else 0)

    def encoded(self) -> bytes:
        if self._encoded is None:
            self._encoded = msgspec.json.encode(self.whole)
        return self._encoded

    def _tell(self, now: float) -> None:
        self.seen = now
        self._encoded = None
        self.whole |= {"newest": self.heard.newest, "state": self.heard.state}
        riding = {
            "newest": self.heard.newest,
            "state": self.heard.state,
            "flags": self.whole.get("flags", {}),
            "levels": {
                str(one.get("id")): one.get("level", 0) for one in self.whole.get("speakers", ())
            },
        }
        for name in ("listeners", "written"):
            if name in self.whole:
                riding[name] = self.whole[name]
        self.told = msgspec.json.encode(riding).decode("ascii", "backslashreplace")
