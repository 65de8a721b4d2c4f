"""Who may listen: tickets checked against what the room's flags ask for now."""

import time
from collections.abc import Callable

from parvis.live.relay.state import Flags
from parvis.protocols import tickets
from parvis.protocols.tickets import Lane, Ticket, TicketExpired, TicketRefused

_KNOWN_MOST = 50_000  # tickets seen to be good: each comes with every part
_STRICTEST = {"open": Lane.ANONYMOUS, "tickets": Lane.TICKETED, "followers": Lane.FOLLOWERS}


class NotAdmitted(Exception):
    """The room asks for a ticket, or for another one; `why` is a word for programs."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


NEEDED = NotAdmitted(401, "ticket_needed")
EXPIRED = NotAdmitted(401, "ticket_expired")
REFUSED = NotAdmitted(403, "ticket_refused")
FOLLOWERS_ONLY = NotAdmitted(403, "followers_only")
KEYLESS = NotAdmitted(503, "relay_has_no_key")


class Admission:
    """Tickets of one network. `key` gives its key, asked for when a ticket comes; None from a relay that can
    check none, and so serves open rooms alone.
    """

    def __init__(
        self, key: Callable[[], bytes | None], clock: Callable[[], float] = time.time
    ) -> None:
        self._key = key
        self._clock = clock
        self._known: dict[tuple[str, int], Ticket] = {}

    def admit(self, flags: Flags, room: int, text: str | None) -> Ticket | None:
        """Whose ticket it is, None for the anonymous lane; `NotAdmitted` when the room asks for more.

        In an open room a ticket that does not hold is as good as none.
        """
        # A word of a later version asks for the most that we know of.
        strictest = _STRICTEST.get(flags.lanes, Lane.FOLLOWERS)
        try:
            ticket = self.read(room, text) if text else None
        except TicketRefused as refused:
            if strictest == Lane.ANONYMOUS:
                return None
            raise (EXPIRED if isinstance(refused, TicketExpired) else REFUSED) from None
        lane = ticket.lane if ticket is not None else Lane.ANONYMOUS
        if lane <= strictest:
            return ticket
        if self._key() is None:
            raise KEYLESS
        raise NEEDED if ticket is None else FOLLOWERS_ONLY

    def lets(self, flags: Flags, lane: Lane) -> bool:
        """Whether that lane is open, for who was let in before."""
        return lane <= _STRICTEST.get(flags.lanes, Lane.FOLLOWERS)

    def is_ours(self, text: str) -> bool:
        """Whether this network signed it, whatever it opens: for who is in a hurry."""
        key = self._key()
        try:
            return key is not None and bool(tickets.read(key, text))
        except TicketRefused:
            return False

    def read(self, room: int, text: str) -> Ticket | None:
        """The ticket if it opens that room now; None without a key."""
        key = self._key()
        if key is None:
            return None
        known = self._known.get((text, room))
        if known is not None and known.expires_s > self._clock():
            return known
        ticket = tickets.check(key, text, room, self._clock())
        if len(self._known) >= _KNOWN_MOST:
            self._known.clear()
        self._known[(text, room)] = ticket
        return ticket
