"""What members do with a status: one form a card, one address."""

from collections.abc import Awaitable, Callable

import msgspec
from starlette.responses import Response

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.polls.tally import end_early
from parvis.domain.polls.vote import vote
from parvis.domain.statuses.bookmark import bookmark, unbookmark
from parvis.domain.statuses.delete import delete
from parvis.domain.statuses.favourite import favourite, unfavourite
from parvis.domain.statuses.mute_conversation import mute_conversation, unmute_conversation
from parvis.domain.statuses.pin import pin, unpin
from parvis.domain.statuses.reblog import reblog, unreblog
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.infra.postgres import Tx
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()
RANK_DIGITS = 4

MARKS: dict[str, Callable[[Tx, int, int], Awaitable[object]]] = {
    "favourite": favourite,
    "unfavourite": unfavourite,
    "reblog": reblog,
    "unreblog": unreblog,
    "bookmark": bookmark,
    "unbookmark": unbookmark,
    "pin": pin,
    "unpin": unpin,
    "mute": mute_conversation,
    "unmute": unmute_conversation,
}


class ActForm(msgspec.Struct):
    do: str = ""
    choices: list[int] = []
    rank: dict[str, str] = {}  # of a ranked poll: option → place
    back: str = ""


@pages.post("/statuses/{id}", who="member")
async def act(visit: Visit) -> Response:
    said = await visit.form(ActForm)
    status_id = asked_id(visit)
    if said.do == "delete":
        await visit.db.run(delete, visit.viewer_id, status_id)
        return visit.done("nothing_fragment.html", back=said.back)
    if said.do == "vote":
        return await _vote(visit, status_id, said)
    if said.do == "end_poll":
        return await _end_poll(visit, status_id)
    mark = MARKS.get(said.do)
    if mark is None:
        raise Invalid("do", "This act is not known")
    await visit.db.run(mark, visit.viewer_id, status_id)
    return await _shown(visit, "statuses/acts_fragment.html", status_id)


async def _vote(visit: Visit, status_id: int, said: ActForm) -> Response:
    row = (await one(visit, status_id)).status
    if row.poll is None:
        raise NotFound
    choices = _ranking(said.rank) if row.poll.is_ranked else said.choices
    await vote(visit.db, visit.viewer_id, row.poll.id, choices)
    return await _shown(visit, "statuses/poll_fragment.html", status_id)


def _ranking(said: dict[str, str]) -> list[int]:
    """Options in the order of the ranks typed; numbers may be left out, but not given twice."""
    places: dict[int, int] = {}
    for option, place in said.items():
        if not place.strip():
            continue
        if not (_is_number(option) and _is_number(place.strip())):
            raise Invalid("choices", "A rank is a whole number", reason="ERR_RANK")
        if places.setdefault(int(place), int(option)) != int(option):
            raise Invalid("choices", "Two options have the same rank", reason="ERR_RANK")
    return [places[place] for place in sorted(places)]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= RANK_DIGITS


async def _end_poll(visit: Visit, status_id: int) -> Response:
    row = (await one(visit, status_id)).status
    if row.poll is None:
        raise NotFound
    await visit.db.run(end_early, visit.viewer_id, row.poll.id)
    return await _shown(visit, "statuses/poll_fragment.html", status_id)


async def _shown(visit: Visit, template: str, status_id: int) -> Response:
    """The part of the card that changed; without scripts the page it was on, at the card. What may
    not be seen is not found, also when there was nothing to take back.
    """
    shown = await one(visit, status_id)
    if not visit.wants_fragment:
        return visit.redirect(f"{visit.came_from}#s{shown.status.id}")
    return visit.render(template, shown=shown)


@pages.get("/statuses/{id}/delete", who="member")
async def ask_delete(visit: Visit) -> Response:
    shown = await one(visit, asked_id(visit))
    if shown.author.id != visit.viewer_id:
        raise NotFound
    own = f"/@{shown.author.acct}"
    before = visit.came_from
    is_page_of_it = before.startswith(f"{own}/{shown.status.id}")
    back = own if is_page_of_it or before == "/" else before
    return visit.render("statuses/delete.html", shown=shown, back=back)


async def one(visit: Visit, status_id: int) -> Shown:
    """A status that this viewer may see; of a reblog what it shows."""
    found = await visit.db.kept(Statuses).show(visit.viewer_id, [status_id])
    if not found:
        raise NotFound
    return found[0].reblog or found[0]


def asked_id(visit: Visit) -> int:
    """The id that the address names."""
    try:
        return parse_id(visit.path["id"])
    except IdInvalid:
        raise NotFound from None
