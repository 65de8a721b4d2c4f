"""Lines of what was said as WebVTT (W3C), for players: whole files, and segments of a live playlist."""

from collections.abc import Iterable

import msgspec


class Cue(msgspec.Struct, frozen=True):
    """A text between two moments in ms; `name` tells it from others."""

    from_ms: int
    to_ms: int
    text: str
    name: str = ""


def write(cues: Iterable[Cue], head: str = "") -> str:
    """The file; `head`: lines that belong to its first."""
    return "\n".join([f"WEBVTT\n{head}", *(_cue(one) for one in cues)])


def write_segment(cues: Iterable[Cue]) -> str:
    """The same as a segment of a playlist whose sound counts from 0 as the lines do (RFC 8216 §3.5)."""
    return write(cues, "X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n")


def _cue(one: Cue) -> str:
    # Of the letters that would end a line or begin a tag (WebVTT §4.2.2).
    text = one.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    name = f"{one.name}\n" if one.name else ""
    return f"{name}{_moment(one.from_ms)} --> {_moment(one.to_ms)}\n{text}\n"


def _moment(ms: int) -> str:
    seconds, thousandths = divmod(ms, 1_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{thousandths:03}"
