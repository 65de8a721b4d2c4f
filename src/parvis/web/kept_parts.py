"""Parts of pages that many visits share, kept as HTML: the rail with its entries, the cards beside.

Rows and settings are replaced when they change, never written into, so a part stands as long as what it
was made of is the very same. What differs from reader to reader is put between the kept pieces.
"""

import secrets
from collections.abc import Callable, Sequence
from operator import is_
from typing import Any

from markupsafe import Markup

from parvis.domain.accounts.types import AccountRow, ShownAccount
from parvis.domain.network.rules import Rule
from parvis.domain.relationships.suggestions import Suggestion

ROOM = 1_000  # parts of one language
_GAP = f"<!--{secrets.token_hex(16)}-->"
GAP = Markup(_GAP)  # noqa: S704 - ours
# Where the rail's entries lead: the one that is open is marked.
_ALONE = frozenset({"/", "/home"})
_SECTIONS = (
    *("/notifications", "/search", "/conversations", "/lists", "/bookmarks", "/favourites"),
    *("/petitions", "/draws"),
    *("/drafts", "/public/local", "/settings", "/admin", "/moderation", "/about", "/auth/log-in"),
)


class Kept:
    """Parts by key, each with the things it was made of."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], tuple[tuple[object, ...], list[str]]] = {}

    def part(
        self, key: tuple[object, ...], made_of: tuple[object, ...], make: Callable[[], Markup]
    ) -> list[str]:
        """The pieces between the gaps, made anew when anything they were made of was replaced."""
        kept = self._kept.get(key)
        if kept is not None and all(map(is_, kept[0], made_of)):
            return kept[1]
        parts = str(make()).split(_GAP)
        if len(self._kept) >= ROOM:
            self._kept.clear()
        self._kept[key] = made_of, parts
        return parts


class Parts:
    """The maker of such parts for one language; called by the templates."""

    def __init__(self, environment: Any) -> None:
        self._environment = environment
        self._part = Kept().part
        self._modules: dict[str, Any] = {}

    def still(self, template: str) -> Markup:
        """A template that shows nothing of anybody."""
        render = self._environment.get_template(template).render
        return Markup(self._part((template,), (), render)[0])  # noqa: S704 - rendered, as all below

    def rail(self, visit: Any) -> Markup:
        """The network's name, the entries, and who reads."""
        path: str = visit.request.scope["path"]
        login, section = visit.login, _section(path)
        made = self._macros("rail.html")
        parts = self._part(
            ("rail", section, login is not None, login is not None and login.is_staff),
            (visit.network,),
            lambda: made.rail(visit, section, GAP),
        )
        if login is None:
            return Markup(parts[0])  # noqa: S704
        own, line = self._own(visit, visit.me, path) if visit.me else ("", "")
        start, before, after, end = parts
        return Markup(f"{start}{made.unread(visit.unread)}{before}{own}{after}{line}{end}")  # noqa: S704

    def beside(self, visit: Any, owner: ShownAccount | None, rules: list[Rule]) -> Markup:
        """Who runs the network, and its rules."""
        made = self._macros("about_macros.html")
        parts = self._part(
            ("beside", visit.login is None),
            (visit.network, owner and owner.account, rules),
            lambda: made.about_cards(visit, owner, rules),
        )
        return Markup(parts[0])  # noqa: S704

    def suggestions(self, visit: Any, suggested: Sequence[Suggestion]) -> Markup:
        """Whom to follow."""
        made = self._macros("people/relation_macros.html")
        parts = self._part(
            ("whom", *[(one.shown.account.id, one.friends) for one in suggested]),
            tuple(one.shown.account for one in suggested),
            lambda: made.suggestions_card(visit, suggested),
        )
        return Markup(parts[0])  # noqa: S704

    def _own(self, visit: Any, me: AccountRow, path: str) -> list[str]:
        is_here = path.startswith("/@") and (path + "/").startswith(f"/@{me.acct}/")
        made = self._macros("rail.html")
        return self._part(
            ("own", me.id, is_here),
            (me,),
            lambda: made.own_page(me) + GAP + made.me(visit, me, is_here),
        )

    def _macros(self, template: str) -> Any:
        made = self._modules.get(template)
        if made is None:
            made = self._modules[template] = self._environment.get_template(template).module
        return made


def _section(path: str) -> str:
    if path in _ALONE:
        return path
    return next((one for one in _SECTIONS if (path + "/").startswith(one + "/")), "")
