"""Weighting against published examples, to the digits they print; empty categories and contradictions."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols import opt_in, raking
from parvis.protocols.raking import EmptyCategory, Margin, RakingInvalid

SOURCE = Path(__file__).parents[2] / "src"

# G. Kalton and I. Flores-Cervantes, "Weighting Methods", Journal of Official Statistics 19(2), 2003, 81-97:
# people in four by three categories, in the sample and in the population. Their tables of weights are
# printed, to two digits, in the tests of R's survey package (tests/kalton.Rout.save, tables A and B).
KALTON_SAMPLE = [[20, 50, 100, 30], [40, 140, 50, 100], [40, 310, 50, 70]]
KALTON_POPULATION = [[80, 60, 170, 55], [40, 150, 60, 165], [55, 340, 200, 125]]
KALTON_CELLS = [[4.00, 1.20, 1.70, 1.83], [1.00, 1.07, 1.20, 1.65], [1.38, 1.10, 4.00, 1.79]]
KALTON_RAKED = [[1.81, 1.08, 2.20, 1.83], [1.45, 0.87, 1.76, 1.47], [2.02, 1.21, 2.45, 2.04]]

# Schools of fifteen districts of California drawn at random out of 757 ("apiclus1" of R's survey package):
# the academic performance index of 2000, H or M for high and middle schools, - where a target was missed.
DISTRICTS = """
608H 684 612 710 729 714 759 585 625 664M 669M
443H 467 482M 496
411M- 494
493 592M- 550 689M 598M- 628 652 628 832 777 709 709- 736
561 555
696H- 631M- 564 602
529H 491 510 547M-
814 806 715 785 720M 905 617M 630 629 696 476 757 825 595 552- 847M
714H 724H 687H- 723H 662 699- 807 679M 691
622 754 655 764 795 505 638- 733 523 511 710 657 602 490 664- 651 603 698 511 814 669 711- \
    538 705 595 551 762 521 709 780 780 722 828 737
595H- 661H 502 614M- 585 582 642M 536 746 667 629- 745 674 637 696 632 639 745 789 656M 789
517H 478H 582H 592 587 553 516 535 566 481- 472 559 610 599 551 554 561- 505- 492- 504 487 \
    627 465 529 625 436 542 515- 461M 528M 512M 508M 670 760 652 546 717
