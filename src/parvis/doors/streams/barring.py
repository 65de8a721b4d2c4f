"""Which polls on their way to listeners are not for them, so that no card offers a vote that is refused."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from parvis.domain.polls.eligibility import find_barred
from parvis.domain.statuses.eligible import Rule, rules_of
from parvis.domain.statuses.types import Shown
from parvis.infra.postgres import Db


class Barring:
    """Made for one batch."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._found: dict[tuple[int, int], Rule] = {}

    async def ask(self, shown: Mapping[int, Mapping[int, Shown]], viewers: Collection[int]) -> None:
        """What these viewers are shown, by viewer and status. One statement, none without polls that have
        rules.
        """
        pairs = [
            pair
            for viewer_id in viewers
            for pair in _ruled(viewer_id, shown.get(viewer_id, {}).values())
        ]
        if pairs:
            self._found = await find_barred(self._db, pairs)

    def rule(self, shown: Shown, viewer_id: int) -> Rule | None:
        """The rule by which this viewer may not vote in the poll of this status."""
        poll = (shown.reblog or shown).status.poll
        return self._found.get((poll.id, viewer_id)) if poll is not None and self._found else None


def _ruled(viewer_id: int, shown: Iterable[Shown]) -> Iterator[tuple[int, int]]:
    for one in shown:
        poll = (one.reblog or one).status.poll
        if poll is not None and rules_of(poll.rules):
            yield poll.id, viewer_id
