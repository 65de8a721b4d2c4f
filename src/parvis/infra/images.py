"""Pictures from uploads, made by a process of its own for each (image_child.py).

Starting it costs about 0.1 s of processor time, decoding a photograph about as much; in exchange a
decoder that is taken over, hangs or dies reaches neither this process nor the next upload.
"""

import asyncio
from pathlib import Path
from typing import Any

import msgspec

from parvis.infra import decoders

CHILD = Path(__file__).with_name("image_child.py")
LIMIT_S = 30.0
VIPS = {
    "VIPS_CONCURRENCY": "2",
    "MALLOC_ARENA_MAX": "2",  # each arena reserves 64 MiB of the memory it may have
}


class ImageInvalid(Exception):
    """No picture can be made of it; the message is the end of a sentence that begins "The file"."""


class Wanted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A picture to make: no more pixels than `area`, or exactly `cover` with the rest cut off.

    `is_icon`: PNG, whatever it came as. `margin`: the share of each side left free around it, in the
    colour of its corner, for who cuts icons to a shape of theirs.
    """

    name: str
    area: int = 0
    cover: tuple[int, int] = (0, 0)
    focus: tuple[float, float] = (
        0,
        0,
    )  # of `cover`: what stays, from (-1, -1) below left to (1, 1)
    moves: bool = False  # keeps the frames of an animation
    is_icon: bool = False
    margin: float = 0.0


class Picture(msgspec.Struct, frozen=True):
    """A picture made: stripped of all metadata, upright, in sRGB."""

    content: bytes
    content_type: str
    extension: str
    width: int
    height: int


class Made(msgspec.Struct, frozen=True):
    pictures: dict[str, Picture]
    frames: int
    blurhash: str


class Images:
    """Makes pictures, `room` uploads at a time."""

    def __init__(self, *, room: int = 2) -> None:
        self._room = asyncio.Semaphore(room)

    async def make(self, kind: str, content: bytes, *wanted: Wanted) -> Made:
        """The wanted pictures of an upload of this (sniffed) kind; the blurhash is of the last."""
        recipe = {
            "kind": kind,
            "length": len(content),
            "outputs": [_told(one) for one in wanted],
        }
        async with self._room:
            raw = await _run(msgspec.json.encode(recipe) + b"\n" + content)
        return _read(raw)


def _told(wanted: Wanted) -> dict[str, Any]:
    said: dict[str, Any] = {"name": wanted.name, "moves": wanted.moves}
    said |= {"is_icon": wanted.is_icon, "margin": wanted.margin}
    if wanted.cover[0]:
        return said | {"cover": wanted.cover, "focus": wanted.focus}
    return said | {"area": wanted.area}


async def _run(said: bytes) -> bytes:
    try:
        return await decoders.run(CHILD, said, limit_s=LIMIT_S, environment=VIPS)
    except decoders.DecoderFailed as failed:
        raise ImageInvalid(str(failed)) from None


def _read(raw: bytes) -> Made:
    head, _, rest = raw.partition(b"\n")
    if not head:
        raise ImageInvalid("could not be read")
    answer: dict[str, Any] = msgspec.json.decode(head)
    if "refused" in answer:
        raise ImageInvalid(f"cannot be used: {answer['refused']}")
    pictures: dict[str, Picture] = {}
    at = 0
    for one in answer["pictures"]:
        content = rest[at : at + one["length"]]
        at += one["length"]
        pictures[one["name"]] = Picture(
            content, one["content_type"], one["extension"], one["width"], one["height"]
        )
    return Made(pictures, answer["frames"], answer["blurhash"])
