"""Templates made ready at start: one environment a language, so that a page is one function call."""

from collections.abc import Callable
from functools import cache
from typing import Any

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined, Template
from jinja2.bccache import Bucket
from markupsafe import Markup

from parvis.infra.clock import now
from parvis.web import notices, showing
from parvis.web.cards import Cards
from parvis.web.composing.kept import Composers
from parvis.web.composing.sheet import language_options
from parvis.web.heads import TERRITORIES, is_guarded
from parvis.web.kept_parts import Parts
from parvis.web.locales import LOCALES, NAMES, ZONE, Locale, callables, locale_of
from parvis.web.static_files import StaticFiles


class Compiled(BytecodeCache):
    """Templates of this process, compiled once for all languages: texts are looked up when shown."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.code


class Plain(Template):
    """A template that knows the environment's globals alone: Jinja looks for others at every import of a
    page, which takes it a tenth of a millisecond.
    """

    def _get_default_module(self, ctx: object = None) -> Any:  # noqa: ARG002 - Jinja's signature
        return super()._get_default_module()


COMPILED = Compiled()
# What templates do to things: names, faces, texts, lists brought together.
FILTERS: dict[str, Any] = {
    "guarded": is_guarded,
    "name": showing.name,
    "gist": showing.gist,
    "gathered": notices.gathered,
    "named": notices.named,
    "plain_name": showing.plain_name,
    "html": showing.html,
    "face": showing.face,
    "poll": showing.poll,
    "media": showing.media,
    "veil": showing.veil,
    "browser": showing.browser,
    "languages": language_options,
}


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

    def render_plain(self, locale: Locale, name: str, **values: object) -> str:
        """A page or fragment that stands when nothing can be read of the network."""
        return self._environments[locale.code].get_template(name).render(**values)


def _environment(code: str, static: StaticFiles, token: Markup) -> Environment:
    # Any: the extension adds a method, and the stubs type what templates may call too narrowly.
    environment: Any = Environment(
        loader=PackageLoader("parvis.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=COMPILED,
        extensions=["jinja2.ext.i18n"],
    )
    environment.template_class = Plain
    locale = locale_of(code)
    environment.install_gettext_translations(locale.translations, newstyle=True)
    environment.policies["ext.i18n.trimmed"] = True
    translate = _translator(locale)
    environment.globals |= {"gettext": translate, "_": translate}
    environment.globals |= {
        "locale": locale,
        "languages": NAMES,
        "territories": TERRITORIES,
        "static": static.address,
        "icons": static.icons(),
        "field_html": showing.field_html,
        "kept_card": Cards(environment, locale.ago, locale.moment),
        "composer": Composers(environment),
        "ready": Parts(environment),
        "clock": now,
        "token": token,  # in every form that changes something
        **callables(locale),
    }
    environment.filters |= FILTERS
    return environment


def _translator(locale: Locale) -> Callable[..., Markup]:
    """Gettext as templates call it (values are escaped into the text), quick for texts without values:
    a page has more than a hundred.
    """

    @cache
    def plain(text: str) -> Markup:
        return Markup(locale.translations.gettext(text)) % {}  # noqa: S704 - our own texts

    def translate(text: str, /, **values: object) -> Markup:
        return Markup(locale.translations.gettext(text)) % values if values else plain(text)  # noqa: S704 - as above

    return translate
