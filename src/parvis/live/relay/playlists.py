"""Playlists and segments of HLS, made of what the relay holds."""

from urllib.parse import parse_qs, quote

import msgspec

from parvis.live.relay.parts import Gone
from parvis.live.relay.relay import Relay, RelayedRoom
from parvis.live.relay.streaming import RENDITION
from parvis.protocols import hls, webvtt
from parvis.protocols.hls import Live
from parvis.protocols.webvtt import Cue

SHOWN_MS = 6_000  # of a line: players are some seconds behind


def write_master(room: RelayedRoom, query: str) -> str:
    if room.state is None:
        raise Gone
    named = {name: (one.codecs, one.bandwidth) for name, one in room.state.heard.renditions.items()}
    return hls.write_master(named, _going_on(query), room.state.heard.language)


async def write_text(relay: Relay, room: RelayedRoom, query: str) -> str:
    """The playlist of what is written down; it waits as that of sound does."""
    live = _live(room, RENDITION)
    asked = parse_qs(query)
    if "_HLS_msn" in asked:
        live = await _wait(relay, room, RENDITION, asked)
    return hls.write_text_media(live, _going_on(query))


def write_lines(room: RelayedRoom, number: int) -> str:
    """What was written down while a segment sounded, or said then. Late lines are shown when they come, and
    long enough to be seen by who is some seconds behind.
    """
    live = _live(room, RENDITION)
    begins = number * live.parts * live.part_ms
    ends = begins + live.parts * live.part_ms
    if (
        room.state is None
        or ends > (live.newest + 1) * live.part_ms
        or number * live.parts < live.first
    ):
        raise Gone
    cues: list[Cue] = []
    for line in room.state.heard.lines:
        start = max(line.from_ms, line.at_ms)
        stop = start + max(line.to_ms - line.from_ms, SHOWN_MS)
        if start < ends and stop > begins:
            cues.append(Cue(start, stop, line.text))
    return webvtt.write_segment(cues)


async def write_media(relay: Relay, room: RelayedRoom, rendition: str, query: str) -> str:
    """The playlist, as soon as it holds the part that the query asks it to. Refused: `BlockRefused`."""
    live = _live(room, rendition)
    asked = parse_qs(query)
    if "_HLS_msn" in asked:
        live = await _wait(relay, room, rendition, asked)
    elif "_HLS_part" in asked:
        raise hls.BlockRefused("_HLS_part needs _HLS_msn")
    return hls.write_media(live, _going_on(query))


async def _wait(
    relay: Relay, room: RelayedRoom, rendition: str, asked: dict[str, list[str]]
) -> Live:
    """What there is, as soon as the part is that `asked` says."""
    live = _live(room, rendition)
    part = asked.get("_HLS_part")
    wanted = hls.wanted_part(live, asked["_HLS_msn"][0], part[0] if part else None)
    gone: set[int] = set()
    while live.newest < wanted and not live.is_over:
        number = live.newest + 1
        try:
            await relay.part(room.name, rendition, number)
        except Gone:  # the playlist says that it is missing, and players skip it
            gone.add(number)
        live = _live(room, rendition, at_least=number)
    return msgspec.structs.replace(live, missing=live.missing | gone)


async def join_segment(relay: Relay, room: RelayedRoom, rendition: str, number: int) -> bytes:
    """The parts of a segment that is complete, without those that are missing."""
    live = _live(room, rendition)
    first = number * live.parts
    if first + live.parts - 1 > live.newest:
        raise Gone
    pieces: list[bytes] = []
    for part in range(first, first + live.parts):
        try:
            pieces.append((await relay.part(room.name, rendition, part)).content)
        except Gone:
            continue
    if not pieces:
        raise Gone
    return b"".join(pieces)


def _live(room: RelayedRoom, rendition: str, at_least: int = -1) -> Live:
    state = room.state
    if state is None or rendition not in state.heard.renditions:
        raise Gone
    heard = state.heard
    newest = max(heard.newest, at_least)
    missing = frozenset(heard.missing)
    return Live(heard.part_ms, heard.epoch_ms, heard.first, newest, heard.state == "ended", missing)


def _going_on(query: str) -> str:
    """The ticket of a playlist's address, for all that it names."""
    ticket = parse_qs(query).get("t")
    return f"?t={quote(ticket[0])}" if ticket else ""
