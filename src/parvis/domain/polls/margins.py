"""What a poll asks its voters about themselves, and how the population it is to speak for is divided: said
by its author or the network's owner, and fixed by the first voter who answers.
"""

import hashlib
import math
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from parvis.domain.errors import Conflict, Forbidden, Invalid, NotFound
from parvis.domain.words import clean
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.polls")

MarginKind = Literal["age", "gender", "region", "education"]
CATEGORIES_LEAST, CATEGORIES_MOST = 2, 30
CELLS_MOST = 5_000
NAME_MOST = 120  # letters of a category, and of a population's name
SOURCE_MOST = 500
PEOPLE_MOST = 20_000_000_000
LINES_MOST = 6_000  # letters of a field


class Population(msgspec.Struct, frozen=True):
    """Whom a poll is to speak for, in its author's words. `size` None: not said."""

    name: str
    size: int | None
    source: str


class PollMargin(msgspec.Struct, frozen=True):
    """One thing voters are asked of themselves. `totals`: the population's people or shares."""

    kind: MarginKind
    categories: list[str]
    totals: list[float]


class Asking(msgspec.Struct, frozen=True):
    population: Population | None
    margins: tuple[PollMargin, ...]

    @property
    def mark(self) -> str:
        """Names these very questions: who answers others is asked again."""
        return hashlib.sha256(msgspec.json.encode(self.margins)).hexdigest()[:16]


def parse_margin(kind: MarginKind, lines: str) -> PollMargin | None:
    """A margin as it is typed, a category and its part a line: `18 to 29: 21.3`. None: nothing typed."""
    if len(lines) > LINES_MOST:
        raise Invalid(kind, "Validation failed: There are too many lines", reason="ERR_TOO_LONG")
    written = [line.strip() for line in clean(lines, kind, LINES_MOST).splitlines() if line.strip()]
    if not written:
        return None
    categories: list[str] = []
    totals: list[float] = []
    for line in written:
        name, colon, part = line.rpartition(":")
        if not colon or not 0 < len(name.strip()) <= NAME_MOST:
            raise _unreadable(kind)
        categories.append(name.strip())
        totals.append(_number(kind, part))
    folded = {one.casefold() for one in categories}
    if len(folded) < len(categories) or not CATEGORIES_LEAST <= len(categories) <= CATEGORIES_MOST:
        raise Invalid(
            kind, "Validation failed: Categories are 2 to 30, each once", reason="ERR_CATEGORIES"
        )
    return PollMargin(kind, categories, totals)


def _number(kind: str, part: str) -> float:
    """As written in French or English: `21,3 %`, `12 340`."""
    bare = "".join(part.replace("%", "").split()).replace(",", ".")
    try:
        number = float(bare)
    except ValueError:
        raise _unreadable(kind) from None
    if not math.isfinite(number) or not 0 < number <= PEOPLE_MOST:
        raise _unreadable(kind)
    return number


def _unreadable(kind: str) -> Invalid:
    return Invalid(kind, "Validation failed: Each line is a category, a colon and a part above 0")


def check(asking: Asking) -> Asking:
    """Refused: parts of a population that is not named, or whose source is not."""
    if math.prod(len(one.categories) for one in asking.margins) > CELLS_MOST:
        raise Invalid(
            "age", "Validation failed: There are too many combinations", reason="ERR_TOO_MANY"
        )
    told = asking.population
    if told is None:
        if asking.margins:
            raise Invalid(
                "population", "Validation failed: Say whom these parts are of", reason="ERR_BLANK"
            )
        return asking
    name, source = (clean(one, "source", SOURCE_MOST).strip() for one in (told.name, told.source))
    if not 0 < len(name) <= NAME_MOST:
        raise Invalid(
            "population", "Validation failed: Say whom these parts are of", reason="ERR_BLANK"
        )
    if not source:
        raise Invalid(
            "source", "Validation failed: Say where the figures are from", reason="ERR_BLANK"
        )
    if told.size is not None and not 0 < told.size <= PEOPLE_MOST:
        raise Invalid("size", "Validation failed: A number of people was expected")
    return msgspec.structs.replace(asking, population=Population(name, told.size, source))


async def change(
    tx: Tx, account_id: int, poll_id: int, asking: Asking, *, runs_network: bool = False
) -> None:
    """Ask the voters of an open poll this about themselves. Refused: to others than its author and who runs
    the network; once somebody has answered. Two statements.
    """
    asking = check(asking)
    poll = await tx.fetchrow(Q.hold_to_ask, account_id, poll_id)
    if poll is None:
        raise NotFound
    if not poll["is_own"] and not runs_network:
        raise Forbidden
    if poll["is_over"]:
        raise Conflict("The poll is over: nobody can be asked any more", reason="poll_over")
    if poll["is_secret"]:
        raise Conflict("Of a secret ballot nobody knows who cast it", reason="poll_secret")
    population = asking.population
    is_changed = await tx.fetchval(
        Q.change_margins,
        poll_id,
        population and population.name,
        population and population.size,
        population and population.source,
        [one.kind for one in asking.margins],
        [msgspec.to_builtins(one) for one in asking.margins],
    )
    if not is_changed:
        raise Conflict(
            "Voters have answered already: their questions stay", reason="margins_frozen"
        )


async def list_margins(db: Db | Tx, poll_id: int) -> tuple[PollMargin, ...]:
    return margins_of(await db.fetch(Q.list_margins, poll_id))


def margins_of(rows: Sequence[Any]) -> tuple[PollMargin, ...]:
    return tuple(
        PollMargin(row["kind"], list(row["categories"]), list(row["totals"])) for row in rows
    )
