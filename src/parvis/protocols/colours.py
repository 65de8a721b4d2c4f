"""A network's colour in every shade that pages need, each with enough contrast where it stands.

Shades are chosen in OKLCH (Björn Ottosson, "A perceptual color space for image processing", 2020): hue and
strength stay what the owner chose as far as sRGB can show them, and only the lightness moves until
the contrast of WCAG 2.2 (§1.4.3) is reached.
"""

import math
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

CONTRAST = 4.5  # of words, WCAG 2.2 level AA
_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_STEP = 0.005

# The tokens of the style sheet that an accent stands on, or that stand on its soft shade; a test
# compares them with the sheet.
LIGHT = {"stone-1": "#fbfaf7", "stone-2": "#ffffff", "ink-3": "#696459"}
DARK = {"stone-1": "#141512", "stone-2": "#1b1d19", "stone-3": "#23261f", "ink-3": "#a8a396"}
WHITE = "#ffffff"


class ColourInvalid(ValueError):
    """The text is no colour; the message is the end of a sentence that begins with its name."""


class Lch(NamedTuple):
    """Lightness 0..1, strength (chroma), hue in radians."""

    lightness: float
    chroma: float
    hue: float


class Shades(NamedTuple):
    """The accent's tokens of one scheme, as `#rrggbb`."""

    accent: str
    ink: str  # words in the colour
    soft: str  # a ground for them
    on: str  # words on the accent
    hover: str


def parse_colour(text: str) -> str:
    """`#rrggbb` in lower case, of that or of `#rgb`."""
    found = _HEX.fullmatch(text.strip())
    if found is None:
        raise ColourInvalid("is not a colour such as #0e6a5b")
    digits = found[1].lower()
    return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits)  # noqa: PLR2004 - #rgb


def contrast(one: str, other: str) -> float:
    """How much two colours stand out from each other, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def light_shades(colour: str) -> Shades:
    """Shades for the light scheme: white words stand on the accent."""
    own = to_lch(colour)
    accent = _move(own, -_STEP, lambda shade: contrast(shade, WHITE) >= CONTRAST)
    soft = _move(
        Lch(0.93, min(own.chroma, 0.035), own.hue),
        _STEP,
        lambda shade: contrast(shade, LIGHT["ink-3"]) >= CONTRAST,
    )
    grounds = (LIGHT["stone-1"], LIGHT["stone-2"], soft)
    ink = _move(
        _shift(to_lch(accent), -0.06), -_STEP, lambda shade: _stands_on(shade, grounds, CONTRAST)
    )
    return Shades(accent, ink, soft, WHITE, to_hex(_shift(to_lch(accent), -0.05)))


def dark_shades(colour: str) -> Shades:
    """Shades for the dark scheme: words on the accent are a very dark shade of it."""
    own = to_lch(colour)
    on = to_hex(Lch(0.2, min(own.chroma, 0.04), own.hue))
    grounds = (DARK["stone-1"], DARK["stone-2"], DARK["stone-3"], on)
    accent = _move(
        Lch(max(own.lightness, 0.74), min(own.chroma, 0.15), own.hue),
        _STEP,
        lambda shade: _stands_on(shade, grounds, CONTRAST),
    )
    soft = _move(
        Lch(0.33, min(own.chroma, 0.05), own.hue),
        -_STEP,
        lambda shade: contrast(shade, DARK["ink-3"]) >= CONTRAST,
    )
    ink = _move(
        _shift(to_lch(accent), 0.05),
        _STEP,
        lambda shade: _stands_on(shade, (*grounds[:3], soft), CONTRAST),
    )
    return Shades(accent, ink, soft, on, to_hex(_shift(to_lch(accent), 0.04)))


def style_sheet(colour: str) -> str:
    """The rules that put a network's colour in place of the style sheet's own."""
    light, dark = _rules(light_shades(colour)), _rules(dark_shades(colour))
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def _rules(shades: Shades) -> str:
    named = {
        "accent": shades.accent,
        "accent-ink": shades.ink,
        "accent-soft": shades.soft,
        "on-accent": shades.on,
        "accent-hover": shades.hover,
    }
    return ";".join(f"--{name}:{shade}" for name, shade in named.items())


def _stands_on(shade: str, grounds: Iterable[str], least: float) -> bool:
    return all(contrast(shade, ground) >= least for ground in grounds)


def _move(shade: Lch, step: float, suffices: Callable[[str], bool]) -> str:
    """The first shade in this direction that suffices; black and white end the way."""
    while 0 < shade.lightness < 1:
        made = to_hex(shade)
        if suffices(made):
            return made
        shade = _shift(shade, step)
    return to_hex(shade)


def _shift(shade: Lch, by: float) -> Lch:
    return shade._replace(lightness=min(1.0, max(0.0, shade.lightness + by)))


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _unbend(red), _unbend(green), _unbend(blue)


def _unbend(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB


def _bend(part: float) -> float:
    return part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055  # noqa: PLR2004 - sRGB


def to_lch(colour: str) -> Lch:
    """A colour as lightness, strength and hue."""
    red, green, blue = _linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return Lch(lightness, math.hypot(a, b), math.atan2(b, a))


def to_hex(shade: Lch) -> str:
    """The colour nearest to a shade: its strength gives way until sRGB can show it."""
    low, high = 0.0, shade.chroma
    parts = _rgb(shade)
    if not _is_shown(parts):
        for _ in range(12):
            middle = (low + high) / 2
            if _is_shown(_rgb(shade._replace(chroma=middle))):
                low = middle
            else:
                high = middle
        parts = _rgb(shade._replace(chroma=low))
    return "#" + "".join(f"{round(255 * _bend(min(1.0, max(0.0, part)))):02x}" for part in parts)


def _is_shown(parts: tuple[float, float, float]) -> bool:
    return all(-0.0005 <= part <= 1.0005 for part in parts)  # noqa: PLR2004 - a rounding's room


def _rgb(shade: Lch) -> tuple[float, float, float]:
    a, b = shade.chroma * math.cos(shade.hue), shade.chroma * math.sin(shade.hue)
    long = (shade.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (shade.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (shade.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
