"""AAC frames with a head each (ADTS, ISO 14496-3 §1.A.2.2): a stream that old players and radios take."""

from collections.abc import Iterable

_LOW_COMPLEXITY = 1  # the profile, less one
_48_KHZ = 3
_MONO = 1
_HEAD = 7
_FULLNESS = 0x7FF  # variable bit rate


def write_adts(frames: Iterable[bytes]) -> bytes:
    """Frames of AAC-LC, 48 kHz, one channel."""
    return b"".join(_head(len(frame)) + frame for frame in frames)


def _head(size: int) -> bytes:
    length = size + _HEAD
    bits = 0xFFF << 44 | 1 << 40  # sync word; MPEG-4, layer 0, no checksum
    bits |= _LOW_COMPLEXITY << 38 | _48_KHZ << 34 | _MONO << 30
    bits |= length << 13 | _FULLNESS << 2
    return bits.to_bytes(_HEAD, "big")
