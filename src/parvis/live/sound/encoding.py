"""From blocks of sound to parts: an encoder for each rendition, its frames gathered by part."""

from fractions import Fraction
from typing import Any

import av
import msgspec
import numpy as np

from parvis.protocols import cmaf, mixing
from parvis.protocols.cmaf import Track
from parvis.protocols.mixing import RATE, Sound

RENDITIONS: dict[str, Track] = {"aac": cmaf.AAC, "opus": cmaf.OPUS}
_CODECS = {"aac": ("aac", "fltp"), "opus": ("libopus", "flt")}
_OPTIONS: dict[str, dict[str, str]] = {
    "aac": {},
    # of 10: measured a third cheaper, and nobody hears it at this rate
    "opus": {"application": "audio", "frame_duration": "20", "compression_level": "6"},
}


class Made(msgspec.Struct, frozen=True):
    """A part that is complete."""

    rendition: str
    number: int
    data: bytes


class Packager:
    """One rendition, from the beginning of part `first` on. Blocks come in order and without holes."""

    def __init__(self, rendition: str, part_ms: int, first: int) -> None:
        self.rendition = rendition
        self._track = RENDITIONS[rendition]
        self._samples = part_ms * RATE // 1000
        self._number = first
        name, layout = _CODECS[rendition]
        self._format = layout
        self._codec: Any = _open(name, layout, self._track, _OPTIONS[rendition])
        self._next = self._track.first_frame(first * self._samples)  # the frame that comes next
        self._fed = self._next * self._track.frame  # the sample that the encoder gets next
        self._late = self._fed - first * self._samples  # samples before the first frame begins
        self._first_fed = self._fed
        self._waiting: list[Sound] = []
        self._count = 0
        self._frames: list[bytes] = []

    def put(self, block: Sound) -> list[Made]:
        """The parts that this block completed."""
        if self._late:
            block, self._late = block[self._late :], max(0, self._late - len(block))
        self._waiting.append(block)
        self._count += len(block)
        made: list[Made] = []
        while self._count >= self._track.frame:
            for packet in self._encode(self._cut()):
                made += self._gather(packet)
        return made

    def _cut(self) -> Sound:
        whole = np.concatenate(self._waiting)
        frame, rest = whole[: self._track.frame], whole[self._track.frame :]
        self._waiting, self._count = [rest], len(rest)
        return frame

    def _encode(self, samples: Sound) -> list[Any]:
        frame = av.AudioFrame.from_ndarray(
            samples.reshape(1, -1), format=self._format, layout="mono"
        )
        frame.sample_rate = RATE
        frame.pts = self._fed - self._first_fed
        frame.time_base = Fraction(1, RATE)
        self._fed += len(samples)
        packets: list[Any] = self._codec.encode(frame)
        return packets

    def _gather(self, packet: Any) -> list[Made]:
        if self._track.codec == "aac" and packet.pts < 0:
            return []  # what the encoder starts with is before its first sample
        self._frames.append(bytes(packet))
        self._next += 1
        if self._next < self._track.first_frame((self._number + 1) * self._samples):
            return []
        frames, number = self._frames, self._number
        self._frames, self._number = [], number + 1
        start = (self._next - len(frames)) * self._track.frame
        return [
            Made(self.rendition, number, cmaf.write_part(self._track, number + 1, start, frames))
        ]


def _open(name: str, layout: str, track: Track, options: dict[str, str]) -> Any:
    codec: Any = av.CodecContext.create(name, "w")
    codec.bit_rate = track.bandwidth
    codec.sample_rate = RATE
    codec.format = layout
    codec.layout = "mono"
    codec.time_base = Fraction(1, RATE)
    codec.options = options
    return codec


def silent_frame(rendition: str) -> bytes:
    """One frame of silence, for the holes of a recording."""
    packager = Packager(rendition, 1000, 0)
    made: list[Made] = []
    while not made:
        made = packager.put(mixing.SILENCE)
    return cmaf.read_part(made[0].data).frames[-1]
