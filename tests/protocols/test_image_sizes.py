"""Sizes told by headers, compared with an independent reader; any bytes are borne."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from parvis.protocols.image_sizes import find_size

KINDS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
}
SIZES = [(1, 1), (64, 48), (300, 7), (257, 1025)]


def encoded(kind: str, size: tuple[int, int], **how: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (14, 106, 91)).save(made, KINDS[kind], **how)
    return made.getvalue()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", SIZES)
def test_sizes(kind: str, size: tuple[int, int]) -> None:
    assert find_size(kind, encoded(kind, size)) == size


@pytest.mark.parametrize("how", [{"lossless": True}, {"lossless": False}, {"exif": b"Exif\0\0"}])
def test_webp_s_three_forms(how: dict[str, object]) -> None:
    assert find_size("image/webp", encoded("image/webp", (300, 200), **how)) == (300, 200)


def test_jpeg_with_much_before_its_size() -> None:
    content = encoded("image/jpeg", (320, 200), progressive=True, comment=b"x" * 60_000)
    assert find_size("image/jpeg", content) == (320, 200)
    filled = content[:2] + b"\xff\xff" + content[2:]
    assert find_size("image/jpeg", filled) == (320, 200)


def test_what_is_not_told() -> None:
    assert find_size("video/mp4", b"\0" * 100) is None
    assert find_size("image/jpeg", b"\xff\xd8\xff\xda\0\x02") is None
    assert find_size("image/jpeg", b"\xff\xd8\0\0\0\0") is None
    assert find_size("image/png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dtEXt" + bytes(20)) is None
    assert find_size("image/webp", b"RIFF\0\0\0\0WEBPVP9 " + bytes(20)) is None
    assert find_size("image/avif", bytes(100)) is None


@given(kind=st.sampled_from(sorted(KINDS)), head=st.binary(max_size=300))
def test_any_bytes(kind: str, head: bytes) -> None:
    found = find_size(kind, head)
    assert found is None or min(found) >= 0


@given(kind=st.sampled_from(sorted(KINDS)), cut=st.integers(0, 400), noise=st.binary(max_size=80))
def test_files_cut_and_continued_otherwise(kind: str, cut: int, noise: bytes) -> None:
    find_size(kind, encoded(kind, (64, 48))[:cut] + noise)
