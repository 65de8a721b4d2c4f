"""Sound in parts of fragmented MP4 (ISO 14496-12, CMAF ISO 23000-19): written and read, one track, no codec.

A part is a `moof` and an `mdat` with whole frames of one codec; its time counts samples since the room's
first part, so that any part can be played after the init alone.
"""

import struct
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

RATE = 48_000
PART_MOST = 4 << 20
Codec = Literal["aac", "opus"]


class Damaged(ValueError):
    """The bytes are no part as we write them."""


class Track(msgspec.Struct, frozen=True):
    """What a rendition is encoded as."""

    codec: Codec
    bandwidth: int  # bits a second
    frame: int  # samples in each frame
    skip: int = 0  # samples the decoder is to drop at its start (Opus: RFC 7845 §4.2)

    @property
    def codecs(self) -> str:
        """As MIME types name it (RFC 6381)."""
        return "mp4a.40.2" if self.codec == "aac" else "opus"

    def first_frame(self, sample: int) -> int:
        """The number of the first frame that begins at or after a sample."""
        return -(-sample // self.frame)


AAC = Track("aac", 64_000, 1024)
OPUS = Track("opus", 32_000, 960, 312)


class Part(msgspec.Struct, frozen=True):
    """A part as it was read. `start` in samples of its time line, `duration` in samples."""

    sequence: int
    start: int
    duration: int
    frames: tuple[bytes, ...]


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box: its length, its kind, what is in it (14496-12 §4.2)."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """A box with a version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """Kind, begin and end of the content of each box. Refused as Damaged: a length that does not fit."""
    end = len(data) if end is None else end
    while start < end:
        if end - start < 8:  # noqa: PLR2004 - a box's head
            raise Damaged("a box is cut off")
        size, kind = struct.unpack_from(">I4s", data, start)
        if size < 8 or start + size > end:  # noqa: PLR2004
            raise Damaged("a box says a length that is not its own")
        yield kind, start + 8, start + size
        start += size


MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def movie_header(duration: int, next_track: int = 2) -> bytes:
    """`mvhd`, in samples."""
    fixed = struct.pack(">IIQ", 0x10000, 0x0100 << 16, 0)
    times = struct.pack(">QQIQ", 0, 0, RATE, duration)
    return full(b"mvhd", 1, 0, times, fixed, MATRIX, bytes(24), struct.pack(">I", next_track))


def track_header(duration: int) -> bytes:
    """`tkhd` of the one track, which is on."""
    times = struct.pack(">QQIIQ", 0, 0, 1, 0, duration)
    return full(
        b"tkhd", 1, 7, times, bytes(8), struct.pack(">HHHH", 0, 0, 0x0100, 0), MATRIX, bytes(8)
    )


def media(track: Track, duration: int, tables: bytes) -> bytes:
    """`mdia`: a sound, what it is encoded as, and the tables of its samples."""
    header = full(b"mdhd", 1, 0, struct.pack(">QQIQHH", 0, 0, RATE, duration, 0x55C4, 0))
    handler = full(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, b"soun"), b"Parvis\0")
    here = box(b"dinf", full(b"dref", 0, 0, struct.pack(">I", 1), full(b"url ", 0, 1)))
    described = full(b"stsd", 0, 0, struct.pack(">I", 1), _entry(track))
    inner = box(b"minf", full(b"smhd", 0, 0, bytes(4)), here, box(b"stbl", described, tables))
    return box(b"mdia", header, handler, inner)


