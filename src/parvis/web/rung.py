"""What pages know of calls: who rings for the reader, and whether they hide where they are."""

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.calls import ringing
from parvis.web.visit import Visit


async def meet_rung(visit: Visit) -> None:
    """Who calls the reader now; nothing is asked while nothing rings anew."""
    rung = await visit.db.kept(ringing.Ringing).of(visit.viewer_id)
    if rung is not None:
        found = await visit.db.kept(Accounts).show([rung.caller_id])
        visit.rung = (rung.call_id, found[0].account) if found else None


def is_relayed(visit: Visit) -> bool:
    """Whether the reader's calls pass by the relay alone."""
    return (
        visit.login is not None and visit.login.answering.is_relayed and visit.means.ice.has_relay
    )
