"""The page of a secret ballot: it holds the key that the voter's browser blinds with, and gives the token.
The ballot itself goes to the box (web/ballot_box.py), which does not know who sends it.
"""

import base64

import msgspec
from starlette.responses import Response

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.polls.issuing import issue_token
from parvis.domain.polls.paper import find_paper
from parvis.infra.clock import now
from parvis.web import previews
from parvis.web.barred import tell_barred
from parvis.web.pages.acts import asked_id, one
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()


class TokenForm(msgspec.Struct):
    blinded: str = ""


@pages.get("/polls/{id}/ballot", who="member")
async def show_paper(visit: Visit) -> Response:
    poll_id = asked_id(visit)
    paper = await find_paper(visit.db, visit.viewer_id, poll_id)
    shown = await one(visit, paper.status_id)
    if shown.status.poll is None:
        raise NotFound
    visit.robots = previews.HIDDEN
    if visit.wants_fragment:
        return visit.render("statuses/ballot_counted.html", paper=paper)
    await tell_barred(visit, [shown])
    key = base64.b64encode(paper.public).decode()
    return visit.render(
        "statuses/ballot.html", shown=shown, paper=paper, row=shown.status.poll, key=key
    )


@pages.post("/polls/{id}/token", who="member")
async def give_token(visit: Visit) -> Response:
    """For the page's script, which keeps the same message for a retry, and reckons the end by our clock."""
    said = await visit.form(TokenForm)
    try:
        blinded = base64.b64decode(said.blinded, validate=True)
    except ValueError:
        raise Invalid("blinded", "Validation failed: Blinded is base64") from None
    issued = await issue_token(visit.db, visit.viewer_id, asked_id(visit), blinded)
    signature = base64.b64encode(issued.signature).decode()
    answer = {"signature": signature, "now": now()}
    return visit.json(msgspec.json.encode(answer).decode())
