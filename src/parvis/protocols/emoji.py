"""Custom emoji as people write them: `:name:`."""

import re


class ShortcodeInvalid(ValueError):
    """The text cannot name an emoji."""


MAX_SHORTCODE = 128  # so that a name fits in a line of an emoji picker's list
_NAME = r"[a-zA-Z0-9_]{2,}"
_SHORTCODE = re.compile(_NAME, re.ASCII)
# Mastodon's boundary: no letter, digit or colon touches it, so 12:34:56 and a::b:: hold none.
_IN_TEXT = re.compile(rf"(?<![^\W_])(?<!:):({_NAME}):(?![^\W_])(?!:)")


def find_shortcodes(text: str) -> frozenset[str]:
    """Give the names in a text, spelled as written; which of them exist is not known here."""
    if text.count(":") < 2:  # noqa: PLR2004 a name needs one on each side
        return frozenset()
    return frozenset(_IN_TEXT.findall(text))


def parse_shortcode(text: str) -> str:
    """Check the name of a new emoji; colons around it are tolerated."""
    name = text[1:-1] if text.startswith(":") and text.endswith(":") else text
    if len(name) > MAX_SHORTCODE:
        raise ShortcodeInvalid(f"A shortcode has at most {MAX_SHORTCODE} characters")
    if not _SHORTCODE.fullmatch(name):
        raise ShortcodeInvalid("A shortcode has two or more letters, numbers or underscores")
    return name
