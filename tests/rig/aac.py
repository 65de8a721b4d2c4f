"""A tone as AAC in parts that players take: what a room's process makes, without a room."""

from functools import cache
from typing import Any

import av
import numpy as np

from parvis.protocols import cmaf

RATE = 48_000
FRAME = 1_024  # samples of one AAC frame
_LOOP_S = 4


@cache
def tone() -> tuple[bytes, list[bytes]]:
    """`init.mp4`, and the frames of a few seconds of a tone (decoded one after the other for ever)."""
    codec: Any = av.CodecContext.create("aac", "w")
    codec.bit_rate, codec.sample_rate, codec.format, codec.layout = 64_000, RATE, "fltp", "mono"
    frames: list[bytes] = []
    for at in range(0, RATE * _LOOP_S, FRAME):
        wave = 0.3 * np.sin(2 * np.pi * 440 * (at + np.arange(FRAME)) / RATE)
        frame = av.AudioFrame.from_ndarray(wave.astype("f4").reshape(1, -1), "fltp", "mono")
        frame.sample_rate = RATE
        frame.pts = at
        frames += [bytes(packet) for packet in codec.encode(frame)]
    return cmaf.write_init(cmaf.AAC), frames[4:]


def part(number: int, part_ms: int) -> bytes:
    """Part `number` of that tone; the track's time is in samples."""
    _, frames = tone()
    first, end = _frames_before(number, part_ms), _frames_before(number + 1, part_ms)
    chosen = [frames[at % len(frames)] for at in range(first, end)]
    return cmaf.write_part(cmaf.AAC, number + 1, first * FRAME, chosen)


def _frames_before(number: int, part_ms: int) -> int:
    return -(-number * part_ms * RATE // (1_000 * FRAME))
