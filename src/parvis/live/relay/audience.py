"""How many listen: distinct tickets, or connections without one, that took one of the last three parts.

Relays below tell their own number with what they ask; it counts instead of the relay, so that the sum goes up
through trees of them.
"""

from collections.abc import Hashable

PARTS = 3
_RELAY_S = 6.0  # a relay that asked for nothing so long has nobody left


class Audience:
    """Those of one room."""

    def __init__(self) -> None:
        self._of: dict[int, set[Hashable]] = {}
        self._below: dict[Hashable, tuple[int, float]] = {}

    def of(self, number: int) -> set[Hashable]:
        """Who took that part; for whoever hands it out to add to."""
        found = self._of.get(number)
        if found is None:
            found = self._of[number] = set()
            for old in sorted(self._of)[: -PARTS - 2]:  # two more may be held already
                del self._of[old]
        return found

    def tell(self, relay: Hashable, listeners: int, now: float) -> None:
        """A relay below says how many it has."""
        self._below[relay] = (listeners, now)

    def count(self, newest: int, now: float) -> int:
        recent = [who for number, who in self._of.items() if newest - PARTS < number <= newest]
        here = len(set[Hashable]().union(*recent)) if recent else 0
        self._below = {
            relay: told for relay, told in self._below.items() if now - told[1] < _RELAY_S
        }
        return here + sum(listeners for listeners, _ in self._below.values())
