"""Checking a receipt in the browser: the page brings words and a script, and is sent nothing."""

from starlette.responses import Response

from parvis.web import previews
from parvis.web.locales import N_
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()


@pages.get("/verify")
async def verify(visit: Visit) -> Response:
    title = visit.locale.text(N_("Check a receipt"))
    return visit.render("verify/verify.html", head=previews.of_text(visit, "/verify", title))
