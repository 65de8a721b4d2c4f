"""Charts drawn here: points and bars for a template to write as SVG. No script, no library."""

from collections.abc import Sequence
from datetime import date

import msgspec

WIDTH, HEIGHT = 300.0, 100.0  # of the drawing; it is stretched to the room there is
_GAP = 0.28  # of a bar's room


class Bar(msgspec.Struct, frozen=True):
    """A day's bar, and where the line of the same figures passes."""

    day: date
    value: int
    x: str
    y: str
    width: str
    height: str


class Chart(msgspec.Struct, frozen=True):
    """Figures of days. `line` and `area` are paths through the same points as the bars' tops."""

    bars: list[Bar]
    line: str
    area: str
    highest: int
    total: int
    before: int | None  # the total of as many days before; None: not known


def draw(days: Sequence[date], values: Sequence[int], before: int | None = None) -> Chart:
    """The chart of one figure, scaled to its highest day."""
    highest = max(values, default=0)
    room = WIDTH / max(len(days), 1)
    bars: list[Bar] = []
    points: list[str] = []
    for number, (day, value) in enumerate(zip(days, values, strict=True)):
        height = HEIGHT * value / highest if highest else 0.0
        bars.append(
            Bar(
                day,
                value,
                _short(number * room + room * _GAP / 2),
                _short(HEIGHT - height),
                _short(room * (1 - _GAP)),
                _short(height),
            )
        )
        points.append(f"{_short((number + 0.5) * room)} {_short(HEIGHT - height)}")
    line = "M" + "L".join(points) if points else ""
    area = f"{line}V{HEIGHT:.0f}H{_short(room / 2)}Z" if points else ""
    return Chart(bars, line, area, highest, sum(values), before)


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
