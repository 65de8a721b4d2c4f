"""The answer of those who said who they are, weighted like the population: computed from the numbers of those
alike, and shown only where it neither betrays anybody nor pretends to know what it cannot.

It needs numpy: import it where it is used, never at a process's start.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np

from parvis.domain.polls.margins import PollMargin
from parvis.protocols import raking
from parvis.protocols.raking import Margin

DECLARED_LEAST = 30  # fewer say nothing of a population
CELL_LEAST = 5  # fewer could be told apart, and each would speak for too many

Withheld = Literal["", "nobody", "few", "small", "contradiction"]


class Cell(msgspec.Struct, frozen=True):
    """Voters who said the same of themselves."""

    answers: list[int]
    voters: int
    tallies: list[int]


class Part(msgspec.Struct, frozen=True):
    """A category: its share of those who declared, and of the population."""

    name: str
    declared: float
    population: float


class Weighed(msgspec.Struct, frozen=True):
    """`withheld` says why there are no figures, "" when there are. `small`, `empty`: categories in which
    fewer than CELL_LEAST, or none, declared.
    """

    withheld: Withheld
    declared: int | None  # None: too few to be told
    shares: list[float] = []
    design_effect: float = 1.0
    effective_size: float = 0.0
    parts: list[list[Part]] = []  # of each margin
    small: list[str] = []
    empty: list[Part] = []


def weigh(margins: Sequence[PollMargin], cells: Sequence[Cell], options: int) -> Weighed:
    counts = [cell.voters for cell in cells]
    declared = sum(counts)
    if declared < DECLARED_LEAST:
        why = "few" if declared else "nobody"
        return Weighed(why, declared if declared >= CELL_LEAST or not declared else None)
    answers = np.array([cell.answers for cell in cells], dtype=np.int64)
    told = [Margin(answers[:, at], margin.totals) for at, margin in enumerate(margins)]
    parts = [_parts(margin, one, counts) for margin, one in zip(margins, told, strict=True)]
    small = [
        part.name for of in parts for part in of if 0 < round(part.declared * declared) < CELL_LEAST
    ]
    empty = [part for of in parts for part in of if not part.declared]
    if small:
        return Weighed("small", declared, small=small, empty=empty)
    raked = raking.rake(told, counts=counts)
    if not raked.has_converged:
        return Weighed("contradiction", declared, parts=parts, empty=empty)
    tallies = np.array([cell.tallies for cell in cells], dtype=np.float64)
    whole = float((raked.weights * np.array(counts)).sum())
    shares = (raked.weights @ tallies / whole).tolist()
    cost = raking.precision(raked.weights, counts)
    return Weighed(
        "",
        declared,
        shares[:options],
        cost.design_effect,
        cost.effective_size,
        parts,
        small,
        empty,
    )


def _parts(margin: PollMargin, told: Margin, counts: Sequence[int]) -> list[Part]:
    sums = np.bincount(told.codes, weights=counts, minlength=len(margin.categories))
    whole = sum(margin.totals)
    return [
        Part(name, float(number) / sum(counts), total / whole)
        for name, number, total in zip(margin.categories, sums, margin.totals, strict=True)
    ]
