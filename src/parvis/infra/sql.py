"""SQL lives in files. `queries(package)` gives the statements of a folder's `sql/*.sql` by name.

A statement may name a shared predicate, or another part, as `{{visible(s, $1)}}`; it is expanded from
the file that owns it, so that one place decides who sees what, and PostgreSQL still sees plain SQL it can
plan.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

# What a paged statement writes where its order is chosen: `order by s.id /*older*/ desc`.
OLDER = "/*older*/ desc"

PREDICATE = re.compile(r"\{\{(\w+)\(([^{}]*)\)\}\}")
# Named here because a file may be expanded in another folder's statements; the owner is the folder.
PREDICATES = {
    "visible": "parvis.domain.statuses",
    "visible_alone": "parvis.domain.statuses",
    "attachment_json": "parvis.domain.statuses",
    "verdict": "parvis.domain.statuses",
    "counters_json": "parvis.domain.statuses",
    "kept_at_home": "parvis.domain.timelines",
    "on_list": "parvis.domain.timelines",
    "met_on_page": "parvis.domain.timelines",
    "may_notify": "parvis.domain.notifications",
    "still_told": "parvis.domain.notifications",
    "told": "parvis.domain.notifications",
    "wanted": "parvis.domain.relationships",
    "author_wanted": "parvis.domain.relationships",
    "hidden": "parvis.domain.relationships",
    "held": "parvis.domain.relationships",
    "member": "parvis.domain.lists",
    "kept_out": "parvis.domain.lists",
    "standing": "parvis.domain.accounts",
    "trouble": "parvis.domain.accounts",
    "present": "parvis.domain.accounts",
    "account_json": "parvis.domain.accounts",
    "account_counters_json": "parvis.domain.accounts",
    "asked": "parvis.domain.search",
    "searchable": "parvis.domain.search",
    "fits": "parvis.domain.search",
    "own_media_json": "parvis.domain.media",
    "works": "parvis.domain.access",
    "left_out": "parvis.domain.portability",
    "unpublished": "parvis.domain.drafts",
    "callable": "parvis.domain.calls",
    "among": "parvis.domain.rooms",
    "open_log": "parvis.domain.petitions",
    "placed": "parvis.domain.transparency",
    "logs_before": "parvis.domain.transparency",
    "superseded": "parvis.domain.transparency",
}


class UnknownStatement(AttributeError):
    """A query was asked for that no file holds."""


class Queries:
    """The statements of one folder: attribute = file name without `.sql`."""

    def __init__(self, package: str) -> None:
        folder = files(package) / "sql"
        self._texts: dict[str, str] = {}
        for entry in folder.iterdir():
            if entry.name.endswith(".sql") and not entry.name.startswith("_"):
                name, text = entry.name.removesuffix(".sql"), expand(entry.read_text("utf-8"))
                self._texts[name] = text
                if OLDER in text:  # a page of a list, told a second time from its other end
                    self._texts[f"{name}_newer"] = text.replace(OLDER, "asc")
        self._package = package

    def __getattr__(self, name: str) -> str:
        try:
            return self._texts[name]
        except KeyError:
            raise UnknownStatement(f"{self._package}/sql/{name}.sql does not exist") from None

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._texts.items())


@cache
def queries(package: str) -> Queries:
    """Statements of `package`, read once."""
    return Queries(package)


@cache
def _predicate(name: str) -> str:
    text = (files(PREDICATES[name]) / "sql" / f"_{name}.sql").read_text("utf-8")
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))


def expand(text: str) -> str:
    """Replace `{{name(alias, viewer)}}` by the predicate's text, also inside predicates."""

    def one(found: re.Match[str]) -> str:
        row, _, viewer = (part.strip() for part in found[2].partition(","))
        body = _predicate(found[1]).replace(":row", row).replace(":viewer", viewer)
        return expand(body)

    return PREDICATE.sub(one, text)
