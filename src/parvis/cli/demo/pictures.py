"""Pictures drawn by code, as PNG: faces, wide skies, and the scenes people show."""

from collections.abc import Callable
from random import Random
from typing import Any

import pyvips

from parvis.cli.demo.people import chance
from parvis.cli.demo.words import Scene

Draw = Callable[[Random, int, int], str]
SKINS = ("#f6d7bd", "#eab893", "#c98f66", "#a06a42", "#7a4b2c", "#5a3620")
MOUTH = 'stroke="#7c2d2d" stroke-width="6" fill="none" stroke-linecap="round"'
HAIRS = ("#241a14", "#4a2f1d", "#7a4a24", "#b9802f", "#c9c4bd", "#8c2f1c", "#30343f")


def draw_face(dice: Random) -> bytes:
    """Somebody's portrait in flat colours."""
    hue = dice.randrange(360)
    skin = dice.choice(SKINS)
    # Dark or grey on darker skins: brown on brown is no face any more.
    hair = dice.choice(HAIRS if skin in SKINS[:3] else (HAIRS[0], HAIRS[4], HAIRS[6]))
    shirt = _colour(hue + 160, 45, 45)
    shapes = [
        f'<rect width="400" height="400" fill="{_colour(hue, 55, 82)}"/>',
        f'<circle cx="310" cy="90" r="130" fill="{_colour(hue + 25, 60, 76)}"/>',
    ]
    if chance(dice, 0.5):  # long hair falls behind the shoulders
        shapes.append(f'<rect x="105" y="130" width="190" height="230" rx="80" fill="{hair}"/>')
    shapes += [
        f'<ellipse cx="200" cy="420" rx="150" ry="125" fill="{shirt}"/>',
        f'<rect x="170" y="240" width="60" height="80" rx="28" fill="{skin}"/>',
        f'<ellipse cx="200" cy="190" rx="82" ry="96" fill="{skin}"/>',
        f'<path d="{_fringe(dice)}" fill="{hair}"/>',
        '<circle cx="170" cy="195" r="8" fill="#222"/><circle cx="230" cy="195" r="8" fill="#222"/>',
        f'<path d="M170 236 Q200 {dice.randint(248, 266)} 230 236" {MOUTH}/>',
    ]
    if chance(dice, 0.35):  # glasses
        rim = 'fill="none" stroke="#333" stroke-width="6"'
        shapes.append(
            f'<circle cx="170" cy="195" r="26" {rim}/><circle cx="230" cy="195" r="26" {rim}/>'
            '<path d="M196 195h8" stroke="#333" stroke-width="6"/>'
        )
    return _png("".join(shapes), 400, 400)


def _fringe(dice: Random) -> str:
    crown = f"M116 185 Q{dice.randint(110, 150)} 75 200 84 Q{dice.randint(250, 295)} 75 284 185"
    return f"{crown} Q{dice.randint(240, 270)} 130 200 128 Q{dice.randint(135, 160)} 130 116 185Z"


def draw_sign(dice: Random) -> bytes:
    """For accounts that are nobody in particular."""
    return _png(_shapes(dice, 400, 400), 400, 400)


def draw_header(dice: Random) -> bytes:
    scene = dice.choice(("hills", "mountains", "sea", "stars", "city", "shapes"))
    return _png(SCENES[scene](dice, 1500, 500), 1500, 500)


def draw_scene(scene: Scene, dice: Random) -> bytes:
    return _png(SCENES[scene](dice, 1200, 800), 1200, 800)


def _png(shapes: str, width: int, height: int) -> bytes:
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}">{shapes}</svg>'
    )
    image: Any = pyvips.Image.svgload_buffer(drawn.encode())  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]  # made at run time
    return bytes(image.flatten(background=255).pngsave_buffer(compression=3))


def _colour(hue: float, saturation: float, lightness: float) -> str:
    return f"hsl({hue % 360:.0f},{saturation:.0f}%,{lightness:.0f}%)"


def _sky(top: str, bottom: str, width: int, height: int) -> str:
    return (
        f'<defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="{top}"/>'
        f'<stop offset="1" stop-color="{bottom}"/></linearGradient></defs>'
        f'<rect width="{width}" height="{height}" fill="url(#sky)"/>'
    )


