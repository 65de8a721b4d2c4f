"""Passwords that are tried first: refused, as NIST SP 800-63B-4 §3.1.1.2 asks of whoever keeps passwords.

A rule finds what is typed without thinking (one letter, a row of keys, counting); a list the words that head
every list of stolen passwords, in French and English, whatever digits and signs are hung on them.
"""

import re
import unicodedata
from importlib.resources import files

_ROWS = (
    "qwertyuiop",
    "azertyuiop",
    "qwertzuiop",
    "asdfghjkl",
    "qsdfghjklm",
    "zxcvbnm",
    "wxcvbn",
    "1234567890",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1a2z3e4r5t6y7u8i9o0p",
    "a1z2e3r4t5y6u7i8o9p0",
    "abcdefghijklmnopqrstuvwxyz",
)
_REPEATED = re.compile(r"(.+?)\1+", re.DOTALL)
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_SIGNS = re.compile(r"[\W_]+")
_READ_AS = str.maketrans("0134578@$!", "oleastbasi")  # passw0rd, p@ssword
_SHORTEST_ROW, _LONGEST_REPEATED = 4, 4
# What is left of them without digits and signs at either end, and without spaces.
_LISTED = (files("parvis.domain.access") / "guessed.txt").read_text("utf-8").splitlines()
WORDS = frozenset(word for line in _LISTED if line[:1] != "#" for word in line.split())


def is_guessed(password: str, *names: str) -> bool:
    """Whether somebody who guesses tries it early; `names` are those the person is known by."""
    said = _SIGNS.sub("", _plain(password)) or password
    if any(map(_is_typed_blindly, (said, said[1:], said[:-1]))):
        return True
    known = WORDS | {_stem(name) for name in names}
    word = _EDGES.sub("", _plain(password))
    found = {_once(_SIGNS.sub("", one)) for one in (word, word.translate(_READ_AS))}
    return any(one in known for one in found if one)


def _plain(text: str) -> str:
    """Small letters without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))


def _stem(text: str) -> str:
    """The word in it: what stands at either end that is no letter, and spaces and signs, are left out."""
    return _SIGNS.sub("", _EDGES.sub("", _plain(text)))


def _once(word: str) -> str:
    """A word said several times, said once."""
    found = _REPEATED.fullmatch(word)
    return found[1] if found else word


def _is_typed_blindly(said: str) -> bool:
    """One thing over and over, or pieces of rows of keys alone."""
    over = _REPEATED.fullmatch(said)
    if over and len(over[1]) <= _LONGEST_REPEATED:
        return True
    rest, pieces = said, 0
    while rest:
        taken = _piece(rest)
        if taken < min(_SHORTEST_ROW, len(said)):
            return False
        rest, pieces = rest[taken:], pieces + 1
    return pieces > 0


def _piece(text: str) -> int:
    """How many letters at the beginning stand so in a row of keys, read either way."""
    longest = 0
    for row in _ROWS:
        for way in (row * 2, row[::-1] * 2):
            length = longest
            while length < len(text) and text[: length + 1] in way:
                length += 1
            longest = max(longest, length)
    return longest
