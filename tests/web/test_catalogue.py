"""The pages' texts: every one translated, none left over, French typography kept."""

import re

import pytest
from tests.web.catalogue import FOLDER, catalogue, sources

from parvis.web.locales import LOCALES

OTHERS = LOCALES[1:]  # the first is the language of the source texts
PLACE = re.compile(r"%\((\w+)\)s")
TAG = re.compile(r"</?\w+[^>]*>")


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_is_translated(code: str) -> None:
    known = {
        message.id for message in catalogue(code) if message.id and all(_texts(message.string))
    }
    missing = {text: place for text, place in sources().items() if text not in known}
    assert not missing


@pytest.mark.parametrize("code", OTHERS)
def test_no_translation_is_left_over(code: str) -> None:
    found = sources()
    assert not [message.id for message in catalogue(code) if message.id and message.id not in found]


@pytest.mark.parametrize("code", OTHERS)
def test_translations_keep_places_and_tags(code: str) -> None:
    for message in catalogue(code):
        for text in _texts(message.string):
            if message.id:
                source = message.id if isinstance(message.id, str) else message.id[-1]
                assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(source)), source
                assert TAG.findall(text) == TAG.findall(source), source
        assert not message.fuzzy, message.id


def test_french_typography() -> None:
    """A narrow no-break space stands before : ; ! ? and apostrophes are curved."""
    for message in catalogue("fr"):
        for text in _texts(message.string) if message.id else ():
            assert not re.search(r"(?<!\u202f)[:;!?»](?=\s|$)", text), text
            assert "'" not in text, text


def test_no_text_stands_outside_the_catalogues() -> None:
    """Words between tags of a template that nobody could translate."""
    left: dict[str, list[str]] = {}
    for path in FOLDER.glob("templates/**/*.html"):
        text = re.sub(r"\{%-?\s*trans.*?endtrans\s*-?%\}", "", path.read_text(), flags=re.DOTALL)
        text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", text, flags=re.DOTALL)
        text = re.sub(r'\s[a-z-]+="[^"]*"', "", text)  # attributes that a macro or block gives
        words = re.findall(r"[A-Za-zÀ-ÿ]{2,}", re.sub(r"<[^>]*>", " ", text, flags=re.DOTALL))
        words = [word for word in words if word not in {"Parvis", "UTC"}]
        if words:
            left[path.name] = words
    assert not left


def _texts(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else string
