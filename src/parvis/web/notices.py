"""Notifications as people read them: what is alike told in one line ("Bob, Carol and 3 others …")."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from markupsafe import Markup, escape

from parvis.domain.accounts.types import AccountRow
from parvis.domain.notifications.notifications import ReportTold, ShownNotification
from parvis.domain.statuses.types import Shown
from parvis.web import showing

TOLD_BY_STATUS = ("favourite", "reblog")  # one line a status
TOLD_BY_DAY = ("follow", "admin.sign_up")  # one line a day
NAMED = 2  # people named in a line; the others are counted

Key = tuple[str, int, date | None]


class Notice(msgspec.Struct):
    """One line: a notification, or several that are alike, newest first."""

    kind: str
    ids: list[int]
    people: list[AccountRow]
    status: Shown | None
    report: ReportTold | None
    created_at: datetime
    is_unread: bool

    @property
    def id(self) -> int:
        """The newest of them."""
        return self.ids[0]


def gathered(shown: Iterable[ShownNotification], read_to: int = 0) -> list[Notice]:
    """Notifications as lines, in the order of the newest of each; unread above the marker."""
    lines: dict[Key, Notice] = {}
    for one in shown:
        row, person = one.notification, one.account.account
        line = lines.get(_key(one))
        if line is None:
            lines[_key(one)] = Notice(
                row.kind,
                [row.id],
                [person],
                one.status,
                one.report,
                row.created_at,
                row.id > read_to,
            )
            continue
        line.ids.append(row.id)
        if all(person.id != known.id for known in line.people):
            line.people.append(person)
    return list(lines.values())


def _key(one: ShownNotification) -> Key:
    row = one.notification
    if row.kind in TOLD_BY_STATUS:
        return row.kind, row.status_id or 0, None
    if row.kind in TOLD_BY_DAY:
        return row.kind, 0, row.created_at.date()
    return row.kind, row.id, None


def named(people: Sequence[AccountRow], visit: Any) -> Markup:
    """Who it was, with links: all of few, the first of many."""
    shown = people if len(people) <= NAMED + 1 else people[:NAMED]
    parts = [
        Markup('<a class="who" href="/@{}"><bdi>{}</bdi></a>').format(
            one.acct, showing.name(one, visit.addresses)
        )
        for one in shown
    ]
    left = len(people) - len(shown)
    if left:
        words = visit.locale.translations.ngettext(
            "%(shown)s other person", "%(shown)s other people", left
        )
        parts.append(escape(words % {"shown": visit.locale.number(left)}))
    return Markup(visit.locale.listed([str(part) for part in parts]))  # noqa: S704 - parts are escaped
