"""A process that makes pictures of one upload and ends: decoders meet strangers' bytes only here.

Started by infra/images.py with nothing of ours in its environment. Standard input: a line of JSON (the
recipe), then the upload. Standard output: a line of JSON, then the pictures it lists. Memory and
processor time are bounded by the kernel; only the decoder of the kind that was sniffed is open.
"""

import ctypes
import json
import math
import resource
import signal
import sys
from typing import Any

MEMORY = 1 << 30
CPU_S = 20
PR_SET_PDEATHSIG = 1

# Which of libvips's loaders reads which kind (the classes of `vips -l`).
LOADERS = {
    "image/jpeg": "VipsForeignLoadJpeg",
    "image/png": "VipsForeignLoadPng",
    "image/gif": "VipsForeignLoadNsgif",
    "image/webp": "VipsForeignLoadWebp",
    "image/avif": "VipsForeignLoadHeif",
}
ANIMATED = frozenset(("image/gif", "image/webp"))
MAX_PIXELS = 33_177_600  # also of all frames of an animation together
FRAME_SIDE_MOST = 16_384
CUT_FIRST = 8  # times as long as what stays: the rest of it is not made large


class Refused(Exception):
    """The upload is no picture we make something of."""


def confine() -> None:
    """Give up what decoding does not need, before the first foreign byte."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    confine()
    recipe = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    if len(content) != recipe["length"]:
        return  # whoever asked is gone
    try:
        answer, pictures = make(recipe, content)
    except Refused as refused:
        answer, pictures = {"refused": str(refused)}, []
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    for picture in pictures:
        sys.stdout.buffer.write(picture)


def make(recipe: dict[str, Any], content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Every picture of the recipe, and the blurhash of the last one."""
    import pyvips  # noqa: PLC0415 - after the limits stand

    kind: str = recipe["kind"]
    pyvips.operation_block_set("VipsForeignLoad", True)  # noqa: FBT003 - libvips's own signature
    pyvips.operation_block_set(LOADERS[kind], False)  # noqa: FBT003
    pyvips.cache_set_max(0)
    try:
        frames = check(pyvips, kind, content)
        listed: list[dict[str, Any]] = []
        pictures: list[bytes] = []
        image: Any = None
        for wanted in recipe["outputs"]:
            image = shrink(pyvips, content, wanted, frames)
            if wanted["is_icon"]:
                encoded, kind_made, extension = icon(image, wanted["margin"]), "image/png", "png"
            else:
                encoded, kind_made, extension = encode(image, kind, is_animated=is_moving(image))
            pictures.append(encoded)
            listed.append(
                {
                    "name": wanted["name"],
                    "length": len(encoded),
                    "content_type": kind_made,
                    "extension": extension,
                    "width": image.width,
                    "height": image.get_page_height(),
                }
            )
        answer = {"pictures": listed, "frames": frames, "blurhash": blurred(image)}
    except pyvips.Error:
        # libvips's own words name offsets and functions: nothing a person could act on.
        raise Refused("it is damaged or not complete") from None
    return answer, pictures


def check(pyvips: Any, kind: str, content: bytes) -> int:
    """The number of frames to show; refuses by the header what would be too large when decoded."""
    image = pyvips.Image.new_from_buffer(content, "", access="sequential", fail_on="error")
    width, height = image.width, image.height
    frames = image.get_n_pages() if kind in ANIMATED else 1
    if width > FRAME_SIDE_MOST or height > FRAME_SIDE_MOST or width * height > MAX_PIXELS:
        raise Refused(f"{width}x{height} pixels are too many; make it smaller")
    if frames * width * height > MAX_PIXELS:
        raise Refused(f"{frames} frames of {width}x{height} pixels are too many; make it shorter")
    return frames


def shrink(pyvips: Any, content: bytes, wanted: dict[str, Any], frames: int) -> Any:
    """One picture, upright, in sRGB, at most as large as wanted."""
    many = "n=-1" if frames > 1 and wanted["moves"] else ""
    options = f"{many},fail_on=error" if many else "fail_on=error"
    common = {"option_string": f"[{options}]", "export_profile": "srgb", "fail_on": "error"}
    if "cover" in wanted:
        image = cover(pyvips, content, wanted, common)
    else:
        header = pyvips.Image.new_from_buffer(content, "", access="sequential")
        width, height = upright(header)
        scale = min(1.0, math.sqrt(wanted["area"] / (width * height)))
        image = pyvips.Image.thumbnail_buffer(
            content,
            max(1, int(width * scale)),
            height=max(1, int(height * scale)),
            size="down",
            **common,
        )
    if image.interpretation not in ("srgb", "b-w"):
        image = image.colourspace("srgb")
    image = image.cast("uchar")
    return image.copy_memory()  # decoded once, here: whatever fails, fails before encoding


