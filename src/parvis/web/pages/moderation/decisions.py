"""What moderators decided about oneself, and why: open to suspended people too."""

from starlette.responses import Response

from parvis.domain.moderation.decisions import list_decisions, mark_decisions_read
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()


@pages.get("/decisions", who="member", allows_trouble=True)
async def decisions(visit: Visit) -> Response:
    visit.is_secret = True
    found = await list_decisions(visit.db, visit.viewer_id)
    if any(one.read_at is None for one in found):
        await visit.db.run(mark_decisions_read, visit.viewer_id)
    return visit.render("moderation/decisions.html", decisions=found)
