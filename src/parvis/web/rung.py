"""What the frame around pages shows of its reader, and who rings for them."""

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.calls import ringing
from parvis.domain.notifications.notifications import Notifications
from parvis.web.visit import Visit


async def meet(visit: Visit) -> None:
    """What the frame around a member's page shows of them; nothing is asked while nothing changed,
    nor when something is to be changed: the frame is then as it was.
    """
    if visit.login is None or visit.wants_fragment or visit.login.trouble is not None:
        return
    accounts, told = visit.db.kept(Accounts), visit.db.kept(Notifications)
    if visit.request.method in {"GET", "HEAD"}:
        found = await accounts.show([visit.viewer_id])
        visit.me = found[0].account if found else None
        visit.unread = await told.unread(visit.viewer_id)
        await meet_rung(visit)
    else:
        visit.me = accounts.rows.get(visit.viewer_id)
        visit.unread = told.last_unread(visit.viewer_id)


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
