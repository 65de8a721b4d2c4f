"""The pages' languages: gettext catalogues compiled at start, dates and numbers by Babel.

English is the language of the source texts; every other language is a catalogue in locale/.
"""

import gettext
import io
import re
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale as Territory
from babel.dates import format_date, format_datetime, format_timedelta
from babel.lists import format_list
from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from markupsafe import Markup

from parvis.infra.clock import now

# Of whoever reads what is being rendered; None: not known. Macros and filters have no other way to it.
ZONE: ContextVar[ZoneInfo | None] = ContextVar("zone", default=None)
LOCALES = ("en", "fr")
NAMES = {"en": "English", "fr": "Français"}  # each in its own language
_EXACT_BELOW = 10_000  # larger counts are rounded: 12,3 k
_UNIT, _DIGITS = 999.5, 99.5  # of sizes: when the next unit comes, and when decimals go
_MINUTE = timedelta(minutes=1)
_UNITS = (1_440, 60, 1)  # minutes of a day, an hour
_RELATIVE_MINUTES = 7 * 1_440


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for a text translated later
    """Mark a text for the catalogues; `Locale.text` translates it when it is shown."""
    return text


class Locale:
    """Everything that depends on the reader's language."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.territory = Territory.parse(code)
        self.direction = self.territory.text_direction
        self.translations = read_catalogue(code)

    def text(self, message: str, /, **values: object) -> str:
        """A source text in this language, its %(named)s values filled in."""
        found = self.translations.gettext(message)
        return found % values if values else found

    def number(self, number: int) -> str:
        return _number(number, self.code)

    def count(self, number: int) -> str:
        """A count beside an icon: exact while small."""
        if number < _EXACT_BELOW:
            return self.number(number)
        return str(format_compact_decimal(number, locale=self.territory, fraction_digits=1))

    def percent(self, share: float) -> str:
        return str(
            format_percent(
                share, format="0.#\u202f%" if self.code == "fr" else "0.#%", locale=self.territory
            )
        )

    def decimal(self, number: float, digits: int = 2) -> str:
        """A figure that is no count, with so many digits."""
        return str(format_decimal(number, format=f"0.{'0' * digits}", locale=self.territory))

    def listed(self, parts: list[str]) -> str:
        return str(format_list(parts, locale=self.territory))

    def day(self, moment: datetime) -> Markup:
        there = in_zone(moment)
        pattern = _day_pattern(there, self.code) + " MMMM y"
        return _time(moment, str(format_date(there, pattern, locale=self.territory)))

    def whole_day(self, moment: datetime) -> Markup:
        """The same day for readers in every zone."""
        pattern = _day_pattern(moment, self.code) + " MMMM y"
        said = format_date(moment.astimezone(UTC), pattern, locale=self.territory)
        return _time(moment, str(said))

    def shortday(self, day: date) -> str:
        """A day as charts name it, in few letters."""
        return str(format_date(day, _day_pattern(day, self.code) + " MMM", locale=self.territory))

    def size(self, count: int) -> str:
        """So many bytes, in the unit that fits."""
        units = [N_("%(n)s KB"), N_("%(n)s MB"), N_("%(n)s GB"), N_("%(n)s TB")]
        amount = count / 1_000
        while len(units) > 1 and amount >= _UNIT:
            amount, units = amount / 1_000, units[1:]
        pattern = "0.#" if amount < _DIGITS else "0"
        return self.text(units[0], n=format_decimal(amount, format=pattern, locale=self.territory))

    def month(self, moment: datetime) -> Markup:
        return _time(moment, str(format_date(in_zone(moment), "LLLL y", locale=self.territory)))

    def moment(self, moment: datetime) -> Markup:
        """A day and its hour where the reader is; in UTC, and saying so, while that is not known."""
        return _time(moment, self.full(moment))

    def ago(self, moment: datetime) -> Markup:
        """How long ago, in few letters; the full moment is the title."""
        minutes = min((now() - moment) // _MINUTE, _RELATIVE_MINUTES)
        return _ago(moment, minutes, self, ZONE.get())

    def age(self, moment: datetime, minutes: int) -> str:
        """A moment that many whole minutes ago (fewer than 0: to come), in few letters."""
        if -1 <= minutes < 1:
            return self.text(N_("now"))
        if 0 <= minutes < _RELATIVE_MINUTES:
            # Whole units: Babel rounds, and 23 h 40 min would be 24 h instead of 23.
            unit = next(one for one in _UNITS if minutes >= one)
            age = minutes // unit * unit * _MINUTE
            shown = str(format_timedelta(age, threshold=1, format="narrow", locale=self.territory))
            # In French a unit stands apart from its number: 3 h, not 3h.
            return re.sub(r"(?<=\d)(?=[a-z])", "\u202f", shown) if self.code == "fr" else shown
        there = in_zone(moment)
        year = "" if there.year == in_zone(now()).year else " y"
        pattern = _day_pattern(there, self.code) + " MMM" + year
        return str(format_date(there, pattern, locale=self.territory))

    def full(self, moment: datetime) -> str:
        # Without its zone: two clocks' moments that are one would be one key of the cache.
        there = in_zone(moment).replace(second=0, microsecond=0, tzinfo=None)
        said = _full(there, self.code)
        return said if ZONE.get() else f"{said} UTC"


def in_zone(moment: datetime) -> datetime:
    """A moment as the reader's clock shows it."""
    return moment.astimezone(ZONE.get() or UTC)