def cover(pyvips: Any, content: bytes, wanted: dict[str, Any], common: dict[str, Any]) -> Any:
    """Exactly so large, with the rest cut off: evenly, or as far as the focus lets it."""
    width, height = wanted["cover"]
    x, y = wanted["focus"]
    own_width, own_height = upright(
        pyvips.Image.new_from_buffer(content, "", access="sequential", fail_on="error")
    )
    scale = max(width / own_width, height / own_height)
    whole_width, whole_height = (
        max(width, round(own_width * scale)),
        max(height, round(own_height * scale)),
    )
    if whole_width > CUT_FIRST * width or whole_height > CUT_FIRST * height:
        return cut_first(pyvips, content, wanted, scale)
    if (x, y) == (0, 0) or max(whole_width, whole_height) > FRAME_SIDE_MOST:
        return pyvips.Image.thumbnail_buffer(
            content, width, height=height, crop="centre", size="both", **common
        )
    image = pyvips.Image.thumbnail_buffer(
        content, whole_width, height=whole_height, size="force", **common
    )
    left, top = (whole_width - width) * (1 + x) / 2, (whole_height - height) * (1 - y) / 2
    return image.crop(round(left), round(top), width, height)


def cut_first(pyvips: Any, content: bytes, wanted: dict[str, Any], scale: float) -> Any:
    """Of a picture far too narrow, what stays, which alone is made large; its first frame."""
    width, height = wanted["cover"]
    x, y = wanted["focus"]
    image = pyvips.Image.new_from_buffer(content, "", fail_on="error").autorot()
    kept_width = min(image.width, max(1, round(width / scale)))
    kept_height = min(image.height, max(1, round(height / scale)))
    left = round((image.width - kept_width) * (1 + x) / 2)
    top = round((image.height - kept_height) * (1 - y) / 2)
    kept = image.crop(left, top, kept_width, kept_height)
    return kept.thumbnail_image(width, height=height, size="force", export_profile="srgb")


def upright(header: Any) -> tuple[int, int]:
    """Width and height as the camera's orientation mark means them (EXIF 2.32, 5 to 8 are turned)."""
    turned = header.get("orientation") if header.get_typeof("orientation") else 1
    if turned in (5, 6, 7, 8):
        return header.height, header.width
    return header.width, header.height


def is_moving(image: Any) -> bool:
    return image.get_page_height() < image.height


def encode(image: Any, kind: str, *, is_animated: bool) -> tuple[bytes, str, str]:
    """Bytes, type and extension. `keep="none"`: no EXIF, GPS, XMP, IPTC, comment or profile goes on."""
    if is_animated:
        if kind == "image/gif":
            return image.gifsave_buffer(keep="none", effort=4), "image/gif", "gif"
        return image.webpsave_buffer(keep="none", Q=80, effort=3), "image/webp", "webp"
    if image.hasalpha() and is_see_through(image):
        if kind in ("image/png", "image/gif"):
            return image.pngsave_buffer(keep="none", compression=7), "image/png", "png"
        return image.webpsave_buffer(keep="none", Q=85, alpha_q=90), "image/webp", "webp"
    if image.hasalpha():
        image = image.flatten(background=[255])
    # Drawings and screenshots come as PNG: colours at full resolution keep their letters sharp.
    is_photo = kind not in ("image/png", "image/gif")
    encoded = image.jpegsave_buffer(
        keep="none",
        Q=85 if is_photo else 90,
        optimize_coding=True,
        subsample_mode="auto" if is_photo else "off",
    )
    return encoded, "image/jpeg", "jpg"


def icon(image: Any, margin: float) -> bytes:
    """A PNG; with a margin the picture is made smaller, on a ground of the colour of its corner."""
    if margin:
        width, height = image.width, image.height
        left, top = round(width * margin), round(height * margin)
        corner: list[float] = image.getpoint(0, 0)
        is_open = image.hasalpha() and corner[-1] == 0
        ground = [255.0] * image.bands if is_open else corner
        small = image.thumbnail_image(width - 2 * left, height=height - 2 * top, size="both")
        image = small.embed(left, top, width, height, extend="background", background=ground)
        if image.hasalpha():
            image = image.flatten(background=ground[:-1])
    return image.pngsave_buffer(keep="none", compression=7)


def is_see_through(image: Any) -> bool:
    opaque = 255
    return image[image.bands - 1].min() < opaque


def blurred(image: Any) -> str:
    """A blurhash of four by three components, of the first frame (github.com/woltapp/blurhash)."""
    import blurhash  # pyright: ignore[reportMissingTypeStubs]  # noqa: PLC0415 - needed here alone

    if is_moving(image):
        image = image.crop(0, 0, image.width, image.get_page_height())
    if image.hasalpha():
        image = image.flatten(background=[255])
    small = image.thumbnail_image(32, height=32, size="down").colourspace("srgb").cast("uchar")
    raw = small.write_to_memory()
    width, height, bands = small.width, small.height, small.bands
    rows = [
        [list(raw[at : at + 3]) for at in range(y * width * bands, (y + 1) * width * bands, bands)]
        for y in range(height)
    ]
    return str(blurhash.encode(rows, 4, 3))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


if __name__ == "__main__":
    main()
