"""A tone as AAC in parts that players take: what a room's process makes, without a room."""

import io
import struct
from functools import cache

import av
import numpy as np

RATE = 48_000
FRAME = 1_024  # samples of one AAC frame
_LOOP_S = 4


@cache
def tone() -> tuple[bytes, list[bytes]]:
    """`init.mp4`, and the frames of a few seconds of a tone (decoded one after the other for ever)."""
    made = io.BytesIO()
    flags = {"movflags": "empty_moov+default_base_moof+frag_every_frame"}
    with av.open(made, "w", format="mp4", options=flags) as container:
        stream = container.add_stream("aac", rate=RATE, layout="mono")
        stream.bit_rate = 64_000
        frames: list[bytes] = []
        for at in range(0, RATE * _LOOP_S, FRAME):
            wave = 0.3 * np.sin(2 * np.pi * 440 * (at + np.arange(FRAME)) / RATE)
            frame = av.AudioFrame.from_ndarray(wave.astype("f4").reshape(1, -1), "fltp", "mono")
            frame.rate = RATE
            frame.pts = at
            for packet in stream.encode(frame):
                frames.append(bytes(packet))
                container.mux(packet)
    whole = made.getvalue()
    return whole[: whole.index(b"moof") - 4], frames[4:]


def part(number: int, part_ms: int) -> bytes:
    """Part `number` of that tone: a moof and its mdat; the track's time is in samples."""
    _, frames = tone()
    first, end = _frames_before(number, part_ms), _frames_before(number + 1, part_ms)
    chosen = [frames[at % len(frames)] for at in range(first, end)]
    moof = _moof(number, first * FRAME, chosen, 0)
    moof = _moof(number, first * FRAME, chosen, len(moof) + 8)
    return moof + _box(b"mdat", b"".join(chosen))


def _frames_before(number: int, part_ms: int) -> int:
    return -(-number * part_ms * RATE // (1_000 * FRAME))


def _moof(number: int, starts: int, frames: list[bytes], offset: int) -> bytes:
    sizes = b"".join(struct.pack(">II", FRAME, len(one)) for one in frames)
    trun = struct.pack(">III", 0x000301, len(frames), offset) + sizes
    tfhd = struct.pack(">III", 0x02_0020, 1, 0x02_000000)  # default-base-is-moof, sync samples
    tfdt = struct.pack(">IQ", 0x01_000000, starts)
    traf = _box(b"tfhd", tfhd) + _box(b"tfdt", tfdt) + _box(b"trun", trun)
    mfhd = struct.pack(">II", 0, number + 1)
    return _box(b"moof", _box(b"mfhd", mfhd) + _box(b"traf", traf))


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + name + content
