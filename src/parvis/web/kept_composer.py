"""The empty composer above a home: kept as HTML beside its writer's row, like the cards below it.

It is the same each time but for the key that the message will be published under.
"""

import secrets
from typing import Any

import msgspec
from markupsafe import Markup

from parvis.domain.accounts.types import AccountRow
from parvis.web.composing.sheet import Sheet

VARIANTS_KEPT = 8  # languages and defaults of one person
_GAP = secrets.token_hex(16)


class KeptComposer:
    """The maker of empty composers for one language; called by the templates."""

    def __init__(self, environment: Any) -> None:
        self._environment = environment
        self._made: Any = None  # the macro, once it is compiled

    def __call__(self, visit: Any, sheet: Sheet) -> Markup:
        if visit.me is None:
            return self._macro(visit, sheet)
        writer: AccountRow = visit.me
        of_row: dict[str, Any] = vars(writer)
        kept: dict[tuple[object, ...], list[str]] = of_row.setdefault("composers", {})
        written = sheet.written
        key = (
            visit.locale.code,
            written.visibility,
            written.is_sensitive,
            written.language,
            sheet.has_emojis,
        )
        parts = kept.get(key)
        if parts is None:
            if len(kept) >= VARIANTS_KEPT:
                kept.clear()
            html = str(self._macro(visit, msgspec.structs.replace(sheet, key=_GAP)))
            parts = kept[key] = html.split(_GAP)
        return Markup(sheet.key.join(parts))  # noqa: S704 - rendered; the key is ours

    @property
    def _macro(self) -> Any:
        if self._made is None:
            self._made = self._environment.get_template("composer.html").module.composer
        return self._made
