"""Rooms that exist for a rehearsal alone (protocols/rehearsals.py): silence by the clock, from the network.

Relays fetch it as they fetch any room, so that what is rehearsed is the whole way. There is no process and no
row: the number of such a room says all there is to know.
"""

import asyncio
import time
from collections.abc import Callable
from functools import cache

import msgspec

from parvis.live.relay.origin import Origin, Said
from parvis.live.relay.parts import IMMUTABLE
from parvis.live.relay.relay import AHEAD
from parvis.live.relay.state import LIVE_STATE
from parvis.protocols import cmaf, rehearsals
from parvis.protocols.cmaf import AAC
from parvis.protocols.rehearsals import MOST_S, PART_MS

_SILENCE = b"\x00\x00\x00\x07"  # one frame of one silent channel (ISO 14496-3 §4.4.2.1)
_PART_BYTES = AAC.bandwidth * PART_MS // 8_000
_MADE_MS = 100  # what a real part takes until it is handed out


class Rehearsals:
    """In front of an origin: answers for rehearsals, and hands everything else on."""

    def __init__(
        self,
        origin: Origin,
        key: Callable[[], bytes | None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._origin = origin
        self._key = key
        self._clock = clock

    async def get(self, room: str, rest: str, listeners: int, within_s: float) -> Said:
        key = self._key() if room.startswith("9") else None
        ends_s = rehearsals.ends_at(key, room, self._clock()) if key is not None else None
        if key is None or ends_s is None:
            return await self._origin.get(room, rest, listeners, within_s)
        epoch_ms = (ends_s - MOST_S) * 1_000
        if rest == "state":
            state = self._state(room, epoch_ms) | {"listeners": listeners}
            told = msgspec.json.encode(state | {"rehearsal": rehearsals.prove(key, room)})
            return Said(200, {}, told)
        if rest == "aac/init.mp4":
            return Said(200, {}, cmaf.write_init(AAC))
        number = _number(rest)
        newest = self._newest(epoch_ms)
        if not 0 <= number <= newest + AHEAD:
            return Said(404, {}, b"")
        done_s = (epoch_ms + (number + 1) * PART_MS + _MADE_MS) / 1_000
        await asyncio.sleep(max(0.0, done_s - self._clock()))
        riding = {"newest": max(newest, number), "state": "live", "flags": {"lanes": "open"}}
        headers = {LIVE_STATE: msgspec.json.encode(riding).decode(), "cache-control": IMMUTABLE}
        return Said(200, headers, _part(number))

    def close(self) -> None:
        self._origin.close()

    def _newest(self, epoch_ms: int) -> int:
        return int(self._clock() * 1_000 - epoch_ms - _MADE_MS) // PART_MS - 1

    def _state(self, room: str, epoch_ms: int) -> dict[str, object]:
        newest = self._newest(epoch_ms)
        return {
            "room": room,
            "state": "live",
            "epoch_ms": epoch_ms,
            "part_ms": PART_MS,
            "first": max(0, newest - 90),
            "newest": newest,
            "renditions": {"aac": {"codecs": AAC.codecs, "bandwidth": AAC.bandwidth}},
            "speakers": [],
            "flags": {"lanes": "open"},
        }


def _number(rest: str) -> int:
    named = rest.removeprefix("aac/").removesuffix(".m4s")
    return int(named) if named.isascii() and named.isdigit() else -1


@cache
def _filling(length: int) -> bytes:
    """A box that players leave out: silence is short, and a part is to weigh what sound does."""
    return cmaf.box(b"free", bytes(length - 8))


def _part(number: int) -> bytes:
    first = AAC.first_frame(number * PART_MS * cmaf.RATE // 1_000)
    last = AAC.first_frame((number + 1) * PART_MS * cmaf.RATE // 1_000)
    part = cmaf.write_part(AAC, number + 1, first * AAC.frame, [_SILENCE] * (last - first))
    return part + _filling(_PART_BYTES - len(part))
