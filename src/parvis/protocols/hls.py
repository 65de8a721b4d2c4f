"""Playlists of a live room: HLS with low latency (RFC 8216bis), written from numbers alone.

Parts are numbered by the clock; so many of them are a segment, whose number is that of its first part divided
by them. A playlist shows the last segments, the parts of the newest ones, and names the part that comes next.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

SEGMENT_MS = 4_000
WINDOW = 6  # whole segments shown
IN_PARTS = 3  # of them the newest are shown part by part, too
HOLD_BACK = 3.0  # parts that players stay behind (§4.4.3.8: at least two)
_FRAME_S = 0.022  # a part ends with a frame of sound: it may be that much longer than the others


class Live(msgspec.Struct, frozen=True):
    """What there is of a rendition."""

    part_ms: int
    epoch_ms: int
    first: int  # oldest part kept
    newest: int  # newest part that is complete
    is_over: bool
    missing: frozenset[int] = frozenset()  # parts that will never be

    @property
    def parts(self) -> int:
        """Parts of a segment."""
        return max(1, round(SEGMENT_MS / self.part_ms))


class BlockRefused(ValueError):
    """A playlist was asked for that is too far ahead, or in no words we know (§6.2.5.2)."""


def wanted_part(live: Live, segment: str, part: str | None) -> int:
    """The part that a playlist has to hold, from `_HLS_msn` and `_HLS_part`."""
    if not _is_number(segment) or not (part is None or _is_number(part)):
        raise BlockRefused("_HLS_msn and _HLS_part are whole numbers")
    first = int(segment) * live.parts
    wanted = first + (live.parts - 1 if part is None else int(part))
    if first > live.newest + 2 * live.parts or wanted > live.newest + 3 * live.parts:
        raise BlockRefused("_HLS_msn is too far ahead")
    return wanted


def write_media(live: Live, query: str = "") -> str:
    """The playlist of a rendition; `query` goes on to everything it names (a ticket)."""
    count, part_s = live.parts, live.part_ms / 1_000
    current = (live.newest + 1) // count  # the segment whose parts are still coming
    begins = max(-(-live.first // count), current - WINDOW)
    target_s = part_s + _FRAME_S
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:9",
        f"#EXT-X-TARGETDURATION:{-(-count * live.part_ms // 1_000)}",
        f"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={HOLD_BACK * target_s:.3f}",
        f"#EXT-X-PART-INF:PART-TARGET={target_s:.3f}",
        f"#EXT-X-MEDIA-SEQUENCE:{begins}",
        f'#EXT-X-MAP:URI="init.mp4{query}"',
        f"#EXT-X-PROGRAM-DATE-TIME:{_moment(live.epoch_ms + begins * count * live.part_ms)}",
    ]
    for segment in range(begins, current + 1):
        numbers = range(segment * count, min((segment + 1) * count, live.newest + 1))
        if segment > current - IN_PARTS:
            lines += [_part(live, number, query) for number in numbers]
        if segment < current:
            if live.missing.issuperset(numbers):
                lines.append("#EXT-X-GAP")
            lines += [f"#EXTINF:{count * part_s:.3f},", f"s{segment}.m4s{query}"]
    if live.is_over:
        lines.append("#EXT-X-ENDLIST")
    else:
        lines.append(f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="{live.newest + 1}.m4s{query}"')
    return "\n".join([*lines, ""])


def _part(live: Live, number: int, query: str) -> str:
    gap = ",GAP=YES" if number in live.missing else ""
    duration = f"DURATION={live.part_ms / 1_000:.3f}"
    return f'#EXT-X-PART:{duration},URI="{number}.m4s{query}",INDEPENDENT=YES{gap}'


def write_text_media(live: Live, query: str = "") -> str:
    """The playlist of what is written down: whole segments, as long as those of sound."""
    count = live.parts
    current = (live.newest + 1) // count
    begins = max(-(-live.first // count), current - WINDOW)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:9",
        f"#EXT-X-TARGETDURATION:{-(-count * live.part_ms // 1_000)}",
        "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES",
        f"#EXT-X-MEDIA-SEQUENCE:{begins}",
        f"#EXT-X-PROGRAM-DATE-TIME:{_moment(live.epoch_ms + begins * count * live.part_ms)}",
    ]
    for segment in range(begins, current):
        lines += [f"#EXTINF:{count * live.part_ms / 1_000:.3f},", f"s{segment}.vtt{query}"]
    if live.is_over:
        lines.append("#EXT-X-ENDLIST")
    return "\n".join([*lines, ""])


def write_master(
    renditions: Mapping[str, tuple[str, int]], query: str = "", language: str | None = None
) -> str:
    """The list of renditions: by name, codecs and bits a second. `language` of what is written down; None:
    nothing is.
    """
    lines = ["#EXTM3U", "#EXT-X-VERSION:9", "#EXT-X-INDEPENDENT-SEGMENTS"]
    group = ""
    if language is not None:
        of = f',LANGUAGE="{language}"' if language else ""
        kind = 'CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog"'
        lines.append(
            f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="{language or "text"}"{of},DEFAULT=NO,'
            f'AUTOSELECT=YES,FORCED=NO,{kind},URI="text/live.m3u8{query}"'
        )
        group = ',SUBTITLES="text"'
    for name, (codecs, bandwidth) in renditions.items():
        # A fifth more: boxes and heads.
        lines.append(f'#EXT-X-STREAM-INF:BANDWIDTH={bandwidth * 6 // 5},CODECS="{codecs}"{group}')
        lines.append(f"{name}/live.m3u8{query}")
    return "\n".join([*lines, ""])


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12  # noqa: PLR2004 - of any live number


def _moment(ms: int) -> str:

    return datetime.fromtimestamp(ms / 1_000, UTC).isoformat(timespec="milliseconds")