def _ridge(dice: Random, size: tuple[int, int], level: float, rough: float, fill: str) -> str:
    """A skyline from side to side at a share of the height, with everything below it filled."""
    width, height = size
    steps = 9 if rough < 0.1 else 22  # noqa: PLR2004 - hills roll, mountains have teeth
    xs = [width * n / steps for n in range(steps + 1)]
    ys = [height * (level + dice.uniform(-rough, rough)) for _ in xs]
    path = f"M0 {height}L0 {ys[0]:.0f}"
    for n in range(1, len(xs)):
        if steps == 9:  # noqa: PLR2004 - rounded
            middle = (xs[n - 1] + xs[n]) / 2
            path += (
                f"C{middle:.0f} {ys[n - 1]:.0f} {middle:.0f} {ys[n]:.0f} {xs[n]:.0f} {ys[n]:.0f}"
            )
        else:
            path += f"L{xs[n]:.0f} {ys[n]:.0f}"
    return f'<path d="{path}L{width} {height}Z" fill="{fill}"/>'


def _hills(dice: Random, width: int, height: int) -> str:
    hue = dice.choice((95, 110, 130, 150))
    shapes = _sky("#cfe6ef", "#fdf3dc", width, height)
    shapes += (
        f'<circle cx="{width * 0.78}" cy="{height * 0.38}" r="{height * 0.08}" fill="#ffd98a"/>'
    )
    for n in range(5):
        fill = _colour(hue + 6 * n, 22 + 5 * n, 72 - 11 * n)
        shapes += _ridge(dice, (width, height), 0.48 + 0.12 * n, 0.05, fill)
    return shapes


def _mountains(dice: Random, width: int, height: int) -> str:
    shapes = _sky("#8fb3d9", "#f7d7d3", width, height)
    for n in range(4):
        fill = _colour(222 + 4 * n, 26 + 4 * n, 70 - 14 * n)
        shapes += _ridge(dice, (width, height), 0.45 + 0.15 * n, 0.12, fill)
        if n == 0:
            peak = dice.uniform(0.3, 0.6) * width
            shapes += (
                f'<path d="M{peak - height * 0.45:.0f} {height * 0.62:.0f}L{peak:.0f} {height * 0.14:.0f}'
                f'L{peak + height * 0.45:.0f} {height * 0.62:.0f}Z" fill="#9fb0d0"/>'
                f'<path d="M{peak - height * 0.13:.0f} {height * 0.28:.0f}L{peak:.0f} {height * 0.14:.0f}'
                f'L{peak + height * 0.13:.0f} {height * 0.28:.0f}L{peak:.0f} {height * 0.24:.0f}Z"'
                ' fill="#fff"/>'
            )
    return shapes


def _sea(dice: Random, width: int, height: int) -> str:
    shapes = _sky("#e9d9c9", "#f8efe2", width, height)
    shapes += (
        f'<circle cx="{width * 0.4}" cy="{height * 0.42}" r="{height * 0.09}" fill="#fbe3a4"/>'
    )
    for n in range(9):
        fill = _colour(200 + dice.uniform(-6, 6), 34, 74 - 5 * n)
        top = height * (0.45 + 0.065 * n)
        shapes += f'<rect y="{top:.0f}" width="{width}" height="{height}" fill="{fill}"/>'
    return shapes


def _stars(dice: Random, width: int, height: int) -> str:
    shapes = _sky("#0b1533", "#2b3a6b", width, height)
    for _ in range(220):
        x, y = dice.uniform(0, width), dice.uniform(0, height * 0.85)
        size = dice.choice((1, 1, 1.5, 2, 3))
        shapes += f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{size}" fill="#fff" opacity="0.9"/>'
    x, y, size = width * dice.uniform(0.2, 0.8), height * 0.3, height * 0.09
    shapes += f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{size:.0f}" fill="#fdf6d8"/>'
    shapes += (
        f'<circle cx="{x + size / 2:.0f}" cy="{y - size / 4:.0f}" r="{size:.0f}" fill="#131f45"/>'
    )
    return shapes + _ridge(dice, (width, height), 0.86, 0.11, "#050a18")


