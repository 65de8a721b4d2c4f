"""Parts: one fetched once, one that many wait for, and the shelf of those kept."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

from parvis.infra.logs import get_logger

log = get_logger()

IMMUTABLE = "public, max-age=31536000, immutable"
UNSHARED = "private, max-age=31536000, immutable"


class Part:
    """Bytes of one part and, once for all listeners, the whole answer that carries them."""

    __slots__ = ("content", "number", "room", "told", "wire")

    def __init__(self, room: str, number: int, content: bytes, told: str) -> None:
        self.room = room
        self.number = number
        self.content = content
        self.told = told  # the header Live-State as it came with it
        self.wire: bytes | None = None  # of the raw front


class Gone(Exception):
    """There is no such part, and there will be none."""


class TooEarly(Gone):
    """Further ahead than anybody is held for."""


class Away(Exception):
    """The origin cannot be asked just now; whoever asks again in a moment may be luckier."""


class Hold:
    """A part under way, and those who wait for it: called once each, with the part or why there is none."""

    __slots__ = ("keys", "number", "waiting")

    def __init__(self, number: int) -> None:
        self.number = number
        self.waiting: list[Callable[[Part | Exception], None]] = []
        self.keys: list[Hashable] = []  # who they are, where that was not counted yet

    def end(self, outcome: "Part | Exception") -> None:
        waiting, self.waiting = self.waiting, []
        for told in waiting:
            try:
                told(outcome)
            except Exception:
                log.exception("a listener could not be answered")


Key = tuple[str, str, int]  # room, rendition, number; -1 is what comes before all parts


class Shelf:
    """The parts kept, least recently asked for first to go, by their bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._parts: OrderedDict[Key, Part] = OrderedDict()
        self.bytes = 0

    def find(self, key: Key) -> Part | None:
        part = self._parts.get(key)
        if part is not None:
            self._parts.move_to_end(key)
        return part

    def keep(self, key: Key, part: Part) -> None:
        old = self._parts.pop(key, None)
        self.bytes += len(part.content) - (len(old.content) if old else 0)
        self._parts[key] = part
        while self.bytes > self._most and len(self._parts) > 1:
            _, dropped = self._parts.popitem(last=False)
            self.bytes -= len(dropped.content)

    def forget(self, room: str) -> None:
        for key in [one for one in self._parts if one[0] == room]:
            self.bytes -= len(self._parts.pop(key).content)

    def __len__(self) -> int:
        return len(self._parts)
