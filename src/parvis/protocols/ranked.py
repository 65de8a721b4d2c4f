"""Counting ranked ballots by instant run-off, round by round, so that anybody can follow and repeat it.

A ballot names options in the order of preference, as many of them as its voter likes, each at most once;
two options cannot share a rank. In a round each ballot counts for the first of its options that is still
in; a ballot with none left is exhausted and counts for nobody. An option with more than half of the
ballots that still count has won. Otherwise one option goes out, the one with the fewest, and the next
round begins.

Ties. When several have the fewest, those of them go on being considered who had the fewest of them in the
round before, and so on back to the first round, until one is left: that one goes out (the rule of the
Australian Capital Territory: Electoral Act 1992, Schedule 4, clause 8 (2)). When they were equal in every
round, the lot decides: the one that stands last in `draw_lots`, an order that follows from the poll's
manifest, so that it is fixed before anyone votes and nobody can choose it by looking at the votes. Two
that share the last round are parted by the same rule. A manifest names this rule `TIE_RULE`.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

TIE_RULE = "backwards-then-lot/v1"
MOST_OPTIONS = 256  # an option is one byte of a ballot
_LOT = b"parvis.ranked/lot/v1\x00"

Ranking = tuple[int, ...]
ByWhat = Literal["votes", "earlier round", "lot"]


class RankingInvalid(Exception):
    """It is no ballot for the poll; the message says why."""


class Elimination(msgspec.Struct, frozen=True):
    """Which option went out, why that one, and where its ballots went."""

    option: int
    tied: tuple[int, ...]  # all that had the fewest votes, the option among them
    by: ByWhat
    decided_in: int | None  # number of the earlier round that parted them, the first being 1
    moved: dict[int, int]  # option → ballots it received
    exhausted: int  # ballots that named nobody else who was still in


class Round(msgspec.Struct, frozen=True):
    votes: dict[int, int]  # option that was still in → ballots that counted for it
    exhausted: int  # ballots that no longer counted, of all rounds before
    eliminated: Elimination | None  # None in the last round


class Outcome(msgspec.Struct, frozen=True):
    ballots: int
    winner: int | None  # None when nobody voted
    rounds: tuple[Round, ...]


def check_ranking(ranking: Sequence[int], options: int) -> Ranking:
    """A ballot as it is counted. Refused: none, an option twice, one that the poll does not have."""
    if not ranking:
        raise RankingInvalid("a ballot names at least one option")
    if len(set(ranking)) != len(ranking):
        raise RankingInvalid("a ballot names an option once")
    if not all(0 <= option < options for option in ranking):
        raise RankingInvalid("a ballot names options of its poll")
    return tuple(ranking)


def draw_lots(manifest_hash: bytes, options: int) -> Ranking:
    """The order that parts options which nothing else parts: by hash, the lowest standing first."""
    return tuple(
        sorted(
            range(options),
            key=lambda option: hashlib.sha256(_LOT + manifest_hash + bytes([option])).digest(),
        )
    )


def pile(ballots: Iterable[Sequence[int]]) -> Counter[Ranking]:
    """Equal ballots together: how often each ranking was given."""
    return Counter(map(tuple, ballots))


def count(options: int, ballots: Mapping[Ranking, int], manifest_hash: bytes) -> Outcome:
    """The whole count. Refused: a pile of ballots that the poll does not allow."""
    if not 1 <= options <= MOST_OPTIONS:
        raise RankingInvalid(f"a ranked poll has 1 to {MOST_OPTIONS} options")
    for ranking, number in ballots.items():
        check_ranking(ranking, options)
        if number < 1:
            raise RankingInvalid("a pile holds at least one ballot")
    if not ballots:
        return Outcome(0, None, ())
    return _Count(options, ballots, draw_lots(manifest_hash, options)).run()


class _Count:
    def __init__(self, options: int, ballots: Mapping[Ranking, int], lots: Ranking) -> None:
        self.lots = lots
        self.ballots = sum(ballots.values())
        self.exhausted = 0
        self.rounds: list[Round] = []
        # Of each option still in: the ballots that count for it, and how far each has been read.
        self.piles: dict[int, list[tuple[Ranking, int, int]]] = {at: [] for at in range(options)}
        self.votes = dict.fromkeys(range(options), 0)
        for ranking, number in ballots.items():
            self._put(ranking, 0, number)

    def run(self) -> Outcome:
        while True:
            votes, exhausted = dict(self.votes), self.exhausted
            leader = max(votes, key=votes.__getitem__)
            if votes[leader] * 2 > self.ballots - exhausted:
                self.rounds.append(Round(votes, exhausted, None))
                return Outcome(self.ballots, leader, tuple(self.rounds))
            self.rounds.append(Round(votes, exhausted, self._eliminate()))

    def _eliminate(self) -> Elimination:
        tied = _fewest(self.votes, self.votes)
        option, by, decided_in = self._part(tied)
        before, exhausted = dict(self.votes), self.exhausted
        del self.votes[option]
        for ranking, place, number in self.piles.pop(option):
            self._put(ranking, place + 1, number)
        moved = {at: got for at, votes in self.votes.items() if (got := votes - before[at])}
        return Elimination(option, tuple(tied), by, decided_in, moved, self.exhausted - exhausted)

    def _part(self, tied: Sequence[int]) -> tuple[int, ByWhat, int | None]:
        """Of those with the fewest votes the one that goes out, by what, and in which earlier round."""
        if len(tied) == 1:
            return tied[0], "votes", None
        for at in range(len(self.rounds) - 1, -1, -1):
            tied = _fewest(self.rounds[at].votes, tied)
            if len(tied) == 1:
                return tied[0], "earlier round", at + 1
        return max(tied, key=self.lots.index), "lot", None

    def _put(self, ranking: Ranking, place: int, number: int) -> None:
        """Ballots onto the pile of their first option from `place` on that is still in."""
        for at in range(place, len(ranking)):
            if (option := ranking[at]) in self.votes:
                self.piles[option].append((ranking, at, number))
                self.votes[option] += number
                return
        self.exhausted += number


def _fewest(votes: Mapping[int, int], among: Iterable[int]) -> list[int]:
    among = list(among)
    least = min(votes[option] for option in among)
    return [option for option in among if votes[option] == least]
