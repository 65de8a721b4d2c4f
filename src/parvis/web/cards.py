"""Cards of statuses, kept as HTML beside the rows they were made of.

What differs from one minute or timeline to the next (its age, its place in the list, who shared it) is
put between the kept parts each time. A kept card rests on the very rows it shows, and is one viewer's
only in what its key holds: their language and what they did with the status. Whether they may see it is
decided before (Statuses.show).
"""

import secrets
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from markupsafe import Markup

from parvis.domain.accounts.types import AccountRow
from parvis.domain.statuses.types import Shown, StatusCounters
from parvis.infra.clock import now
from parvis.web.kept_parts import Kept

VARIANTS_KEPT = 24  # of one status: languages × what viewers did with it
_GAP = f"<!--{secrets.token_hex(16)}-->"
GAP = Markup(_GAP)  # noqa: S704 - ours
_GAPS = 3  # the place in the list, who shared it, its age: in this order in cards.html


class _Card(msgspec.Struct, frozen=True):
    author: AccountRow
    counters: StatusCounters
    parts: list[str]


class Cards:
    """The maker of cards for one language; called by the templates."""

    def __init__(
        self, environment: Any, ago: Callable[[Any], Markup], moment: Callable[[Any], Markup]
    ) -> None:
        self._environment = environment
        self._ago = ago
        self._moment = moment
        self._made: Any = None  # the macros, once they are compiled
        self._by = Kept()

    def __call__(
        self,
        visit: Any,
        outer: Shown,
        is_main: bool,  # noqa: FBT001 - as templates call it
        sharers: Sequence[AccountRow],
    ) -> Markup:
        return Markup(self._card(visit, outer, is_main, sharers))  # noqa: S704 - rendered

    def feed(self, visit: Any, statuses: Sequence[Shown], read_id: int) -> Markup:
        """The cards of a list, and where its reader stopped: a loop of the template would take longer
        than the cards.
        """
        cards: list[str] = []
        above = 0
        for outer, sharers in grouped(statuses):
            if outer.status.id <= read_id < above:
                cards.append(self._macros.until())
            cards.append(self._card(visit, outer, False, sharers))  # noqa: FBT003 - as templates call it
            above = outer.status.id
        return Markup("\n".join(cards))  # noqa: S704 - rendered

    def _card(
        self,
        visit: Any,
        outer: Shown,
        is_main: bool,  # noqa: FBT001 - as above
        sharers: Sequence[AccountRow],
    ) -> str:
        shown = outer.reblog or outer
        start, before, after, end = self._parts(visit, shown, is_main)
        by = ""
        if outer.reblog is not None:
            by = self._shared(visit, sharers or [outer.author])
        age = (self._moment if is_main else self._ago)(shown.status.created_at)
        return f"{start}{outer.status.id}{before}{by}{after}{age}{end}"

    def _shared(self, visit: Any, sharers: Sequence[AccountRow]) -> str:
        key = tuple(one.id for one in sharers)
        return self._by.part(key, tuple(sharers), lambda: self._macros.shared(visit, sharers))[0]

    @property
    def _macros(self) -> Any:
        if self._made is None:
            self._made = self._environment.get_template("cards.html").module
        return self._made

    def _parts(self, visit: Any, shown: Shown, is_main: bool) -> list[str]:  # noqa: FBT001 - as above
        row = shown.status
        of_row: dict[str, Any] = vars(row)
        cards: dict[tuple[object, ...], _Card] = of_row.setdefault("cards", {})
        key = _key(visit, shown, is_main)
        kept = cards.get(key)
        if (
            kept is not None
            and kept.author is shown.author
            and (kept.counters is shown.counters or kept.counters == shown.counters)
        ):
            return kept.parts
        parts = str(self._macros.whole_card(visit, shown, is_main, GAP)).split(_GAP)
        if len(parts) != _GAPS + 1:
            raise ValueError("cards.html leaves other gaps than cards.py fills")
        if len(cards) >= VARIANTS_KEPT:
            cards.clear()
        cards[key] = _Card(shown.author, shown.counters, parts)
        return parts


def _key(visit: Any, shown: Shown, is_main: bool) -> tuple[object, ...]:  # noqa: FBT001 - as above
    """All by which a status's card differs from one viewer to another, and by the clock."""
    seen, poll, ends_at = shown.verdict, shown.status.poll, shown.status.ends_at
    return (
        visit.locale.code,
        is_main,
        visit.zone if is_main or ends_at is not None else None,  # they name moments
        visit.barred.get(poll.id) if poll is not None else None,
        visit.login is not None,
        shown.author.id == visit.viewer_id,
        seen.is_favourited,
        seen.is_reblogged,
        seen.is_bookmarked,
        seen.is_pinned,
        seen.is_muted,
        None if seen.choices is None else tuple(seen.choices),
        ends_at is not None and ends_at <= now(),
    )


def grouped(statuses: Sequence[Shown]) -> list[tuple[Shown, list[AccountRow]]]:
    """Each message once, where it comes first, with all who shared it: (outermost, sharers)."""
    found: dict[int, tuple[Shown, list[AccountRow]]] = {}
    for outer in statuses:
        proper = outer.reblog or outer
        first = found.setdefault(proper.status.id, (outer, []))
        if outer.reblog is not None and all(one is not outer.author for one in first[1]):
            first[1].append(outer.author)
    return list(found.values())
