"""Who may not vote is told so before they try, in the words of the rule."""

from collections.abc import Iterable

from parvis.domain.polls.eligibility import find_rules_against, ineligible
from parvis.domain.statuses.types import Shown
from parvis.web import showing, words
from parvis.web.visit import Visit


async def tell_barred(visit: Visit, statuses: Iterable[Shown]) -> None:
    """Note on the visit which of these polls are not for this reader. One statement where any could be."""
    if visit.login is None:
        return
    asked = [one.status.poll.id for one in statuses if one.status.poll and _is_ruled(visit, one)]
    if not asked:
        return
    for poll_id, rule in (await find_rules_against(visit.db, visit.viewer_id, asked)).items():
        visit.barred[poll_id] = words.hindered(ineligible(rule), visit.locale) or ""


def _is_ruled(visit: Visit, one: Shown) -> bool:
    poll = showing.poll(one)
    is_own = one.author.id == visit.viewer_id
    return poll is not None and bool(poll.rules) and not poll.is_over and not is_own
