"""One sound as a whole file (MP4, ISO 14496-12): its tables come first, so that it plays while it is fetched.

Chapters are written as Nero's `chpl`, which VLC, mpv, FFmpeg and most players of
podcasts read.
"""

import struct
from collections.abc import Sequence

import numpy as np

from parvis.protocols import cmaf
from parvis.protocols.cmaf import Track, box, full

_CHUNK = 48  # frames that lie together
_HUNDRED_NS = 10_000_000
_TITLE_MOST = 255  # bytes; its length is one byte
_CHAPTERS_MOST = 255


def head(track: Track, sizes: Sequence[int], chapters: Sequence[tuple[int, str]]) -> bytes:
    """All of the file but the frames, which follow it. `chapters`: sample and title, in order."""
    length = len(sizes) * track.frame
    amount = sum(sizes)
    brands = box(b"ftyp", b"M4A ", struct.pack(">I", 0), b"M4A mp42isom")
    # The tables say where frames are, and their own length decides that: they are made twice.
    moov = _movie(track, sizes, length, chapters, 0)
    moov = _movie(track, sizes, length, chapters, len(brands) + len(moov) + 16)
    return brands + moov + struct.pack(">I4sQ", 1, b"mdat", amount + 16)


def _movie(
    track: Track, sizes: Sequence[int], length: int, chapters: Sequence[tuple[int, str]], at: int
) -> bytes:
    lengths = np.asarray(sizes, dtype=">u4")
    starts = (
        np.concatenate(([0], np.cumsum(lengths.astype(np.int64))))[: len(lengths) : _CHUNK] + at
    )
    tables = (
        full(b"stts", 0, 0, struct.pack(">III", 1, len(sizes), track.frame))
        + full(b"stsc", 0, 0, _runs(len(sizes)))
        + full(b"stsz", 0, 0, struct.pack(">II", 0, len(sizes)), lengths.tobytes())
        + full(b"co64", 0, 0, struct.pack(">I", len(starts)), starts.astype(">u8").tobytes())
    )
    trak = box(b"trak", cmaf.track_header(length), cmaf.media(track, length, tables))
    return box(b"moov", cmaf.movie_header(length), trak, box(b"udta", _chapters(chapters)))


def _runs(count: int) -> bytes:
    """`stsc`: chunks of the same number of frames, and a shorter last one."""
    whole, rest = divmod(count, _CHUNK)
    rows = [(1, _CHUNK, 1)] if whole else []
    if rest:
        rows.append((whole + 1, rest, 1))
    return struct.pack(">I", len(rows)) + b"".join(struct.pack(">III", *row) for row in rows)


def _chapters(chapters: Sequence[tuple[int, str]]) -> bytes:
    shown = chapters[:_CHAPTERS_MOST]
    rows = [struct.pack(">Q", at * _HUNDRED_NS // cmaf.RATE) + _title(title) for at, title in shown]
    return full(b"chpl", 1, 0, bytes(4), struct.pack(">B", len(shown)), *rows)


def _title(text: str) -> bytes:
    encoded = text.encode()[:_TITLE_MOST].decode(errors="ignore").encode()
    return struct.pack(">B", len(encoded)) + encoded
