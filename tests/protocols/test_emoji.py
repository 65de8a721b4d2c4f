"""Custom emoji in text."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols.emoji import ShortcodeInvalid, find_shortcodes, parse_shortcode


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", set()),
        (":", set()),
        (":blob: (:cat_2:)\n:blob:", {"blob", "cat_2"}),
        ("_:blob:_", {"blob"}),
        ("a:blob: :blob:a é:blob: :blob:2", set()),
        ("::blob:: :blob::", set()),
        ("at 12:34:56", set()),
        (":a: :a-b: : ab :", set()),
        (":aa:bb: cc:", set()),
        ("🙂:blob:🙂", {"blob"}),
    ],
)
def test_finds(text: str, expected: set[str]) -> None:
    assert find_shortcodes(text) == expected


@pytest.mark.parametrize("text", ["blob_cat", ":blob_cat:"])
def test_reads_a_name(text: str) -> None:
    assert parse_shortcode(text) == "blob_cat"


@pytest.mark.parametrize("text", ["", "a", ":a:", "a b", "é2", "a" * 129, ":", "::", "ab\n"])
def test_refuses_a_name(text: str) -> None:
    with pytest.raises(ShortcodeInvalid):
        parse_shortcode(text)


@given(st.text() | st.text(alphabet=":ab_ é"))
def test_any_text(text: str) -> None:
    for name in find_shortcodes(text):
        assert f":{name}:" in text
        with suppress(ShortcodeInvalid):
            assert parse_shortcode(name) == name
