"""Weighting the people who answered like the population they stand for, and what that costs in precision.

Raking (iterative proportional fitting; Deming and Stephan 1940) gives each respondent a weight such that
each margin, say ages and then regions, has the population's shares. With one margin it is
post-stratification; `crossed` makes one margin out of several. What cannot be reached is said, not hidden:
categories in which nobody answered, and margins that contradict each other, so that no weights satisfy them.

The standard error is linearised: scores of the weighted mean, less what the margins explain of them (Deville
and Särndal 1992). It is that of a random sample. Who answers an open poll is none, so pages show no margin
of error from it.

This imports numpy, which takes a tenth of a second: import it where it is used, never at a process's start.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

UNDECLARED = -1
MOST_ROUNDS = 1_000
CLOSE_ENOUGH = 1e-10  # of the population: how far a share may be from what it should be
_MOST_CELLS = 1 << 62

Codes = NDArray[np.int64]
Numbers = NDArray[np.float64]


class RakingInvalid(Exception):
    """Margins that do not fit the respondents, or say nothing of the population."""


class Margin(msgspec.Struct, frozen=True, eq=False):
    """What each respondent declared, and how the population is divided by it."""

    codes: Codes  # the category of each respondent (or group of those alike), from 0, or UNDECLARED
    totals: Sequence[float]  # of the population in each category: counts or shares


class EmptyCategory(msgspec.Struct, frozen=True):
    """A part of the population for which nobody speaks."""

    margin: int
    category: int
    share: float  # of the population


class Raked(msgspec.Struct, frozen=True, eq=False):
    """`weights` are 0 for those who did not declare everything; where a category is empty, the others of
    its margin share its part.
    """

    weights: Numbers
    declared: int
    undeclared: int
    empty: tuple[EmptyCategory, ...]
    rounds: int
    has_converged: bool
    gap: float  # the greatest distance of a share from what it should be


class Precision(msgspec.Struct, frozen=True):
    """What unequal weights cost: Kish's design effect, and the size of an equally weighted sample as good."""

    design_effect: float
    effective_size: float


class Estimate(msgspec.Struct, frozen=True):
    mean: float
    standard_error: float


class _Cells(msgspec.Struct, frozen=True, eq=False):
    """Respondents who declared everything, those alike together."""

    declared: NDArray[np.bool_]  # of each respondent
    of: Codes  # the cell of each who declared
    categories: list[Codes]  # per margin: the category of each cell
    counts: Numbers


def crossed(*margins: Codes, sizes: Sequence[int]) -> Codes:
    """One code out of several; the population's totals then come in the same order, the last running."""
    known = np.logical_and.reduce([codes != UNDECLARED for codes in margins])
    code = np.full(known.shape, UNDECLARED, dtype=np.int64)
    code[known] = np.ravel_multi_index(tuple(one[known] for one in margins), tuple(sizes))
    return code


def rake(
    margins: Sequence[Margin],
    population: float | None = None,
    *,
    counts: Sequence[int] | None = None,
) -> Raked:
    """Weights that add up to `population`, or to the number of those who declared. With `counts` each code is
    that of a group of respondents, and its weight that of each of them.
    """
    shares = [_shares(margin) for margin in margins]
    cells = _cells(margins, counts)
    declared = round(cells.counts.sum())
    everybody = len(cells.declared) if counts is None else sum(counts)
    weights = np.zeros(cells.declared.shape)
    if not declared:
        return Raked(weights, 0, everybody, _empty(shares, cells), 0, has_converged=False, gap=1.0)
    targets = [_reachable(share, at, cells) for at, share in enumerate(shares)]
    fitted, rounds, gap = _fit(cells, targets)
    total = declared if population is None else population
    weights[cells.declared] = (fitted / cells.counts)[cells.of] * total
    return Raked(
        weights,
        declared,
        everybody - declared,
        _empty(shares, cells),
        rounds,
        has_converged=gap <= CLOSE_ENOUGH,
        gap=gap,
    )


def _shares(margin: Margin) -> Numbers:
    totals = np.asarray(margin.totals, dtype=np.float64)
    if totals.ndim != 1 or not np.isfinite(totals).all() or (totals < 0).any() or not totals.sum():
        raise RakingInvalid("a population is divided into parts, none less than nothing")
    if ((margin.codes < UNDECLARED) | (margin.codes >= len(totals))).any():
        raise RakingInvalid("a respondent is in a category that the population does not have")
    return totals / totals.sum()


