"""Files by their first bytes."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from parvis.protocols.content_types import sniff


def ftyp(brand: bytes, *others: bytes) -> bytes:
    body = b"ftyp" + brand + bytes(4) + b"".join(others)
    return (len(body) + 4).to_bytes(4, "big") + body + b"\0\0\0\x08mdat"


def ebml(doctype: bytes) -> bytes:
    return b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82" + bytes([0x80 | len(doctype)]) + doctype


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
        (b"GIF89a\1\0", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"RIFF\0\0\0\0AVI LIST", None),
        (ftyp(b"avif"), "image/avif"),
        (ftyp(b"mif1", b"avif", b"miaf"), "image/avif"),
        (ftyp(b"mif1", b"heic"), "image/heif"),
        (ftyp(b"heic", b"mif1"), "image/heic"),
        (ftyp(b"isom", b"mp41"), "video/mp4"),
        (ftyp(b"mp42"), "video/mp4"),
        (ftyp(b"iso5"), "video/mp4"),
        (ftyp(b"M4V "), "video/mp4"),
        (ftyp(b"3gp4"), "video/mp4"),
        (ftyp(b"M4A "), "audio/mp4"),
        (ftyp(b"qt  "), "video/quicktime"),
        (ftyp(b"crx "), None),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "video/quicktime"),
        (ebml(b"webm"), "video/webm"),
        (ebml(b"matroska"), None),
        (b"\x1a\x45\xdf\xa3", None),
        (b"\x1a\x45\xdf\xa3\x42\x82", None),
        (b"OggS\0\2" + bytes(20) + b"\x01\x1eOpusHead", "audio/ogg"),
        (b"OggS\0\2" + bytes(20) + b"\x80theora", "video/ogg"),
        (b"fLaC\0\0\0\x22", "audio/flac"),
        (b"ID3\4\0", "audio/mpeg"),
        (b"\xff\xfb\x90\x44", "audio/mpeg"),
        (b"\xff\xf3\x40\xc4", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", None),  # AAC in ADTS: no layer
        (b"\xff\xeb\x90\x44", None),  # reserved version
        (b"\xff\xfb\xf0\x44", None),  # forbidden bit rate
        (b"\xff\xfb\x9c\x44", None),  # reserved sampling rate
        (b"\xff\xfe<\0h\0t\0m\0l\0", None),  # UTF-16
        (b"\xff\xfb", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", None),
        (b"<!doctype html>", None),
        (b"%PDF-1.7", None),
        (b"", None),
    ],
)
def test_sniffs(head: bytes, expected: str | None) -> None:
    assert sniff(head) == expected


@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_what_pillow_writes(name: str) -> None:
    file = io.BytesIO()
    Image.new("RGB", (16, 16)).save(file, name)
    assert sniff(file.getvalue()) == f"image/{name.lower()}"


@given(st.binary())
def test_any_bytes(head: bytes) -> None:
    assert sniff(head) is None or "/" in str(sniff(head))


@given(
    st.sampled_from([b"\0\0\0\x20ftypmif1", b"\xff\xff\xff\xffftypmif1", b"\x1a\x45\xdf\xa3"]),
    st.binary(),
)
def test_any_rest(start: bytes, rest: bytes) -> None:
    sniff(start + rest)
