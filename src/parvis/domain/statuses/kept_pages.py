"""Pages of statuses that one viewer looked at lately, good while every slot they rest on stands.

Not answers: the presented bytes are joined anew each time. What is kept is the finding of twenty
statuses' rows, counters, authors and verdicts, eighty look-ups that mostly end where they did before.
"""

from collections.abc import Sequence

import msgspec

from parvis.domain.statuses.types import Shown
from parvis.infra.slots import Slots

PAGES_KEPT = 20_000
SHORTEST = 4  # a single status is found as quickly

_Key = tuple[int, int | None, tuple[int, ...]]


class _KeptPage(msgspec.Struct):
    era: int  # when all slots were last seen to stand
    slots: list[tuple[int, int]]
    shown: list[Shown]


class KeptPages:
    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._pages: dict[_Key, _KeptPage] = {}

    def find(self, viewer_id: int, ids: Sequence[int], limit: int | None) -> list[Shown] | None:
        """The page as it was shown, if nothing that it rests on changed."""
        if len(ids) < SHORTEST:
            return None
        kept = self._pages.get((viewer_id, limit, tuple(ids)))
        if kept is None:
            return None
        era = self._slots.era
        if kept.era != era:
            values = self._slots.values
            for slot, value in kept.slots:
                if values[slot] != value:
                    return None
            kept.era = era  # read before the slots: a bump since then has changed it again
        return kept.shown

    def keep(
        self,
        viewer_id: int,
        ids: Sequence[int],
        limit: int | None,
        slots: list[tuple[int, int]],
        shown: list[Shown],
    ) -> None:
        """Keep a page; `slots` are those of its rows with the values from before each was loaded."""
        if len(self._pages) >= PAGES_KEPT:
            for old in list(self._pages)[: PAGES_KEPT // 4]:
                del self._pages[old]
        # The era is unknown until all slots are compared once.
        self._pages[viewer_id, limit, tuple(ids)] = _KeptPage(-1, slots, shown)
