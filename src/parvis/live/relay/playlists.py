"""Playlists and segments of HLS, made of what the relay holds."""

from urllib.parse import parse_qs, quote

from parvis.live.relay.parts import Gone
from parvis.live.relay.relay import Relay, RelayedRoom
from parvis.protocols import hls
from parvis.protocols.hls import Live


def write_master(room: RelayedRoom, query: str) -> str:
    if room.state is None:
        raise Gone
    named = {name: (one.codecs, one.bandwidth) for name, one in room.state.heard.renditions.items()}
    return hls.write_master(named, _going_on(query))


async def write_media(relay: Relay, room: RelayedRoom, rendition: str, query: str) -> str:
    """The playlist, as soon as it holds the part that the query asks it to. Refused: `BlockRefused`."""
    live = _live(room, rendition)
    asked = parse_qs(query)
    if "_HLS_msn" in asked:
        part = asked.get("_HLS_part")
        wanted = hls.wanted_part(live, asked["_HLS_msn"][0], part[0] if part else None)
        while live.newest < wanted and not live.is_over:
            try:
                await relay.part(room.name, rendition, live.newest + 1)
                live = _live(room, rendition, at_least=live.newest + 1)
            except Gone:  # a gap: the playlist names it all the same, and players skip it
                live = _live(room, rendition, at_least=live.newest + 1)
    elif "_HLS_part" in asked:
        raise hls.BlockRefused("_HLS_part needs _HLS_msn")
    return hls.write_media(live, _going_on(query))


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
    return Live(heard.part_ms, heard.epoch_ms, heard.first, newest, heard.state == "ended")


def _going_on(query: str) -> str:
    """The ticket of a playlist's address, for all that it names."""
    ticket = parse_qs(query).get("t")
    return f"?t={quote(ticket[0])}" if ticket else ""
