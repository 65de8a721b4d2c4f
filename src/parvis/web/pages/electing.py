"""Pages about who may vote in a poll, and how a ranked one was counted."""

import msgspec
from starlette.responses import Response

from parvis.domain.errors import NotFound
from parvis.domain.polls.invitations import find_invitation, list_invitations, use_invitation
from parvis.domain.polls.vote import find_status
from parvis.domain.statuses.types import Shown
from parvis.protocols.ranked import Outcome
from parvis.web import previews
from parvis.web.pages.acts import asked_id, one
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()


class NothingForm(msgspec.Struct):
    """A button is all there is."""


class Line(msgspec.Struct):
    """An option through the rounds; None once it was out."""

    title: str
    votes: list[int | None]
    is_winner: bool


@pages.get("/polls/{id}/rounds")
async def rounds(visit: Visit) -> Response:
    """How a ranked poll was counted, for whoever may see it."""
    status_id = await find_status(visit.db, asked_id(visit))
    if status_id is None:
        raise NotFound
    main = await one(visit, status_id)
    poll = main.status.poll
    if poll is None or poll.outcome is None:
        raise NotFound
    visit.robots = previews.HIDDEN
    lines = _lines(poll.options, poll.outcome)
    return visit.render("statuses/rounds.html", main=main, outcome=poll.outcome, lines=lines)


def _lines(options: list[str], outcome: Outcome) -> list[Line]:
    """Who stayed longest first."""
    lines = [
        Line(title, [each.votes.get(option) for each in outcome.rounds], option == outcome.winner)
        for option, title in enumerate(options)
    ]
    return sorted(
        lines,
        key=lambda line: (
            line.is_winner,
            [votes if votes is not None else -1 for votes in line.votes][::-1],
        ),
        reverse=True,
    )


@pages.get("/polls/{id}/invitations", who="member")
async def invitations(visit: Visit) -> Response:
    """The links that the author of a poll hands out."""
    poll_id = asked_id(visit)
    made = await list_invitations(visit.db, visit.viewer_id, poll_id)
    status_id = await find_status(visit.db, poll_id)
    visit.robots, visit.is_secret = previews.HIDDEN, True
    main = await one(visit, status_id or 0)
    links = [
        f"{visit.addresses.root}/polls/invitations/{one.code}" for one in made if not one.is_used
    ]
    return visit.render("statuses/invitations.html", main=main, invitations=made, links=links)


@pages.get("/polls/invitations/{code}", who="member")
async def invitation(visit: Visit) -> Response:
    found = await find_invitation(visit.db, visit.viewer_id, visit.path["code"])
    visit.robots, visit.is_secret = previews.HIDDEN, True
    main: Shown = await one(visit, found.status_id)
    return visit.render(
        "statuses/invitation.html", main=main, invited=found, code=visit.path["code"]
    )


@pages.post("/polls/invitations/{code}", who="member")
async def accept(visit: Visit) -> Response:
    await visit.form(NothingForm)
    used = await visit.db.run(use_invitation, visit.viewer_id, visit.path["code"])
    main = await one(visit, used.status_id)
    return visit.redirect(f"/@{main.author.acct}/{main.status.id}")
