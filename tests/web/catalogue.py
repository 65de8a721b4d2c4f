"""Every text of the pages, as gettext's extractor finds them in templates and code."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

from parvis import web
from parvis.web.locales import source_catalogue

FOLDER = Path(str(web.__path__[0]))
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}}
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}

Key = str | tuple[str, ...]


def sources() -> dict[Key, str]:
    """Each source text and a place where it stands."""
    found: dict[Key, str] = {}
    for path, line, message, *_ in extract_from_dir(
        str(FOLDER), METHODS, OPTIONS, keywords=KEYWORDS
    ):
        found.setdefault(message, f"{path}:{line}")
    return found


def catalogue(code: str) -> Catalog:
    return source_catalogue(code)