def _entry(track: Track) -> bytes:
    """The sample entry (14496-12 §12.2.3)."""
    head = struct.pack(">6xH8xHHHHI", 1, 1, 16, 0, 0, RATE << 16)
    if track.codec == "opus":
        # Opus in ISOBMFF §4.3.2: version, channels, pre-skip, input rate, gain, mapping family
        return box(
            b"Opus", head, box(b"dOps", struct.pack(">BBHIhB", 0, 1, track.skip, RATE, 0, 0))
        )
    config = b"\x11\x88"  # 14496-3 §1.6.2.1: AAC-LC, 48 kHz, one channel
    decoder = struct.pack(">BB3xII", 0x40, 0x15, track.bandwidth, track.bandwidth) + _described(
        5, config
    )
    whole = struct.pack(">HB", 1, 0) + _described(4, decoder) + _described(6, b"\x02")
    return box(b"mp4a", head, full(b"esds", 0, 0, _described(3, whole)))


def _described(tag: int, body: bytes) -> bytes:
    return struct.pack(">BB", tag, len(body)) + body


def write_init(track: Track) -> bytes:
    """What comes before any part."""
    empty = b"".join(full(kind, 0, 0, bytes(4)) for kind in (b"stts", b"stsc", b"stco"))
    tables = empty + full(b"stsz", 0, 0, bytes(8))
    extends = full(b"trex", 0, 0, struct.pack(">IIIII", 1, 1, track.frame, 0, 0))
    trak = box(b"trak", track_header(0), media(track, 0, tables))
    brands = struct.pack(">4sI4s4s4s", b"iso6", 0, b"iso6", b"cmfc", b"mp41")
    return box(b"ftyp", brands) + box(b"moov", movie_header(0), trak, box(b"mvex", extends))


def write_part(track: Track, sequence: int, start: int, frames: Sequence[bytes]) -> bytes:
    """One part: `start` is the time of its first frame in samples (tfdt)."""
    header = full(b"mfhd", 0, 0, struct.pack(">I", sequence & 0xFFFF_FFFF))
    # tfhd: offsets count from the moof; each frame is as long as the others, and can be entered by itself
    fragment = full(b"tfhd", 0, 0x020028, struct.pack(">III", 1, track.frame, 0x02000000))
    time = full(b"tfdt", 1, 0, struct.pack(">Q", start))
    sizes = struct.pack(f">{len(frames)}I", *map(len, frames))
    run_size = 12 + 8 + len(sizes)
    moof_size = 8 + len(header) + 8 + len(fragment) + len(time) + run_size
    run = full(b"trun", 0, 0x000201, struct.pack(">II", len(frames), moof_size + 8), sizes)
    moof = box(b"moof", header, box(b"traf", fragment, time, run))
    return moof + box(b"mdat", *frames)


def read_part(data: bytes) -> Part:
    """A part as `write_part` makes it. Refused as Damaged: everything else."""
    if len(data) > PART_MOST:
        raise Damaged("a part is not that long")
    try:
        return _read(data)
    except (struct.error, KeyError) as wrong:
        raise Damaged("a part is not whole") from wrong


def _read(data: bytes) -> Part:
    outer = {kind: (begin, end) for kind, begin, end in boxes(data)}
    inner = {kind: (begin, end) for kind, begin, end in boxes(data, *outer[b"moof"])}
    traf = {kind: (begin, end) for kind, begin, end in boxes(data, *inner[b"traf"])}
    (sequence,) = struct.unpack_from(">I", data, inner[b"mfhd"][0] + 4)
    (each,) = struct.unpack_from(">I", data, traf[b"tfhd"][0] + 8)
    (start,) = struct.unpack_from(">Q", data, traf[b"tfdt"][0] + 4)
    begin, end = traf[b"trun"]
    (count,) = struct.unpack_from(">I", data, begin + 4)
    if end - begin != 12 + 4 * count:
        raise Damaged("a run of frames says a number that is not its own")
    sizes = struct.unpack_from(f">{count}I", data, begin + 12)
    at, stop = outer[b"mdat"]
    if sum(sizes) != stop - at:
        raise Damaged("frames and their bytes do not fit")
    frames: list[bytes] = []
    for size in sizes:
        frames.append(data[at : at + size])
        at += size
    return Part(sequence, start, each * count, tuple(frames))
