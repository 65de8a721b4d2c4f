"""Who may not vote is told so before they try, in the words of the rule."""

from collections.abc import Iterable

from parvis.domain.polls.eligibility import find_rules_against, ineligible
from parvis.domain.statuses.eligible import Rule
from parvis.domain.statuses.types import Shown
from parvis.web import showing, words
from parvis.web.visit import Visit


async def tell_barred(visit: Visit, statuses: Iterable[Shown]) -> None:
    """Note on the visit which of these polls, shared ones too, are not for this reader. One statement where
    any could be: of a list without such polls none.
    """
    if visit.login is None:
        return
    proper = (one.reblog or one for one in statuses)
    asked = [one.status.poll.id for one in proper if one.status.poll and _is_ruled(visit, one)]
    if not asked:
        return
    for poll_id, rule in (await find_rules_against(visit.db, visit.viewer_id, asked)).items():
        visit.barred[poll_id] = _said(rule, visit)


def note_barred(visit: Visit, shown: Shown | None, rule: Rule | None) -> None:
    """Note on the visit of a stream what was found for whoever is told this now: its pieces are read by
    several, each of whom may or may not vote.
    """
    poll = (shown.reblog or shown).status.poll if shown is not None else None
    visit.barred = {poll.id: _said(rule, visit)} if poll is not None and rule is not None else {}


def _said(rule: Rule, visit: Visit) -> str:
    return words.hindered(ineligible(rule), visit.locale) or ""


def _is_ruled(visit: Visit, one: Shown) -> bool:
    poll = showing.poll(one)
    if poll is None or not poll.rules or poll.is_over or one.author.id == visit.viewer_id:
        return False
    return one.verdict.choices is None or poll.is_changeable
