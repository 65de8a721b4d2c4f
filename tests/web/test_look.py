"""The look's promises that can be counted: contrast and weight."""

import gzip
import re

import pytest

from parvis.web.static_files import further_sheets, style_sheet

SHEET = style_sheet().decode()
GZIPPED_AT_MOST = 12 * 1024

PAIRS = [
    ("ink-1", "stone-1"),
    ("ink-2", "stone-1"),
    ("ink-3", "stone-1"),
    ("ink-1", "stone-3"),
    ("ink-2", "stone-3"),
    ("ink-3", "stone-2"),
    ("ink-3", "stone-3"),
    ("ink-1", "fill"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("accent-ink", "stone-1"),
    ("accent-ink", "stone-2"),
    ("accent-ink", "accent-soft"),
    ("ink-1", "accent-soft"),
    ("ink-3", "accent-soft"),
    ("bad", "stone-2"),
    ("bad", "bad-soft"),
    ("ink-1", "bad-soft"),
    ("warn", "warn-soft"),
    ("ink-1", "warn-soft"),
    ("ink-3", "warn-soft"),
    *(("white", f"hue-{number}") for number in range(8)),
]


def tokens(scheme: str) -> dict[str, str]:
    light, _, rest = SHEET.partition("@media (prefers-color-scheme:dark)")
    dark = rest.partition("@media")[0]
    texts = [light, dark] if scheme == "dark" else [light]
    found = {"white": "#ffffff"}
    for text in texts:
        found |= dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})\b", text))
    return found


def brightness(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour[1:]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_words_stand_out(scheme: str, ink: str, ground: str) -> None:
    known = tokens(scheme)
    high, low = sorted((brightness(known[ink]), brightness(known[ground])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_of_fields_stand_out(scheme: str) -> None:
    known = tokens(scheme)
    high, low = sorted((brightness(known["edge"]), brightness(known["stone-2"])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 3


def test_style_sheets_are_light() -> None:
    assert len(gzip.compress(SHEET.encode(), 9)) <= GZIPPED_AT_MOST
    for name, sheet in further_sheets().items():
        assert 0 < len(gzip.compress(sheet, 9)) <= GZIPPED_AT_MOST / 3, name


def test_what_becomes_ink_for_more_contrast_lies_under_no_text() -> None:
    """Edges grow as dark as ink where more contrast is asked for: none of them fills what has words on it."""
    told = SHEET.partition("@media (prefers-contrast:more){:root{")[2].partition("}")[0]
    inked = [name for name in re.findall(r"--([\w-]+):", told) if not name.startswith("ink")]
    assert inked == ["stone-4", "stone-5", "edge"]
    for name in inked:
        assert not re.search(rf"(?:background|fill):var\(--{name}\)", SHEET), name