701 748 735 699M- 685 827 711M 677 759M- 697 742 691 700
551
703H 676 714 842 824 717 836 733M 719 817M 749 781
"""
SCHOOLS = [
    (district, *found)
    for district, line in enumerate(DISTRICTS.split("\n")[1:-1])
    for found in re.findall(r"(\d+)([HM]?)(-?)", line)
]
INDEX = np.array([float(one[1]) for one in SCHOOLS])
DISTRICT = np.array([one[0] for one in SCHOOLS])
TYPE = Margin(np.array(["EHM".index(one[2] or "E") for one in SCHOOLS]), (4421, 755, 1018))
MET = np.array([int(one[3] == "") for one in SCHOOLS])


def kalton() -> tuple[np.ndarray, np.ndarray]:
    """Row and column of each person in the sample."""
    counts = np.array(KALTON_SAMPLE)
    rows, columns = np.indices(counts.shape)
    return np.repeat(rows.ravel(), counts.ravel()), np.repeat(columns.ravel(), counts.ravel())


def in_cells(rows: np.ndarray, columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
    found = np.zeros((3, 4))
    found[rows, columns] = weights
    return found


def test_kalton_and_flores_cervantes() -> None:
    rows, columns = kalton()
    population = np.array(KALTON_POPULATION)
    cells = Margin(raking.crossed(rows, columns, sizes=(3, 4)), population.ravel())
    by_cell = raking.rake([cells], population.sum())
    assert by_cell.rounds == 1
    # 55/40 is 1.375: R prints it as 1.38 and as 1.37, depending on the last bit.
    np.testing.assert_allclose(in_cells(rows, columns, by_cell.weights), KALTON_CELLS, atol=0.0051)
    raked = raking.rake(
        [Margin(columns, population.sum(axis=0)), Margin(rows, population.sum(axis=1))],
        population.sum(),
    )
    assert raked.has_converged
    found = in_cells(rows, columns, raked.weights).round(2)
    np.testing.assert_array_equal(found, np.array(KALTON_RAKED))
    assert (raked.declared, raked.undeclared, raked.empty) == (1000, 0, ())


def test_schools_of_california() -> None:
    assert len(SCHOOLS) == 183

    def found(*margins: Margin) -> tuple[float, float]:
        weights = raking.rake(margins, 6194).weights if margins else np.ones(183)
        one = raking.estimate(INDEX, weights, margins, clusters=DISTRICT, sampled=15 / 757)
        return one.mean, one.standard_error

    # Printed by R's survey package, tests/api.Rout.save, and raked by tests/rakecheck.Rout.save. (The first
    # prints the post-stratified error as 23.921: R of 2007; below is what R says now.)
    plain, by_type = found(), found(TYPE)
    raked = found(TYPE, Margin(MET, (1072, 5122)))
    assert [f"{mean:.2f} {error:.3f}" for mean, error in (plain, raked)] == [
        "644.17 23.542",
        "641.23 23.704",
    ]
    assert f"{by_type[0]:.2f}" == "642.31"
    # To all digits: survey 4.5 of R, as the tests of the package svy (samplics-org/svy) record it.
    assert plain[1] == pytest.approx(23.542240693781, rel=1e-12)
    assert by_type == pytest.approx((642.310788211584, 23.9204864450905), rel=1e-12)
    other = found(TYPE, Margin(MET, (1000, 5194)))
    assert other[1] == pytest.approx(23.745841047537, rel=1e-9)


def test_a_random_sample_of_municipalities() -> None:
    # R. Lehtonen and E. Pahkinen, Practical Methods for Design and Analysis of Complex Surveys, table 2.4: 8
    # of the 32 municipalities of a province. Inputs and digits as UCLA's Statistical Consulting prints
    # them from SAS's PROC SURVEYMEANS (stats.oarc.ucla.edu/sas/examples/svy-pmdacs/, chapter 2).
    unemployed = np.array([4123.0, 760, 721, 142, 187, 331, 127, 219])
    labour = np.array([33786.0, 5919, 4930, 675, 1448, 2543, 1084, 1330])
    printed = [("826.250000", "415.070586", "13282"), ("6464.375000", "3430.088578", "109763")]
    for values, (mean, error, of_total) in zip((unemployed, labour), printed, strict=True):
        found = raking.estimate(values, np.full(8, 4.0), sampled=0.25)
        assert (f"{found.mean:.6f}", f"{found.standard_error:.6f}") == (mean, error)
        assert f"{32 * found.standard_error:.0f}" == of_total


def test_kish() -> None:
    # Sawtooth Software, Lighthouse Studio manual, appendix E, "Effective Sample Size".
    found = raking.precision(np.array([1.5, 0.8, 1.2, 1.1, 2.5]))
    assert f"{found.effective_size:.2f}" == "4.28"
    assert found.design_effect == pytest.approx(5 / found.effective_size)
    assert raking.precision(np.array([3.0, 3.0, 0.0])) == raking.Precision(1.0, 2.0)
    assert raking.precision(np.zeros(3)).effective_size == 0
    assert raking.precision(np.array([1.0, 3.0, 0.0]), [2, 1, 9]) == raking.precision(
        np.array([1.0, 1, 3])
    )


def test_meng() -> None:
    # Meng 2018, abstract: 1 % of the electorate, about 2,300,000, and a correlation of 0.005 are worth about
    # 400 asked at random, a reduction by 99.98 %.
    size = opt_in.effective_size(0.005, 0.01)
    assert round(size, -2) == 400
    assert f"{100 * (1 - size / 2_300_000):.2f}" == "99.98"
    assert opt_in.effective_size(0, 0.01) == math.inf
    with pytest.raises(ValueError, match="not nobody"):
        opt_in.error(0.1, 0, 1)


@given(st.integers(0, 2**32 - 1))
def test_mengs_identity_holds_for_every_population_and_everybody_in_it(seed: int) -> None:
    chance = np.random.default_rng(seed)
    opinions = chance.permutation(np.arange(200) % chance.integers(2, 5) == 0).astype(float)
    answered = chance.permutation(np.arange(200) < chance.integers(1, 200))
    observed, share = opinions[answered].mean(), answered.mean()
    correlation = float(np.corrcoef(opinions, answered)[0, 1])
    difference = observed - opinions.mean()
    assert opt_in.error(correlation, share, opinions.std()) == pytest.approx(difference, abs=1e-9)
    found = opt_in.population_share(observed, correlation, share)
    assert found == pytest.approx(opinions.mean(), abs=1e-6)


def test_those_alike_can_be_told_as_groups() -> None:
    rows, columns = kalton()
    everybody = np.array(KALTON_POPULATION)
    totals = everybody.sum(axis=1), everybody.sum(axis=0)
    alone = raking.rake([Margin(rows, totals[0]), Margin(columns, totals[1])])
    places = [np.repeat([0, 1, 2], 4), np.tile([0, 1, 2, 3], 3)]
    counts = [one for row in KALTON_SAMPLE for one in row]
    margins = [Margin(places[0], totals[0]), Margin(places[1], totals[1])]
    together = raking.rake(margins, counts=counts)
    assert (together.declared, together.undeclared) == (1000, 0)
    np.testing.assert_allclose(np.repeat(together.weights, counts), alone.weights)
    each = raking.precision(alone.weights)
    assert raking.precision(together.weights, counts).effective_size == pytest.approx(
        each.effective_size
    )
    with pytest.raises(RakingInvalid):
        raking.rake(margins, counts=[0] * 12)


def test_nobody_in_a_category_is_told_and_the_others_share_its_part() -> None:
    ages = Margin(np.array([0, 0, 1, raking.UNDECLARED]), (30, 30, 40))
    raked = raking.rake([ages])
    assert raked.empty == (EmptyCategory(0, 2, 0.4),)
    assert (raked.declared, raked.undeclared, raked.has_converged) == (3, 1, True)
    np.testing.assert_allclose(raked.weights, [0.75, 0.75, 1.5, 0])
    nobody = raking.rake([Margin(np.array([raking.UNDECLARED] * 2), (1, 1))])
    assert (nobody.declared, nobody.undeclared, nobody.has_converged) == (0, 2, False)
    assert len(nobody.empty) == 2


def test_margins_that_contradict_each_other_are_told() -> None:
    # Every man is old and every woman young, but the population has as many old as young, and more women.
    same = np.array([0, 0, 1])
    raked = raking.rake([Margin(same, (1, 1)), Margin(same, (1, 3))])
    assert not raked.has_converged
    assert raked.gap == pytest.approx(0.25)


def test_what_says_nothing_of_the_population_is_refused() -> None:
    one = np.array([0, 1])
    for margins in (
        [],
        [Margin(one, (1,))],
        [Margin(one - 2, (1, 1))],
        [Margin(one, (1, -1))],
        [Margin(one, (0, 0))],
        [Margin(one, (1, math.nan))],
        [Margin(one, (1, 1)), Margin(np.array([0]), (1, 1))],
        [Margin(np.array([0, 0]), (0, 1))],
        [Margin(one, (1,) * 1000)] * 7,
    ):
        with pytest.raises(RakingInvalid):
            raking.rake(margins)
    with pytest.raises(RakingInvalid):
        raking.estimate(np.ones(2), np.zeros(2))
    assert math.isnan(raking.estimate(np.ones(1), np.ones(1)).standard_error)


@given(
    st.lists(st.tuples(st.integers(-1, 2), st.integers(-1, 1)), max_size=60),
    st.lists(st.integers(1, 9), min_size=5, max_size=5),
)
def test_margins_are_met_or_it_is_said(people: list[tuple[int, int]], totals: list[int]) -> None:
    codes = np.array(people, dtype=np.int64).reshape(-1, 2)
    margins = [Margin(codes[:, 0], totals[:3]), Margin(codes[:, 1], totals[3:])]
    raked = raking.rake(margins)
    assert raked.declared + raked.undeclared == len(people)
    assert ((raked.weights == 0) | (codes >= 0).all(axis=1)).all()
    if raked.has_converged:
        assert raked.weights.sum() == pytest.approx(raked.declared)
        for margin in margins:
            shares = np.array(margin.totals) / sum(margin.totals)
            empty = {one.category for one in raked.empty if margins[one.margin] is margin}
            reached = 1 - sum(shares[category] for category in empty)
            for category in set(range(len(shares))) - empty:
                found = raked.weights[margin.codes == category].sum() / raked.declared
                assert found == pytest.approx(shares[category] / reached, abs=1e-6)


def test_no_process_loads_numpy_at_its_start() -> None:
    # Who imports it is imported where something is weighed, and by the processes of rooms alone.
    slow = r"(raking|weighing|mixing|m4a)\b"
    early = re.compile(
        rf"^(from parvis\.protocols import .*\b{slow}|(import|from) numpy"
        rf"|(import|from) parvis\.(protocols\.{slow}|domain\.polls\.weighing))",
        re.MULTILINE,
    )
    others = {path for path in SOURCE.rglob("*.py") if path.parent.name != "sound"}
    found = {path.name for path in others if early.search(path.read_text("utf-8"))}
    assert found == {"raking.py", "weighing.py", "mixing.py", "m4a.py"}
    importing = re.compile(r"^from parvis.*\b(weighing\b|live\.sound\b)", re.MULTILINE)
    importers = {path.name for path in others if importing.search(path.read_text("utf-8"))}
    assert importers == {"room_child.py"}
