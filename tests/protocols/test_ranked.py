"""Instant run-off: counts worked by hand, and laws that hold for any ballots."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols import ranked
from parvis.protocols.ranked import Elimination, Outcome, RankingInvalid, Round

MANIFEST = b"\x07" * 32
A, B, C, D = range(4)


def counted(options: int, **piles: int) -> Outcome:
    """`abc=3` are three ballots that name a, then b, then c."""
    ballots = {tuple("abcdef".index(one) for one in name): number for name, number in piles.items()}
    return ranked.count(options, ballots, MANIFEST)


def test_the_last_goes_out_and_its_ballots_go_on_or_are_exhausted() -> None:
    # a 7, b 6, c 5 of 18. c goes out: 3 to b, 1 to a, 1 to nobody. a 8, b 9 of 17: b has won.
    first = Elimination(C, (C,), "votes", None, {A: 1, B: 3}, 1)
    rounds = Round({A: 7, B: 6, C: 5}, 0, first), Round({A: 8, B: 9}, 1, None)
    assert counted(3, ab=7, b=6, cba=3, ca=1, c=1) == Outcome(18, B, rounds)


def test_more_than_half_of_the_ballots_that_still_count_is_enough_and_half_is_not() -> None:
    assert len(counted(3, a=4, b=2, c=1).rounds) == 1
    # a 4 of 8 is half. c goes out and names nobody else: a 4 of 7 has won.
    outcome = counted(3, a=4, b=3, c=1)
    assert outcome.rounds[1:] == (Round({A: 4, B: 3}, 1, None),)
    assert outcome.winner == A


def test_a_tie_is_parted_by_the_latest_round_that_differs() -> None:
    # Round 1: a 6, b 4, c 3, d 1 of 14. d goes out: to c. Round 2: a 6, b 4, c 4: b and c tie, and c had
    # fewer in round 1, so c goes out; its four name b. Round 3: a 6, b 8.
    outcome = counted(4, a=6, b=4, cb=3, dcb=1)
    assert outcome.rounds[1].eliminated == Elimination(C, (B, C), "earlier round", 1, {B: 4}, 0)
    assert (outcome.winner, outcome.rounds[2].votes) == (B, {A: 6, B: 8})


def test_a_tie_of_three_is_narrowed_round_by_round() -> None:
    # Round 1: a 10, b 4, c 5, d 6, e 1, f 2; e goes out, to b. Round 2: b 5, c 5, d 6, f 2; f goes out, to
    # b and c. Round 3: b, c and d have 6. In round 2 b and c had fewer than d, in round 1 b fewer than c.
    outcome = counted(6, a=10, b=4, c=5, d=6, eb=1, fb=1, fc=1)
    assert outcome.rounds[2].votes == {A: 10, B: 6, C: 6, D: 6}
    last = outcome.rounds[2].eliminated
    assert last == Elimination(B, (B, C, D), "earlier round", 1, {}, 6)


def test_a_tie_in_every_round_is_parted_by_the_lot_of_the_manifest() -> None:
    lots = ranked.draw_lots(MANIFEST, 2)
    outcome = counted(2, a=5, b=5)
    assert outcome.winner == lots[0]
    last = Elimination(lots[1], (A, B), "lot", None, {}, 5)
    assert outcome.rounds[0].eliminated == last
    assert outcome.rounds[1] == Round({lots[0]: 5}, 5, None)
    seen = {ranked.draw_lots(bytes([number]), 3) for number in range(60)}
    assert len(seen) == 6  # every order comes up


def test_one_option_no_ballot_and_options_nobody_names() -> None:
    assert counted(1, a=3) == Outcome(3, A, (Round({A: 3}, 0, None),))
    assert counted(3) == Outcome(0, None, ())
    assert counted(3, c=1) == Outcome(1, C, (Round({A: 0, B: 0, C: 1}, 0, None),))


@pytest.mark.parametrize("ranking", [(), (0, 0), (3,), (-1,), (0, 1, 2, 0)])
def test_what_is_no_ballot_is_refused(ranking: tuple[int, ...]) -> None:
    with pytest.raises(RankingInvalid):
        ranked.check_ranking(ranking, 3)
    with pytest.raises(RankingInvalid):
        ranked.count(3, {ranking: 1}, MANIFEST)


def test_empty_piles_and_impossible_polls_are_refused() -> None:
    for options, ballots in ((0, {}), (257, {}), (2, {(0,): 0})):
        with pytest.raises(RankingInvalid):
            ranked.count(options, ballots, MANIFEST)


@given(st.binary(max_size=8) | st.lists(st.integers(0, 6), max_size=6).map(bytes))
def test_bytes_are_a_ballot_or_none(content: bytes) -> None:
    try:
        assert ranked.check_ranking(content, 5) == tuple(content)
    except RankingInvalid:
        assert not content or len(set(content)) < len(content) or max(content) >= 5
    else:
        assert len(set(content)) == len(content) <= 5


BALLOTS = st.lists(
    st.permutations(range(5)).flatmap(lambda p: st.integers(1, 5).map(lambda n: p[:n]))
)


@given(BALLOTS)
def test_each_ballot_counts_once_in_each_round(ballots: list[list[int]]) -> None:
    outcome = ranked.count(5, ranked.pile(ballots), MANIFEST)
    assert outcome.ballots == len(ballots)
    still_in = set(range(5))
    for one in outcome.rounds:
        assert set(one.votes) == still_in
        assert sum(one.votes.values()) + one.exhausted == len(ballots)
        slowly = Counter(next((at for at in named if at in still_in), None) for named in ballots)
        assert all(slowly[option] == votes for option, votes in one.votes.items())
        if one.eliminated:
            assert one.votes[one.eliminated.option] == min(one.votes.values())
            still_in.remove(one.eliminated.option)
    if ballots:
        last = outcome.rounds[-1].votes
        assert last[outcome.winner or 0] * 2 > sum(last.values())
