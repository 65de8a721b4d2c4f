"""Why a log stopped is read in the reader's language."""

import pytest

from parvis.web.halted import why_halted
from parvis.web.locales import LOCALES, Locale


@pytest.mark.parametrize(
    "said",
    [
        "its published checkpoint of 12 entries has another root than this database",
        "its published checkpoint of 12 entries does not go on from the 7 entries of this database",
        "its published checkpoint has 1 entries, and the file of entries 3 is missing or broken (Gone)",
        "its published checkpoint is not by a key that this database knows: the note is too long",
    ],
)
def test_every_reason_is_translated(said: str) -> None:
    shown = {why_halted(said, Locale(code)) for code in LOCALES}
    assert len(shown) == len(LOCALES)
    assert said not in shown
    assert why_halted("as an older version said", Locale("fr")) == "as an older version said"
