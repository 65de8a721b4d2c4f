"""What if those who answered differ from those who did not: Meng's identity for one poll, with numbers that
the reader tries out.
"""

import re

import msgspec

from parvis.protocols import opt_in

LEAST, MOST, STEP = 0.001, 0.05, 0.001
FIRST = 0.005  # what Meng found in surveys of an American election (2018, §4.2)
PEOPLE_MOST = 20_000_000_000
_CORRELATION = re.compile(r"0?[.,]\d{1,4}", re.ASCII)


class Supposed(msgspec.Struct, frozen=True):
    """`size`: how many asked at random would be as near the truth. `low`, `high`: what the population may
    think of the first answer. None, all three: no population to compare with.
    """

    population: int | None
    correlation: float
    answered: float = 0.0
    size: int | None = None
    is_as_good: bool = False  # as a random sample of all who answered, or better
    low: float = 0.0
    high: float = 0.0


def suppose(population: int | None, correlation: float, voters: int, observed: float) -> Supposed:
    if population is None or not 0 < voters < population:
        return Supposed(population, correlation)
    answered = voters / population
    size = opt_in.effective_size(correlation, answered)
    low, high = (
        opt_in.population_share(observed, one, answered) for one in (correlation, -correlation)
    )
    return Supposed(
        population,
        correlation,
        answered,
        max(min(int(size), voters), 1),
        size >= voters,
        low,
        high,
    )


def read_correlation(told: str) -> float:
    """What was asked for, within reason; the usual one when it is no number."""
    if not _CORRELATION.fullmatch(told):
        return FIRST
    return min(max(float(told.replace(",", ".")), LEAST), MOST)


def read_population(told: str, known: int | None) -> int | None:
    """The number of people that was asked for, else the one that is known."""
    bare = "".join(told.split())
    if bare.isascii() and bare.isdecimal() and 0 < len(bare) <= len(str(PEOPLE_MOST)):
        return min(int(bare), PEOPLE_MOST) or known
    return known
