"""What the network announces, for the pages that show it on top until a member puts it away."""

from markupsafe import Markup

from parvis.domain.network.announcements import Announcement, list_unread
from parvis.web import showing
from parvis.web.visit import Visit


async def announced(visit: Visit) -> list[tuple[Announcement, Markup]]:
    """What this reader has not put away, with its HTML. No statement while nothing is announced."""
    unread = await list_unread(visit.db, visit.viewer_id)
    return [(one, showing.announcement(one.text, visit.addresses)) for one in unread]
