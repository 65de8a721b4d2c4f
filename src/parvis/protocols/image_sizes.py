"""Width and height from a picture's header alone, so that a bomb is refused before it is decoded."""

import struct

HEAD_LENGTH = 512 * 1024  # cameras put a profile and a thumbnail of themselves before the size

Size = tuple[int, int]


def find_size(kind: str, head: bytes) -> Size | None:
    """Width and height as the header tells them; None when it does not, within `head`."""
    read = _READERS.get(kind)
    try:
        return read(head) if read else None
    except (struct.error, IndexError):
        return None


def _png(head: bytes) -> Size | None:
    # W3C PNG 3rd edition §11.2.1: IHDR comes first.
    if head[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">II", head, 16)
    return width, height


def _gif(head: bytes) -> Size:
    # GIF89a §18: the logical screen; frames lie within it.
    width, height = struct.unpack_from("<HH", head, 6)
    return width, height


# ITU T.81 table B.1: frame headers SOF0 to SOF15, without the three that are other things.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))  # markers without a length
_SCAN, _END = 0xDA, 0xD9


def _jpeg(head: bytes) -> Size | None:
    at = 2
    while True:
        if head[at] != 0xFF:  # noqa: PLR2004 - what every marker begins with
            return None
        marker = head[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 - fill bytes may stand before a marker (B.1.1.2)
            at += 1
        elif marker in _ALONE:
            at += 2
        elif marker in _FRAMES:
            height, width = struct.unpack_from(">HH", head, at + 5)
            return width, height
        elif marker in (_SCAN, _END):
            return None
        else:
            at += 2 + int(struct.unpack_from(">H", head, at + 2)[0])


def _webp(head: bytes) -> Size | None:
    # RFC 9649 §2.5 to §2.7.
    kind = head[12:16]
    if kind == b"VP8X":
        return _int24(head, 24) + 1, _int24(head, 27) + 1
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", head, 21)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _int24(head: bytes, at: int) -> int:
    low, high = struct.unpack_from("<HB", head, at)
    return low | high << 16


def _heif(head: bytes) -> Size | None:
    """The largest of all sizes it names: tiles, thumbnails and the picture (ISO/IEC 23008-12 §6.5.3)."""
    found: Size | None = None
    at = head.find(b"ispe")
    while at >= 0:
        width, height = struct.unpack_from(">II", head, at + 8)
        if found is None or width * height > found[0] * found[1]:
            found = width, height
        at = head.find(b"ispe", at + 4)
    return found


_READERS = {
    "image/png": _png,
    "image/gif": _gif,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
    "image/avif": _heif,
}
