"""The parts of a room that can be heard: the last in memory, older ones from its recording, the next held."""

import asyncio
from collections.abc import Callable

from parvis.live.sound.encoding import RENDITIONS, Made

AHEAD = 2  # parts not yet complete that may be waited for
KEPT_S = 90
_LOOKED_S = 40  # longer than any playlist


class Gone(Exception):
    """There is no such part: too old, too far ahead, or lost with a process that was killed."""


class Shelf:
    """`older` reads a part of the recording, or None."""

    def __init__(self, part_ms: int, older: Callable[[str, int], bytes | None]) -> None:
        self.part_ms = part_ms
        self.is_over = False
        self._older = older
        self._kept: dict[str, dict[int, bytes]] = {name: {} for name in RENDITIONS}
        self._newest = dict.fromkeys(RENDITIONS, -1)
        self._wakes: dict[str, asyncio.Event] = {name: asyncio.Event() for name in RENDITIONS}

    @property
    def newest(self) -> int:
        """The last part that is complete in every rendition; -1 before the first."""
        return min(self._newest.values())

    @property
    def oldest(self) -> int:
        """The first that is in memory, or the next to come."""
        return min((min(kept) for kept in self._kept.values() if kept), default=self.newest + 1)

    def missing(self) -> list[int]:
        """Numbers of the last while that were never made, for a process was killed then."""
        name = next(iter(RENDITIONS))
        begins = max(0, self.newest - _LOOKED_S * 1000 // self.part_ms)
        return [one for one in range(begins, self.newest + 1) if self._find(name, one) is None]

    def put(self, made: Made) -> None:
        """A complete part: whoever waits for it gets it now."""
        kept = self._kept[made.rendition]
        kept[made.number] = made.data
        while len(kept) * self.part_ms > KEPT_S * 1000:
            del kept[min(kept)]
        self._newest[made.rendition] = made.number
        self._wake(made.rendition)

    def skip_to(self, number: int) -> None:
        """The next part is this one: the ones before it, if they are not there, will never be."""
        for name in RENDITIONS:
            self._newest[name] = max(self._newest[name], number - 1)
            self._wake(name)

    def close(self) -> None:
        """No part comes any more."""
        self.is_over = True
        for name in RENDITIONS:
            self._wake(name)

    async def get(self, rendition: str, number: int, within_s: float) -> bytes:
        """A part, waited for when it is one of the next. Refused as Gone."""
        deadline = asyncio.get_running_loop().time() + within_s
        while (found := self._find(rendition, number)) is None:
            newest = self._newest[rendition]
            if self.is_over or newest < 0 or not newest < number <= newest + AHEAD:
                raise Gone
            try:
                async with asyncio.timeout_at(deadline):
                    await self._wakes[rendition].wait()
            except TimeoutError:
                raise Gone from None
        return found

    def _find(self, rendition: str, number: int) -> bytes | None:
        found = self._kept[rendition].get(number)
        return self._older(rendition, number) if found is None else found

    def _wake(self, rendition: str) -> None:
        """Everybody who waits now; who asks later waits on the next."""
        self._wakes[rendition].set()
        self._wakes[rendition] = asyncio.Event()
