"""Where draws that are tied to something do not start: the owner's list.

A draw says where it runs and what it is tied to; every row that speaks of such a place and such a tie
refuses it. Places are codes of ISO 3166: a country, or one of its parts ("US-PA"); "*" is everywhere.
"""

import re
from collections.abc import Iterable

import msgspec

from parvis.domain.errors import Invalid
from parvis.domain.network import settings
from parvis.domain.network.settings import DrawRefusal, NetworkSettings
from parvis.domain.words import clean
from parvis.infra.postgres import Tx

PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?|\*", re.ASCII)
TIES = ("nothing", "voting", "registering", "signing")
MOST = 500
WHY_LONGEST = 500


class DrawRefused(Invalid):
    """A draw does not start where the owner's list refuses what it is tied to."""

    def __init__(self, refusal: DrawRefusal, place: str) -> None:
        super().__init__(
            "places",
            f"Validation failed: A draw tied to {refusal.tied_to} does not run in {place}: {refusal.why}",
            reason="draw_refused",
        )
        self.refusal = refusal
        self.place = place


def check_start(refusals: Iterable[DrawRefusal], places: Iterable[str], tied_to: str) -> None:
    """Refused: a draw whose place and tie stand on the list."""
    places = tuple(places)
    for refusal in refusals:
        for place in places:
            if refusal.tied_to == tied_to and _meet(refusal.place, place):
                raise DrawRefused(refusal, place)


def _meet(refused: str, place: str) -> bool:
    """Whether one lies in the other: what runs in a country runs in its parts."""
    return (
        "*" in (refused, place)
        or refused == place
        or refused.startswith(f"{place}-")
        or place.startswith(f"{refused}-")
    )


def parse_places(text: str, field: str = "places") -> tuple[str, ...]:
    """Codes with commas or spaces between them, each once."""
    codes = tuple(dict.fromkeys(one.upper() for one in re.split(r"[,;\s]+", text) if one))
    if not codes or not all(PLACE.fullmatch(one) for one in codes) or len(codes) > MOST:
        raise Invalid(field, "Validation failed: Places are codes of ISO 3166, such as FR or US-PA")
    return codes


async def add(tx: Tx, network: NetworkSettings, place: str, tied_to: str, why: str) -> None:
    """Refuse draws of this tie in this place from now on; those that run go on as announced."""
    (code,) = parse_places(place, "place")[:1]
    if tied_to not in TIES[1:]:
        raise Invalid("tied_to", "Validation failed: There is no such tie")
    said = clean(why, "why", WHY_LONGEST).strip()
    if not said:
        raise Invalid("why", "Validation failed: Why can't be blank", reason="ERR_BLANK")
    kept = network.draw_refusals
    if len(kept) >= MOST:
        raise Invalid("place", "Validation failed: The list is full", reason="ERR_TOO_MANY")
    others = [one for one in kept if (one.place, one.tied_to) != (code, tied_to)]
    await _keep(tx, [*others, DrawRefusal(code, tied_to, said)])


async def remove(tx: Tx, network: NetworkSettings, place: str, tied_to: str) -> None:
    kept = network.draw_refusals
    await _keep(tx, [one for one in kept if (one.place, one.tied_to) != (place, tied_to)])


async def _keep(tx: Tx, refusals: list[DrawRefusal]) -> None:
    await settings.change(tx, draw_refusals=msgspec.to_builtins(refusals))
