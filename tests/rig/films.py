"""Films and sounds for tests, made by FFmpeg's own encoders: a moving slope and a tone."""

import array
import io
import math
from fractions import Fraction
from typing import Any

import av

RATE = 25
SAMPLING = 48_000
SAMPLES = 1_024
SECRET = b"+48.8566+002.3522/"  # where it was filmed, as telephones write it


def film(  # noqa: PLR0913 - each is a way in which films differ
    container: str,
    video: str | None = "libx264",
    audio: str | None = "aac",
    *,
    seconds: float = 2,
    size: tuple[int, int] = (64, 48),
    colours: str = "yuv420p",
    rate: int = RATE,
) -> bytes:
    """A file of this container; None leaves pictures or sound out. It names a place in its metadata."""
    made = io.BytesIO()
    with av.open(made, "w", format=container) as out:
        out.metadata["title"] = SECRET.decode()
        out.metadata["comment"] = SECRET.decode()
        streams: list[tuple[Any, Any]] = []
        if video is not None:
            stream: Any = out.add_stream(video, rate=rate)
            stream.width, stream.height = size
            stream.pix_fmt = colours
            streams.append((stream, _pictures(size, int(seconds * rate), rate)))
        if audio is not None:
            stream = out.add_stream(audio, rate=SAMPLING, layout="stereo")
            streams.append((stream, _tone(int(seconds * SAMPLING / SAMPLES))))
        for stream, frames in streams:
            for frame in frames:
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
    return made.getvalue()


def _pictures(size: tuple[int, int], count: int, rate: int) -> Any:
    width, height = size
    for place in range(count):
        frame = av.VideoFrame(width, height, "rgb24")
        line = bytes(part for x in range(width) for part in (x * 255 // width, place * 5 % 256, 90))
        plane = frame.planes[0]
        plane.update((line + bytes(plane.line_size - len(line))) * height)
        frame.pts, frame.time_base = place, Fraction(1, rate)
        yield frame


def _tone(count: int) -> Any:
    for place in range(count):
        frame = av.AudioFrame("s16", "stereo", SAMPLES)
        frame.sample_rate = SAMPLING
        frame.pts, frame.time_base = place * SAMPLES, Fraction(1, SAMPLING)
        wave = array.array("h")
        for at in range(SAMPLES):
            wave.extend([int(8_000 * math.sin((place * SAMPLES + at) / 20))] * 2)
        plane = frame.planes[0]
        plane.update(wave.tobytes().ljust(plane.buffer_size, b"\0"))
        yield frame


def turned(content: bytes) -> bytes:
    """The same MP4, its matrix saying "turn me a quarter clockwise" (ISO/IEC 14496-12 §8.3.2)."""
    at = content.index(b"tkhd") + 4 + 40
    upright = content[at : at + 36]
    assert int.from_bytes(upright[:4], "big") == 0x10000
    one, minus, zero = (n.to_bytes(4, "big", signed=True) for n in (0x10000, -0x10000, 0))
    width = content[at + 36 : at + 40]
    matrix = one[:0] + zero + one + zero + minus + zero + zero + width + zero
    return content[:at] + matrix + upright[32:36] + content[at + 36 :]
