"""A voter's receipt: what the public log holds of their vote, and the proof of it to keep."""

from contextlib import suppress

from starlette.responses import Response

from parvis.domain.errors import NotFound
from parvis.domain.polls.receipts import find_receipt
from parvis.web import previews
from parvis.web.pages.acts import asked_id, one
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()


@pages.get("/polls/{id}/receipt", who="member")
async def receipt(visit: Visit) -> Response:
    found = await find_receipt(visit.db, visit.viewer_id, asked_id(visit))
    visit.robots = previews.HIDDEN
    main = None
    with suppress(
        NotFound
    ):  # deleted, or not for them any more: their vote is in the log all the same
        main = await one(visit, found.status_id)
    return visit.render("statuses/receipt.html", receipt=found, main=main)
