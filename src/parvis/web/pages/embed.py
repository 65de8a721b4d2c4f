"""A status within another site's page: the same for everybody, without cookies, forms and scripts."""

from starlette.responses import Response

from parvis.domain.errors import NotFound
from parvis.domain.ids import NOBODY
from parvis.domain.statuses.shelves import Statuses
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.web import previews
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

KEPT_S = 300


@pages.get("/@{acct}/{id}/embed")
async def embed(visit: Visit) -> Response:
    visit.login = None  # whoever looks: it is shown as to a stranger
    visit.may_be_framed = True
    visit.robots = previews.HIDDEN  # the status's own page is to be found
    try:
        status_id = parse_id(visit.path["id"])
    except IdInvalid:
        raise NotFound from None
    found = await visit.db.kept(Statuses).show(NOBODY, [status_id])
    if not found or found[0].reblog is not None or not found[0].status.is_local:
        raise NotFound
    visit.for_all_s = KEPT_S
    return visit.render("statuses/embed.html", shown=found[0])
