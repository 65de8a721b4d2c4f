"""One sound as a whole file (MP4, ISO 14496-12): its tables come first, so that it plays while it is fetched.

Chapters are written twice: as a text track that the sound names as its own, which Apple's players show
(QuickTime File Format, "Chapter lists"), and as Nero's `chpl`, which older players read. FFmpeg reads both.
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
_TEXT_TRACK = 2
_TEXT_MOST = 1_000
# QuickTime's text: shown nowhere, in no colour, and a table of one font without a name.
_TEXT_ENTRY = struct.pack(">6xHIHIQIHHI", 1, 1, 0, 0, 0, 0, 1, 0, 0) + box(b"ftab", b"\0\1\0\1\0")


def head(track: Track, sizes: Sequence[int], chapters: Sequence[tuple[int, str]]) -> bytes:
    """All of the file but the frames, which follow it. `chapters`: sample and title, in order."""
    length = len(sizes) * track.frame
    amount = sum(sizes)
    brands = box(b"ftyp", b"M4A ", struct.pack(">I", 0), b"M4A mp42isom")
    texts = [_text(title) for _, title in chapters]
    amount += sum(map(len, texts))
    # The tables say where frames are, and their own length decides that: they are made twice.
    moov = _movie(track, sizes, length, chapters, 0)
    moov = _movie(track, sizes, length, chapters, len(brands) + len(moov) + 16)
    return brands + moov + struct.pack(">I4sQ", 1, b"mdat", amount + 16) + b"".join(texts)


def _movie(
    track: Track, sizes: Sequence[int], length: int, chapters: Sequence[tuple[int, str]], at: int
) -> bytes:
    lengths = np.asarray(sizes, dtype=">u4")
    texts = [len(_text(title)) for _, title in chapters]
    frames_at = at + sum(texts)
    starts = (
        np.concatenate(([0], np.cumsum(lengths.astype(np.int64))))[: len(lengths) : _CHUNK]
        + frames_at
    )
    tables = (
        full(b"stts", 0, 0, struct.pack(">III", 1, len(sizes), track.frame))
        + full(b"stsc", 0, 0, _runs(len(sizes)))
        + full(b"stsz", 0, 0, struct.pack(">II", 0, len(sizes)), lengths.tobytes())
        + full(b"co64", 0, 0, struct.pack(">I", len(starts)), starts.astype(">u8").tobytes())
    )
    named = box(b"tref", box(b"chap", struct.pack(">I", _TEXT_TRACK))) if chapters else b""
    traks = box(b"trak", cmaf.track_header(length), named, cmaf.media(track, length, tables))
    if chapters:
        traks += _text_track(chapters, texts, length, at)
    head = cmaf.movie_header(length, _TEXT_TRACK + 1)
    return box(b"moov", head, traks, box(b"udta", _chapters(chapters)))


def _text_track(
    chapters: Sequence[tuple[int, str]], texts: Sequence[int], length: int, at: int
) -> bytes:
    """Each chapter a text that is shown until the next begins; off, so that nobody takes it for subtitles."""
    begins = [0, *(start for start, _ in chapters[1:])]
    lasts = [stop - start for start, stop in zip(begins, [*begins[1:], length], strict=True)]
    count = len(chapters)
    tables = (
        full(
            b"stts",
            0,
            0,
            struct.pack(">I", count),
            *(struct.pack(">II", 1, max(1, one)) for one in lasts),
        )
        + full(b"stsc", 0, 0, struct.pack(">IIII", 1, 1, count, 1))
        + full(b"stsz", 0, 0, struct.pack(f">II{count}I", 0, count, *texts))
        + full(b"co64", 0, 0, struct.pack(">IQ", 1, at))
    )
    described = full(b"stsd", 0, 0, struct.pack(">I", 1), box(b"text", _TEXT_ENTRY))
    here = box(b"dinf", full(b"dref", 0, 0, struct.pack(">I", 1), full(b"url ", 0, 1)))
    place = full(b"gmin", 0, 0, struct.pack(">6H", 0x40, 0x8000, 0x8000, 0x8000, 0, 0))
    turned = box(b"text", struct.pack(">HIIIIIIIIH", 1, 0, 0, 0, 1, 0, 0, 0, 0x4000, 0))
    inner = box(b"minf", box(b"gmhd", place, turned), here, box(b"stbl", described, tables))
    times = struct.pack(">QQIQHH", 0, 0, cmaf.RATE, length, 0x55C4, 0)
    media = box(
        b"mdia",
        full(b"mdhd", 1, 0, times),
        full(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, b"text"), b"Parvis\0"),
        inner,
    )
    head = struct.pack(">QQIIQ", 0, 0, _TEXT_TRACK, 0, length)
    shown = full(b"tkhd", 1, 2, head, bytes(16), cmaf.MATRIX, bytes(8))
    return box(b"trak", shown, media)


def _text(title: str) -> bytes:
    """A sample: its length, its letters, and that they are UTF-8."""
    encoded = title.encode()[:_TEXT_MOST].decode(errors="ignore").encode()
    return struct.pack(">H", len(encoded)) + encoded + box(b"encd", struct.pack(">I", 0x100))


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