def _cells(margins: Sequence[Margin], sizes_of: Sequence[int] | None = None) -> _Cells:
    """`sizes_of`: how many respondents stand behind each code; None: one."""
    if not margins or len({len(margin.codes) for margin in margins}) > 1:
        raise RakingInvalid("there is at least one margin, and each has all respondents")
    if sizes_of is not None and (
        len(sizes_of) != len(margins[0].codes) or min(sizes_of, default=1) < 1
    ):
        raise RakingInvalid("there is somebody in every group")
    sizes = tuple(len(margin.totals) for margin in margins)
    if np.prod(sizes, dtype=object) > _MOST_CELLS:
        raise RakingInvalid("there are too many margins")
    codes = crossed(*(margin.codes for margin in margins), sizes=sizes)
    declared = codes != UNDECLARED
    keys, of = np.unique(codes[declared], return_inverse=True)
    weighing = None if sizes_of is None else np.asarray(sizes_of, dtype=np.float64)[declared]
    counts = np.bincount(of, weights=weighing, minlength=len(keys)).astype(np.float64)
    categories = [one.astype(np.int64) for one in np.unravel_index(keys, sizes)]
    return _Cells(declared, of, categories, counts)


def _reachable(share: Numbers, at: int, cells: _Cells) -> Numbers:
    """The shares of a margin without categories in which nobody is."""
    there = np.bincount(cells.categories[at], minlength=len(share)) > 0
    left = np.where(there, share, 0.0)
    if not left.sum():
        raise RakingInvalid("nobody who answered belongs to the population")
    return left / left.sum()


def _empty(shares: Sequence[Numbers], cells: _Cells) -> tuple[EmptyCategory, ...]:
    found: list[EmptyCategory] = []
    for at, share in enumerate(shares):
        there = np.bincount(cells.categories[at], minlength=len(share)) > 0
        found += [
            EmptyCategory(at, int(category), float(share[category]))
            for category in np.flatnonzero(~there & (share > 0))
        ]
    return tuple(found)


def _fit(cells: _Cells, targets: Sequence[Numbers]) -> tuple[Numbers, int, float]:
    """Shares of the cells, the rounds it took, and what is still missing."""
    fitted = cells.counts / cells.counts.sum()
    gap = 1.0
    for number in range(1, MOST_ROUNDS + 1):
        for categories, target in zip(cells.categories, targets, strict=True):
            sums = np.bincount(categories, weights=fitted, minlength=len(target))
            factors = np.divide(target, sums, out=np.zeros_like(target), where=sums > 0)
            fitted = fitted * factors[categories]
        gap = max(
            float(np.abs(np.bincount(one, weights=fitted, minlength=len(target)) - target).max())
            for one, target in zip(cells.categories, targets, strict=True)
        )
        if gap <= CLOSE_ENOUGH:
            return fitted, number, gap
    return fitted, MOST_ROUNDS, gap


def precision(weights: Numbers, counts: Sequence[int] | None = None) -> Precision:
    """Kish (1965, §11.7; 1992): 1 + the squared coefficient of variation. Weights of 0 are left out.
    `counts`: how many have each weight.
    """
    each = np.ones(len(weights)) if counts is None else np.asarray(counts, dtype=np.float64)
    used, each = weights[weights > 0], each[weights > 0]
    if not len(used):
        return Precision(1.0, 0.0)
    size = float((each * used).sum() ** 2 / (each * used**2).sum())
    return Precision(float(each.sum()) / size, size)


def estimate(
    values: Numbers,
    weights: Numbers,
    margins: Sequence[Margin] = (),
    *,
    clusters: Codes | None = None,
    sampled: float = 0.0,
) -> Estimate:
    """The weighted mean and its linearised standard error.

    `margins`: those that the weights were raked to. `clusters`: who was chosen together, from 0.
    `sampled`: the part of the population (of its clusters) that is in the sample.
    """
    used = weights > 0
    total = weights.sum()
    if not total:
        raise RakingInvalid("nobody has a weight")
    mean = float((weights * values).sum() / total)
    rest = values[used] - mean
    if margins:
        kept = [Margin(margin.codes[used], margin.totals) for margin in margins]
        rest = rest - _explained(rest, kept)
    scores = weights[used] * rest / total
    if clusters is not None:
        scores = np.bincount(np.unique(clusters[used], return_inverse=True)[1], weights=scores)
    number = len(scores)
    if number < 2:  # noqa: PLR2004 - one says nothing of how they differ
        return Estimate(mean, float("nan"))
    variance = ((scores - scores.mean()) ** 2).sum() * number / (number - 1) * (1 - sampled)
    return Estimate(mean, float(np.sqrt(variance)))


def _explained(values: Numbers, margins: Sequence[Margin]) -> Numbers:
    """What the margins say of values: their least squares fit on all categories."""
    cells = _cells(margins)
    means = np.bincount(cells.of, weights=values) / cells.counts
    columns = [
        categories[:, None] == np.arange(len(margin.totals))
        for categories, margin in zip(cells.categories, margins, strict=True)
    ]
    table = np.concatenate(columns, axis=1).astype(np.float64)
    root = np.sqrt(cells.counts)
    found = np.linalg.lstsq(table * root[:, None], means * root)[0]
    return (table @ found)[cells.of]
