"""What of a room is in its recording: as its process wrote it beside the file (live/sound/recording.py)."""

import asyncio

import msgspec

from parvis.domain.rooms import captions, showing
from parvis.domain.rooms.captions import Span
from parvis.domain.rooms.types import Caption, Room
from parvis.web.visit import Visit

NOTES = "recording.json"
LINES_MOST = 400  # beside the player; all of them have a page


class Notes(msgspec.Struct, frozen=True):
    """`chapters`: ms in the file, and what begins there."""

    spans: list[Span] = []
    chapters: list[tuple[int, str]] = []


async def notes_of(visit: Visit, room: Room) -> Notes:
    """Nothing without them, or for who may not have the recording."""
    folders = visit.means.room_folders
    if folders is None or not room.has_recording:
        return Notes()
    try:
        text = await asyncio.to_thread((folders / str(room.id) / NOTES).read_bytes)
        return msgspec.json.decode(text, type=Notes)
    except (OSError, msgspec.DecodeError):
        return Notes()


async def lines_of(visit: Visit, room: Room, notes: Notes) -> list[Caption]:
    """What was written down, at the times of the recording. One statement."""
    return captions.in_recording(await showing.list_captions(visit.db, room.id), notes.spans)


def clock(ms: int) -> str:
    """Hours, minutes and seconds, as clocks of players show them."""
    minutes, seconds = divmod(ms // 1_000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
