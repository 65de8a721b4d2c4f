"""What keeps open pages true: the stream of what happens, and cards as they are now."""

from starlette.responses import Response

from parvis.domain.errors import Invalid
from parvis.domain.statuses.shelves import Statuses
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.web.barred import tell_barred
from parvis.web.live import listen
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

MOST_CARDS = 40  # at once; more are not in sight


@pages.get("/live")
async def live(visit: Visit) -> Response:
    visit.is_secret = True
    if visit.request.method == "HEAD":
        return Response()
    return await listen(visit)


@pages.get("/fragments/statuses")
async def cards(visit: Visit) -> Response:
    """Cards by id, as a reload would show them; those that are gone are left out."""
    visit.is_secret = True
    try:
        ids = [parse_id(id_) for id_ in visit.ask("ids").split(",")]
    except IdInvalid:
        raise Invalid("ids", "Say which messages, by number and with commas between") from None
    if len(ids) > MOST_CARDS:
        raise Invalid("ids", f"At most {MOST_CARDS} at once")
    statuses = await visit.db.kept(Statuses).show(visit.viewer_id, list(dict.fromkeys(ids)))
    await tell_barred(visit, statuses)
    return visit.render("live/cards.html", statuses=statuses)
