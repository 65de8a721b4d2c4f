"""Languages of texts and of readers."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols.languages import LanguageInvalid, parse_language, pick_locale

SUPPORTED = ("en", "fr", "pt-BR")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fr", "fr"),
        (" FR ", "fr"),
        ("fr-CA", "fr"),
        ("zh_Hant_TW", "zh"),
        ("fra", "fr"),
        ("fre", "fr"),
        ("deu", "de"),
        ("tgl", "tl"),
        ("gsw", "gsw"),
        ("tok", "tok"),
        ("ckb", "ckb"),
        ("iw", "he"),
        ("sh", "sr"),
    ],
)
def test_reads(text: str, expected: str) -> None:
    assert parse_language(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "f", "xx", "und", "zxx", "mul", "français", "english", "-fr", "fr" + "-x" * 50, "\0"],
)
def test_refuses(text: str) -> None:
    with pytest.raises(LanguageInvalid):
        parse_language(text)


@given(st.text() | st.from_regex(r"[a-zA-Z]{2,3}(-[A-Z]{2})?", fullmatch=True))
def test_any_language_is_read_or_refused(text: str) -> None:
    with suppress(LanguageInvalid):
        code = parse_language(text)
        assert parse_language(code) == code == code.lower()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "en"),
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("de,en;q=0.3,fr;q=0.7", "fr"),
        ("fr;q=0.5 , en;q=0.5", "fr"),
        ("PT-br", "pt-BR"),
        ("pt", "en"),
        ("de", "en"),
        ("de, *;q=0.1", "en"),
        ("en;q=0, *", "fr"),
        ("en;q=0, fr;q=0, pt-br;q=0, *", "en"),
        ("fr;q=2, en;q=0.1", "en"),
        ("fr;q=0.5000, ;;;, pt-BR;q=1.000", "pt-BR"),
        ("x" * 5_000 + ",fr", "en"),
        (",".join(["de"] * 20 + ["fr"]), "en"),
    ],
)
def test_picks(header: str | None, expected: str) -> None:
    assert pick_locale(header, SUPPORTED) == expected


@given(st.text() | st.text(alphabet="fren-;q=01., *"))
def test_any_header_gives_a_translation(header: str) -> None:
    assert pick_locale(header, SUPPORTED) in SUPPORTED