@lru_cache(maxsize=1_000)
def zone_of(name: str) -> ZoneInfo | None:
    """The zone a browser names; None: unknown here. Names are compared before any file is opened."""
    return ZoneInfo(name) if name in _zone_names() else None


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=10_000)  # Babel takes longer to write a number than a page its card
def _number(number: int, code: str) -> str:
    return str(format_decimal(number, locale=code))


@lru_cache(maxsize=10_000)
def _full(minute: datetime, code: str) -> str:
    pattern = _day_pattern(minute, code) + " MMMM y HH:mm"
    return str(format_datetime(minute, pattern, locale=code))


@lru_cache(maxsize=20_000)  # a page of cards asks for the same minute again and again
def _ago(moment: datetime, minutes: int, locale: Locale, _zone: ZoneInfo | None) -> Markup:
    return _time(moment, locale.age(moment, minutes), locale.full(moment))


def _day_pattern(moment: date, code: str) -> str:
    """The day stands first in both languages: one order on every page."""
    return "d'er'" if code == "fr" and moment.day == 1 else "d"  # le 1er décembre


def _time(moment: datetime, shown: str, title: str = "") -> Markup:
    iso = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if title:
        return Markup('<time datetime="{}" title="{}">{}</time>').format(iso, title, shown)
    return Markup('<time datetime="{}">{}</time>').format(iso, shown)


def read_catalogue(code: str) -> gettext.NullTranslations:
    """The texts of a language, compiled in memory: compiled files in git would go stale."""
    if code == LOCALES[0]:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    mofile.write_mo(compiled, source_catalogue(code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def source_catalogue(code: str) -> Catalog:
    """All files of locale/<code> as one: a file for each part of the interface."""
    whole: Catalog | None = None
    parts = (files("parvis.web") / "locale" / code).iterdir()
    for part in sorted(
        (one for one in parts if one.name.endswith(".po")), key=lambda one: one.name
    ):
        read = pofile.read_po(io.BytesIO(part.read_bytes()), locale=code)
        if whole is None:
            whole = read
            continue
        for message in read:
            if not message.id:
                continue
            if message.id in whole:
                raise ValueError(f"{part.name} translates again: {message.id!r}")
            whole.add(message.id, message.string, flags=message.flags)
    if whole is None:
        raise ValueError(f"no texts in {code}")
    return whole


@cache
def locale_of(code: str) -> Locale:
    """The one `Locale` of a supported code."""
    return Locale(code)


def callables(locale: Locale) -> dict[str, Any]:
    """What templates call to write in this language."""
    return {
        name: getattr(locale, name)
        for name in (
            "number",
            "count",
            "percent",
            "decimal",
            "listed",
            "day",
            "shortday",
            "whole_day",
            "month",
            "moment",
            "ago",
            "size",
        )
    }
