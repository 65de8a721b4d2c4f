"""Templates made ready at start: one environment a language, so that a page is one function call."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from parvis.web import showing
from parvis.web.cards import Cards, grouped
from parvis.web.heads import TERRITORIES
from parvis.web.locales import LOCALES, NAMES, ZONE, callables, locale_of
from parvis.web.static_files import StaticFiles


class Templates:
    """Every template in every language."""

    def __init__(self, static: StaticFiles, token: Markup) -> None:
        self._environments = {code: _environment(code, static, token) for code in LOCALES}

    def render(self, name: str, visit: Any, values: dict[str, object]) -> str:
        """A template's text for this visit, which it knows as `visit`."""
        environment = self._environments[visit.locale.code]
        before = ZONE.set(visit.zone)
        try:
            return environment.get_template(name).render(visit=visit, **values)
        finally:
            ZONE.reset(before)


def _environment(code: str, static: StaticFiles, token: Markup) -> Environment:
    # Any: the extension adds a method, and the stubs type what templates may call too narrowly.
    environment: Any = Environment(
        loader=PackageLoader("parvis.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    locale = locale_of(code)
    environment.install_gettext_translations(locale.translations, newstyle=True)
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals |= {
        "locale": locale,
        "languages": NAMES,
        "territories": TERRITORIES,
        "static": static.address,
        "icons": static.icons(),
        "field_html": showing.field_html,
        "kept_card": Cards(environment, locale.ago),
        "token": token,  # in every form that changes something
        **callables(locale),
    }
    environment.filters |= {
        "grouped": grouped,
        "name": showing.name,
        "html": showing.html,
        "face": showing.face,
        "poll": showing.poll,
        "media": showing.media,
        "browser": showing.browser,
    }
    return environment
