"""The empty composer of the home, kept as HTML: making it anew would cost as much as all the cards below.

What is one reader's own (account, face, the key of the next message) is put between the kept parts.
"""

import secrets
from typing import Any

from markupsafe import Markup

from parvis.web.composing.sheet import Sheet

KEPT = 64  # variants: audiences and languages that people begin with
_GAP = f"<!--{secrets.token_hex(16)}-->"
GAP = Markup(_GAP)  # noqa: S704 - ours


class Composers:
    """The maker of composers for one language; called by the templates."""

    def __init__(self, environment: Any) -> None:
        self._environment = environment
        self._made: Any = None  # the macros, once they are compiled
        self._kept: dict[tuple[object, ...], list[str]] = {}

    def __call__(self, visit: Any, sheet: Sheet) -> Markup:
        if self._made is None:
            self._made = self._environment.get_template("composing/composer.html").module
        face = self._made.own_face(visit) if visit.me and sheet.place != "page" else ""
        if sheet.place != "home":
            return Markup(self._made.composer(visit, sheet, visit.viewer_id, face, sheet.key))  # noqa: S704 - rendered
        start, before, after, end = self._parts(visit, sheet)
        key = Markup("{}").format(sheet.key)
        return Markup(f"{start}{visit.viewer_id}{before}{face}{after}{key}{end}")  # noqa: S704 - rendered

    def _parts(self, visit: Any, sheet: Sheet) -> list[str]:
        written = sheet.written
        beginning = (
            written.visibility,
            written.is_sensitive,
            written.language,
            sheet.has_emojis,
        )
        kept = self._kept.get(beginning)
        if kept is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            made = str(self._made.composer(visit, sheet, GAP, GAP, GAP))
            kept = self._kept[beginning] = made.split(_GAP)
        return kept
