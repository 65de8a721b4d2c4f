"""Pictures made for tests, kind ones and wicked ones, and the form that uploads them."""

import io
import struct
import zlib
from typing import Any

import aiohttp
from PIL import Image

PARIS = {1: "N", 2: (48.0, 51.0, 12.0), 3: "E", 4: (2.0, 20.0, 50.0)}  # GPS latitude and longitude
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML_TAIL = b"<!doctype html><script>alert('polyglot')</script>PK\x03\x04 secret tail"


def encoded(image: Image.Image, kind: str, **how: Any) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **how)
    return made.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def plain(width: int = 64, height: int = 48, kind: str = "JPEG") -> bytes:
    return encoded(Image.new("RGB", (width, height), (14, 106, 91)), kind)


def revealing() -> bytes:
    """A photograph lying on its side that names its place, its author and its camera."""
    image = Image.new("RGB", (120, 80), (200, 60, 20))
    image.paste((20, 60, 200), (0, 0, 120, 40))
    exif = Image.Exif()
    exif[0x010F] = "Acme Cameras"
    exif[0x013B] = "Alice Liddell"
    exif[0x0112] = 6  # turn right by a quarter to see it
    exif[0x8825] = PARIS
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>Alice Liddell was here</x:xmpmeta>"
    return encoded(image, "JPEG", exif=exif, xmp=xmp, comment=b"Alice Liddell wrote this")


def see_through() -> bytes:
    image = Image.new("RGBA", (90, 60), (14, 106, 91, 255))
    image.paste((0, 0, 0, 0), (0, 0, 45, 60))
    return encoded(image, "PNG")


def moving(frames: int = 5) -> bytes:
    first, *others = [Image.new("RGB", (80, 50), (40 * n, 20, 90)) for n in range(frames)]
    return encoded(first, "GIF", save_all=True, append_images=others, duration=80, loop=0)


def png_claiming(width: int, height: int) -> bytes:
    """A small file whose header claims any size: a bomb when a decoder believes it."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        whole = kind + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def form(content: bytes, *, name: str = "file", filename: str = "a.jpg", **fields: str) -> Any:
    """A multipart body with one file; what it calls itself is a lie as often as not."""
    said = aiohttp.FormData()
    for field, value in fields.items():
        said.add_field(field, value)
    # A file object: aiohttp warns of large bytes.
    said.add_field(name, io.BytesIO(content), filename=filename, content_type="image/jpeg")
    return said
