"""What a file is, by its first bytes: the name and the type an uploader gives are not believed.

Only kinds that may be uploaded are known, so None means refuse. SVG and HTML are none of them.
"""

HEAD_LENGTH = 4_096  # bytes to give; Theora and Matroska name themselves this early

# ISO/IEC 14496-12 §4.3: bytes 8 to 12 of a file are its major brand. The list is what encoders of
# phones, browsers and ffmpeg write (mp4ra.org).
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"hevc": "image/heic",
    b"hevx": "image/heic",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
}
_VIDEO_BRANDS = (
    b"isom",
    b"iso",
    b"mp4",
    b"avc1",
    b"M4V",
    b"mmp4",
    b"dash",
    b"MSNV",
    b"f4v ",
    b"3g",
)
# What QuickTime files start with when they are older than `ftyp`.
_ATOMS = frozenset({b"moov", b"mdat", b"wide"})
_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
)
_EBML = b"\x1a\x45\xdf\xa3"  # RFC 8794 §11.2.1
_EBML_DOCTYPE = b"\x42\x82"  # RFC 8794 §11.2.6


def sniff(head: bytes) -> str | None:
    """Give the media type of a file that starts so, or None if it is of no kind we take."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    box = head[4:8]
    if box == b"ftyp":
        return _iso(head)
    for start, read in _CONTAINERS:
        if head.startswith(start):
            return read(head)
    if box in _ATOMS:
        return "video/quicktime"
    return _mpeg_audio(head)


def _iso(head: bytes) -> str | None:
    brand = head[8:12]
    kind = _BRANDS.get(brand)
    if kind == "image/heif":
        # A general brand: which codec it is stands among the compatible ones.
        size = min(int.from_bytes(head[:4], "big"), HEAD_LENGTH)
        others = {head[at : at + 4] for at in range(16, size, 4)}
        return "image/avif" if others & {b"avif", b"avis"} else kind
    if kind is None and brand.startswith(_VIDEO_BRANDS):
        return "video/mp4"
    return kind


def _riff(head: bytes) -> str | None:
    return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12])


def _ogg(head: bytes) -> str | None:
    return "video/ogg" if b"\x80theora" in head[:HEAD_LENGTH] else "audio/ogg"


def _matroska(head: bytes) -> str | None:
    _, found, rest = head[:64].partition(_EBML_DOCTYPE)
    # One length byte, its top bit the marker (RFC 8794 §4): names are shorter than 127.
    name = rest[1 : 1 + (rest[0] & 0x7F)] if found and rest else b""
    return "video/webm" if name == b"webm" else None


_CONTAINERS = ((b"RIFF", _riff), (b"OggS", _ogg), (_EBML, _matroska))


def _mpeg_audio(head: bytes) -> str | None:
    """Recognise a bare MPEG frame (ISO/IEC 11172-3 §2.4.1.3): sync, a version, layer III, and
    neither a forbidden bit rate nor a reserved sampling rate, for eleven bits alone are luck.
    """
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004 one header
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bit_rate, sampling = head[2] >> 4, head[2] >> 2 & 3
    reserved = version == 1 or bit_rate in {0, 15} or sampling == 3  # noqa: PLR2004 two bits
    return "audio/mpeg" if layer == 1 and not reserved else None
