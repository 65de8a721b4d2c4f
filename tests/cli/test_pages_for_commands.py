"""What the command line can do the owner can do from pages: each command, and where that is."""

import inspect
from collections.abc import Iterator
from typing import Any

from cyclopts import App

from parvis.cli import drawing, founding, moderation, petition_rolls, public_log
from parvis.cli.demo import command
from parvis.web.pages.admin.settings import SettingsForm
from parvis.web.pages.table import all_pages

# Command → the page that does the same, by its route.
PAGES = {
    "network": ("POST /admin/settings", "POST /admin/documents/{key}", "POST /admin/rules"),
    "reports": ("GET /moderation/reports",),
    "report show": ("GET /moderation/reports/{id}",),
    "report resolve": ("POST /moderation/reports/{id}",),
    "decide": ("POST /moderation/decisions",),
    "accounts list": ("GET /moderation/accounts",),
    "accounts show": ("GET /moderation/accounts/{id}",),
    "accounts approve": ("POST /moderation/decisions", "POST /moderation/accounts"),
    "accounts hand-over": ("POST /moderation/accounts/{id}",),
    "accounts reset-factors": ("POST /moderation/decisions",),
    "roll load": ("POST /admin/petitions/rolls",),
    "roll list": ("GET /admin/petitions",),
    "roll remove": ("POST /admin/petitions/rolls",),
    "accounts reject": ("POST /moderation/decisions", "POST /moderation/accounts"),
    "log show": ("GET /admin/log",),
    "witness list": ("GET /admin/log",),
    **dict.fromkeys(("log rotate-key", "log resume", "log succeed"), ("POST /admin/log",)),
    **dict.fromkeys(
        ("witness ask", "witness dismiss", "witness follow", "witness unfollow"),
        ("POST /admin/log",),
    ),
    "role": ("POST /moderation/accounts/{id}",),
}
ASIDE = {
    "serve": "starts the network that the pages are part of",
    "owner-link": "lets in whoever has no page yet, or lost the password",
    "demo": "fills a network that nobody lives in",
    "test": "is for those who change the source",
    "version": "stands on the overview",
    "witness run": "is no network",
    "draw beacon": "stands on the draw's own page, for its author and the staff",
    "draw verify": "trusts no network: it is for those who check one",
}
# Option of `network` → the field of the page that does the same.
OPTIONS = {
    "title": "title",
    "summary": "short_description",
    "registrations": "registrations",
    "about": None,  # /admin/documents/description
    "add_rule": None,  # /admin/rules
    "remove_rule": None,
    "data": None,  # where the network is: the pages are in it
}


def commands(app: App, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by its words."""
    for name in app:
        if name.startswith("-"):
            continue
        one = app[name]
        if one.default_command is not None:
            yield before + name, one.default_command
        yield from commands(one, f"{before}{name} ")


def test_each_command_has_its_page() -> None:
    added = (drawing, moderation, petition_rolls, public_log)
    assert all(one.app is founding.app is command.app for one in added)
    known = {name for name, _ in commands(founding.app)}
    assert known == PAGES.keys() | ASIDE.keys()


def test_each_page_named_is_there_for_the_owner() -> None:
    routes = {f"{page.method} {page.path}": page.who for page in all_pages()}
    for pages in PAGES.values():
        assert all(routes[page] in {"staff", "admin"} for page in pages)


def test_each_option_of_network_has_its_field() -> None:
    options = inspect.signature(dict(commands(founding.app))["network"]).parameters
    assert set(options) == set(OPTIONS)
    assert {field for field in OPTIONS.values() if field} <= set(SettingsForm.__struct_fields__)
