"""Progressive streams: a room without end in one answer, for radios and players that know nothing else."""

import struct
from collections.abc import AsyncIterator, Callable, Hashable

from parvis.infra.logs import get_logger
from parvis.live.relay.parts import Away, Gone
from parvis.live.relay.relay import INIT, Relay, RelayedRoom
from parvis.protocols.adts import write_adts
from parvis.protocols.cmaf import Damaged, read_part

log = get_logger()

Pieces = AsyncIterator[bytes]

RENDITION = "aac"
_HEAD = 8  # bytes of a box before what is in it
TYPES = {"mp4": "audio/mp4", "aac": "audio/aac"}
_TO_TIME = 8  # from the box's name: itself, version and flags
# Chromium hands its player whole blocks of so many bytes of what comes without end, and nothing before: at
# 64 kbit/s each would take four seconds. Boxes that players leave out fill them up.
_BLOCK = 32_768
_BLOCK_MS = 2_000  # of sound in each
_EARLIER_MS = 4_000  # it begins with, so that it plays at once
_MISSED_MOST = 50  # parts in a row that are not there, before the stream ends


async def fill(relay: Relay, room: RelayedRoom, key: Hashable, may: Callable[[], bool]) -> Pieces:
    """The same for browsers' own players: some seconds late, in blocks that are full."""
    part_ms = room.state.heard.part_ms if room.state is not None else _BLOCK_MS
    earlier, each = _EARLIER_MS // part_ms, max(1, _BLOCK_MS // part_ms)
    sent = parts = 0
    async for piece in stream(relay, room, "mp4", key, may, earlier=earlier):
        is_full = parts > earlier and (parts - earlier - 1) % each == 0
        whole = piece + _filler(-(sent + len(piece) + _HEAD) % _BLOCK) if is_full else piece
        sent += len(whole)
        parts += 1
        yield whole


def _filler(size: int) -> bytes:
    """A box that says nothing (ISO 14496-12 §8.1.2)."""
    return struct.pack(">I4s", _HEAD + size, b"free") + bytes(size)


async def stream(
    relay: Relay,
    room: RelayedRoom,
    form: str,
    key: Hashable,
    may: Callable[[], bool],
    *,
    earlier: int = 0,
) -> Pieces:
    """From the newest part on, as each is complete. Ends with the room, or when its origin stays away, or as
    soon as its listener `may` no longer. `key`: who they count as.

    After a gap it goes on with what is newest: the time in the parts tells players. `earlier`: so many
    parts before the newest it begins.
    """
    try:
        if form == "mp4":
            yield (await relay.part(room.name, RENDITION, INIT)).content
        number = max(_newest(room) - earlier, _first(room))
        missed = 0
        began: int | None = None
        while missed < _MISSED_MOST and may():
            try:
                part = await relay.part(room.name, RENDITION, number)
            except Gone:
                if room.state is None or room.state.heard.state == "ended":
                    return
                missed += 1
                number = max(number + 1, _newest(room))
                continue
            missed = 0
            room.audience.of(number).add(key)
            if form == "aac":
                yield write_adts(read_part(part.content).frames)
            else:
                began = _starts(part.content) if began is None else began
                yield _earlier(part.content, began)
            number += 1
    except (Away, Gone):
        return
    except Damaged:
        log.warning("an origin's part cannot be read", room=room.name)


def _starts(part: bytes) -> int:
    """When a part begins, in samples of its room (tfdt, ISO 14496-12 §8.8.12)."""
    at = part.find(b"tfdt") + _TO_TIME
    return int.from_bytes(part[at : at + 8], "big")


def _earlier(part: bytes, by: int) -> bytes:
    """The same part on a time line that begins with the listener: players wait for time 0."""
    at = part.find(b"tfdt") + _TO_TIME
    return part[:at] + (_starts(part) - by).to_bytes(8, "big") + part[at + 8 :]


def _first(room: RelayedRoom) -> int:
    return room.state.heard.first if room.state is not None else 0


def _newest(room: RelayedRoom) -> int:
    return room.state.heard.newest if room.state is not None else 0
