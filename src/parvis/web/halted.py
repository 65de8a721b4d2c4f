"""Why a log stopped, in the reader's words: the log itself keeps it in English, as its successor says it."""

import re

from parvis.web.locales import N_, Locale

_WHY: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"its published checkpoint of (?P<size>\d+) entries has another root than this database"
        ),
        N_("Its published checkpoint of %(size)s entries has another root than this database."),
    ),
    (
        re.compile(
            r"its published checkpoint of (?P<size>\d+) entries does not go on from"
            r" the (?P<here>\d+) entries of this database"
        ),
        N_(
            "Its published checkpoint of %(size)s entries does not go on from the %(here)s entries of this"
            " database."
        ),
    ),
    (
        re.compile(
            r"its published checkpoint has (?P<size>\d+) entries, and the file of entries (?P<file>\d+)"
            r" is missing or broken \((?P<fault>\w+)\)"
        ),
        N_(
            "Its published checkpoint has %(size)s entries, and the file of entries %(file)s is missing or"
            " broken (%(fault)s)."
        ),
    ),
    (
        re.compile(
            r"its published checkpoint is not by a key that this database knows: (?P<fault>.+)",
            re.DOTALL,
        ),
        N_("Its published checkpoint is not by a key that this database knows (%(fault)s)."),
    ),
)


def why_halted(said: str, locale: Locale) -> str:
    """What an older version wrote otherwise stays as it is."""
    for pattern, text in _WHY:
        found = pattern.fullmatch(said)
        if found:
            return locale.text(text, **found.groupdict())
    return said
