"""Checking a receipt in the browser: the page brings words and a script, and is sent nothing."""

from starlette.responses import Response

from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()


@pages.get("/verify")
async def verify(visit: Visit) -> Response:
    return visit.render("verify/verify.html")
