"""How one publishes unless one says otherwise, and what is opened when one reads."""

from typing import Any, cast, get_args

import msgspec
from starlette.responses import Response

from parvis.domain.access.credentials import Defaults, change_defaults, check_defaults
from parvis.domain.access.reading import write_answering, write_reading
from parvis.domain.access.types import Answering, Reading
from parvis.domain.errors import Invalid
from parvis.domain.events import Visibility
from parvis.protocols.languages import LanguageInvalid, parse_language
from parvis.web import words
from parvis.web.locales import N_, Locale
from parvis.web.pages.settings.account import login_of, person
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

PREFERENCES = "/settings/preferences"
SAID = {"kept": N_("Your choices are kept.")}


class PreferencesForm(msgspec.Struct):
    visibility: str = ""
    language: str = ""
    is_sensitive: bool = False
    expands_warnings: bool = False
    media: str = ""
    autoplays: bool = False
    calls: str = "mutuals"
    is_relayed: bool = False


@pages.get(PREFERENCES, who="member", allows_trouble=True)
async def show_preferences(visit: Visit) -> Response:
    login = login_of(visit)
    kept = PreferencesForm(
        login.default_visibility,
        login.default_language or "",
        login.default_sensitive,
        login.reading.expands_warnings,
        login.reading.media,
        login.reading.autoplays,
        login.answering.takes_from,
        login.answering.is_relayed,
    )
    return _show(visit, kept)


@pages.post(PREFERENCES, who="member", allows_trouble=True)
async def submit_preferences(visit: Visit) -> Response:
    said = await visit.form(PreferencesForm)
    try:
        defaults = check_defaults(_defaults(said))
    except Invalid as refused:
        return _show(visit, said, words.beside(refused, visit.locale))
    await visit.db.run(change_defaults, person(visit), defaults)
    return visit.redirect(PREFERENCES, say="kept")


def _defaults(said: PreferencesForm) -> Defaults:
    if said.visibility not in get_args(Visibility):
        raise Invalid("visibility", "There is no such visibility")
    try:
        reading = msgspec.convert(
            {
                "expands_warnings": said.expands_warnings,
                "media": said.media,
                "autoplays": said.autoplays,
            },
            Reading,
        )
    except msgspec.ValidationError:
        raise Invalid("media", "There is no such choice") from None
    try:
        answering = msgspec.convert(
            {"takes_from": said.calls, "is_relayed": said.is_relayed}, Answering
        )
    except msgspec.ValidationError:
        raise Invalid("calls", "There is no such choice") from None
    return Defaults(
        visibility=cast("Visibility", said.visibility),
        is_sensitive=said.is_sensitive,
        language=said.language,
        preferences=write_reading(reading) | write_answering(answering),
    )


def _show(visit: Visit, said: PreferencesForm, errors: dict[str, str] | None = None) -> Response:
    visit.is_secret = True
    return visit.render(
        "settings/preferences.html",
        422 if errors else 200,
        said=said,
        languages_known=languages_in(visit.locale),
        errors=errors or {},
        has_relay=visit.means.ice.has_relay,
        notice=visit.told(SAID),
    )


def languages_in(locale: Locale) -> list[tuple[str, str]]:
    """Languages with a code of two letters, by their names in the reader's."""
    # Any: Babel's data has no types.
    named: dict[str, str] = cast("Any", locale.territory).languages
    known = {code: name for code, name in named.items() if len(code) == 2 and _is_known(code)}  # noqa: PLR2004 - letters
    return sorted(known.items(), key=lambda one: one[1].casefold())


def _is_known(code: str) -> bool:
    try:
        return parse_language(code) == code
    except LanguageInvalid:
        return False
