"""What somebody wants to draw, whether it can be, and its entries: the manifest and each drawing's terms."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from parvis.domain.draws import chains, refusing
from parvis.domain.draws.types import Eligible, Method
from parvis.domain.errors import Invalid
from parvis.domain.network.settings import NetworkSettings
from parvis.domain.transparency import entries, openings
from parvis.domain.transparency.openings import Sealed
from parvis.domain.words import clean
from parvis.infra.clock import now
from parvis.protocols import draws as formats
from parvis.protocols.draws import LEAST_WAIT_S, Source, Terms
from parvis.protocols.merkle_log import leaf_hash

TITLE_LONGEST, PRIZES_LONGEST = 120, 4_000
MOST_WINNERS, MOST_RESERVES = 1_000, 500  # all stand in one entry of the log
MOST_DRAWINGS = 366
EVERY_S: dict[str, int] = {"hour": 3_600, "day": 86_400, "week": 604_800}
SOONEST = timedelta(seconds=60)
LATEST = timedelta(days=366)
WAITS_S = (2 * LEAST_WAIT_S, 86_400)  # between freezing and the round: witnesses, restarts
ANSWERS_S = (3_600, 30 * 86_400)
FALLBACK_AFTER_S = (
    86_400  # the second round decides only when the first was not to be had for a day
)
DAYS_MOST = 3_650


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A draw as somebody writes it. `every` None: drawn once; `said`: what the status says above its link."""

    title: str
    prizes: str
    frozen_at: datetime
    said: str = ""
    language: str | None = None
    method: Method = "drawn"
    wait_s: int = 600
    winners: int = 1
    reserves: int = 3
    every: Literal["hour", "day", "week"] | None = None
    drawings: int = 1
    again: Literal["may", "may not"] = "may not"
    older_than_days: int = 0
    follow_the_author: bool = False
    list_id: int | None = None
    places: str = ""
    tied_to: str = "nothing"
    answer_within_s: int = 7 * 86_400


class Planned(msgspec.Struct, frozen=True):
    """A plan that can be announced: its entries, and when each drawing is frozen and decided."""

    title: str
    prizes: str
    manifest: bytes
    texts: tuple[Sealed, ...]
    drawings: tuple[bytes, ...]
    frozen_at: tuple[datetime, ...]
    due_at: tuple[datetime, ...]


def check(plan: Plan, network: NetworkSettings) -> tuple[Plan, tuple[str, ...]]:
    """The plan with clean words, and its places. Refused: what decides nothing, and what may not start."""
    title = clean(plan.title, "title", TITLE_LONGEST).strip()
    prizes = clean(plan.prizes, "prizes", PRIZES_LONGEST).strip()
    for field, text in (("title", title), ("prizes", prizes)):
        if not text:
            raise Invalid(field, f"Validation failed: {field} can't be blank", reason="ERR_BLANK")
    _check_times(plan)
    _within("winners", plan.winners, 1, MOST_WINNERS)
    _within("reserves", plan.reserves, 0, MOST_RESERVES)
    _within("older_than_days", plan.older_than_days, 0, DAYS_MOST)
    _within("answer_within_s", plan.answer_within_s, *ANSWERS_S)
    if plan.tied_to not in refusing.TIES:
        raise Invalid("tied_to", "Validation failed: There is no such tie")
    places = refusing.parse_places(plan.places)
    refusing.check_start(network.draw_refusals, places, plan.tied_to)
    return msgspec.structs.replace(plan, title=title, prizes=prizes), places


def _check_times(plan: Plan) -> None:
    if not now() + SOONEST <= plan.frozen_at <= now() + LATEST:
        raise Invalid("frozen_at", "Validation failed: The list is frozen in a minute to a year")
    _within("wait_s", plan.wait_s, *WAITS_S)
    if plan.every is None or plan.method == "selected":
        if plan.drawings != 1:
            raise Invalid("drawings", "Validation failed: Only a series has several drawings")
        return
    _within("drawings", plan.drawings, 1, MOST_DRAWINGS)
    if plan.wait_s >= EVERY_S[plan.every]:
        raise Invalid("wait_s", "Validation failed: A drawing is over before the next list freezes")


def _within(field: str, number: int, least: int, most: int) -> None:
    if not least <= number <= most:
        raise Invalid(field, f"Validation failed: {field} is a number from {least} to {most}")


def lay_out(
    plan: Plan, places: tuple[str, ...], draw_id: int, organiser: str, *, witnessed: bool
) -> Planned:
    """The entries of a checked plan. `organiser`: the author's address."""
    texts = tuple(openings.sealed(text) for text in (plan.title, plan.prizes, organiser))
    manifest = entries.encode(
        "draw",
        id=str(draw_id),
        title=texts[0].hashed.hex(),
        prizes=texts[1].hashed.hex(),
        organiser=texts[2].hashed.hex(),
        method=plan.method,
        eligible=Eligible(plan.older_than_days, plan.follow_the_author, plan.list_id is not None),
        places=places,
        tied_to=plan.tied_to,
        drawings=plan.drawings,
        winners=plan.winners,
        reserves=plan.reserves,
        again=plan.again,
        answer_within_s=plan.answer_within_s,
        fallback_after_s=FALLBACK_AFTER_S,
        witnessed=witnessed,
        chains=[chains.written(chain) for chain in chains.FIRST],
    )
    first = int(plan.frozen_at.timestamp())
    step = EVERY_S[plan.every] if plan.every is not None else 0
    frozen = [first + number * step for number in range(plan.drawings)]
    due = [_due(moment, plan) for moment in frozen]
    return Planned(
        plan.title,
        plan.prizes,
        manifest,
        texts,
        tuple(_terms(plan, manifest, number, moment) for number, moment in enumerate(frozen, 1)),
        tuple(_moment(one) for one in frozen),
        tuple(_moment(one) for one in due),
    )


def _due(frozen: int, plan: Plan) -> int:
    if plan.method == "selected":
        return frozen
    first = chains.FIRST[0]
    return first.due_at(first.first_from(frozen + plan.wait_s))


def _terms(plan: Plan, manifest: bytes, number: int, frozen: int) -> bytes:
    """One drawing's entry; its hash goes into every ticket, and with it the whole manifest's."""
    announced = {"manifest": leaf_hash(manifest).hex(), "number": number}
    if plan.method == "selected":
        return entries.encode("selection", frozen_at=frozen, **announced)
    sources = tuple(
        Source(chain.hash.hex(), chain.first_from(frozen + plan.wait_s)) for chain in chains.FIRST
    )
    terms = Terms(frozen, sources, plan.winners, plan.reserves, plan.again)
    return formats.encode_manifest(terms, type="drawing", **announced)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=now().tzinfo)