def _city(dice: Random, width: int, height: int) -> str:
    shapes = _sky("#3a2b58", "#f0a35e", width, height)
    x = 0.0
    while x < width:
        wide, tall = dice.uniform(0.05, 0.1) * width, dice.uniform(0.3, 0.72) * height
        top = height - tall
        wall = _colour(258, 24, dice.uniform(12, 20))
        shapes += (
            f'<rect x="{x:.0f}" y="{top:.0f}" width="{wide + 1:.0f}" height="{tall:.0f}"'
            f' fill="{wall}"/>'
        )
        across, down = max(2, int(wide // 26)), int(tall // 40)
        for n in range(across * down):
            if chance(dice, 0.35):
                left = x + wide * (n % across + 0.5) / across - 6
                y = top + 18 + 40 * (n // across)
                shapes += (
                    f'<rect x="{left:.0f}" y="{y:.0f}" width="12" height="18" fill="#ffd773"/>'
                )
        x += wide
    return shapes


# Heights of bars, as their descriptions tell them.
RAIN = (0.5, 0.45, 0.9, 0.6, 0.5, 0.35, 0.2, 0.06, 0.4, 0.65, 0.95, 0.7)
PEAK = (0.2, 0.22, 0.25, 0.24, 0.4, 0.95, 0.9, 0.45, 0.3, 0.25, 0.22, 0.2)
RISE = (0.2, 0.15, 0.28, 0.35, 0.45, 0.52, 0.6, 0.66, 0.75, 0.82, 0.88, 0.6)
FALL = (0.85, 0.92, 0.88, 0.95, 0.9, 0.97, 0.06, 0.05, 0.06, 0.05, 0.06, 0.05)
WEEK = (0.05, 0.08, 0.3, 0.97, 0.25, 0.07, 0.05)


def _bars(heights: tuple[float, ...]) -> Draw:
    def draw(dice: Random, width: int, height: int) -> str:
        wide = width * 0.84 / len(heights)
        shapes = f'<rect width="{width}" height="{height}" fill="#fbfaf6"/>'
        for n in range(5):
            across = f"M{width * 0.08} {height * (0.12 + 0.18 * n)}H{width * 0.94}"
            shapes += f'<path d="{across}" stroke="#dcd8cc" stroke-width="2"/>'
        hue = dice.choice((12, 160, 205, 260))
        for n, share in enumerate(heights):
            tall = height * 0.7 * share * dice.uniform(0.93, 1.03)
            left, top = width * 0.09 + n * wide, height * 0.84 - tall
            shapes += (
                f'<rect x="{left:.0f}" y="{top:.0f}" width="{wide * 0.72:.0f}" height="{tall:.0f}"'
                f' rx="6" fill="{_colour(hue + 3 * n, 52, 48)}"/>'
            )
        ground = f"M{width * 0.08} {height * 0.84}H{width * 0.94}"
        return shapes + f'<path d="{ground}" stroke="#444" stroke-width="4"/>'

    return draw


def _shapes(dice: Random, width: int, height: int) -> str:
    hue = dice.randrange(360)
    shapes = f'<rect width="{width}" height="{height}" fill="{_colour(hue, 40, 92)}"/>'
    for n in range(14):
        fill = _colour(hue + dice.choice((0, 30, 180, 210)), 62, dice.uniform(40, 70))
        x, y = dice.uniform(0, width), dice.uniform(0, height)
        size = height * dice.uniform(0.08, 0.3)
        if n % 2:
            shapes += (
                f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{size:.0f}" fill="{fill}" opacity="0.85"/>'
            )
        else:
            arc = f"M{x - size:.0f} {y:.0f}A{size:.0f} {size:.0f} 0 0 1 {x + size:.0f} {y:.0f}Z"
            shapes += f'<path d="{arc}" fill="{fill}"/>'
    return shapes


SCENES: dict[Scene, Draw] = {
    "hills": _hills,
    "mountains": _mountains,
    "sea": _sea,
    "stars": _stars,
    "city": _city,
    "chart": _bars(RAIN),
    "chart_peak": _bars(PEAK),
    "chart_rise": _bars(RISE),
    "chart_fall": _bars(FALL),
    "chart_week": _bars(WEEK),
    "shapes": _shapes,
}
