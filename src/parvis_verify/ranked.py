"""Ranked ballots by instant run-off, with the rule for ties that a manifest names `backwards-then-lot/v1`.

Each round a ballot counts for the first option on it that is still in. Who has more than half of those that
count has won; otherwise the one with the fewest goes out. Of several with the fewest, whoever had the fewest
in the round before goes, and so on back to the first; then the lot decides: the one whose SHA-256 of
"parvis.ranked/lot/v1", a zero byte, the manifest's leaf hash and the option's byte is the highest.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

TIES = "backwards-then-lot/v1"
_LOT = b"parvis.ranked/lot/v1\x00"
Ranking = tuple[int, ...]


@dataclass(frozen=True)
class Round:
    votes: dict[int, int]
    exhausted: int
    out: int | None  # which option went out; None in the last round


def run_off(options: int, ballots: Mapping[Ranking, int], manifest: bytes) -> list[Round]:
    """All rounds; none when nobody voted."""
    rounds: list[Round] = []
    # What is left of each ranking, by the option it counts for now; () are those that count no more.
    held: dict[int, Counter[Ranking]] = {one: Counter() for one in range(options)}
    gone: Counter[Ranking] = Counter()
    _hand_out(Counter(ballots), held, gone)
    while ballots:
        votes = {one: some.total() for one, some in held.items()}
        if max(votes.values()) * 2 > sum(votes.values()) or len(votes) == 1:
            rounds.append(Round(votes, gone.total(), None))
            break
        out = _goes(votes, rounds, manifest)
        rounds.append(Round(votes, gone.total(), out))
        _hand_out(held.pop(out), held, gone)
    return rounds


def _hand_out(
    some: Counter[Ranking], held: Mapping[int, Counter[Ranking]], gone: Counter[Ranking]
) -> None:
    for ranking, number in some.items():
        left = ranking
        while left and left[0] not in held:
            left = left[1:]
        (held[left[0]] if left else gone)[left] += number


def _goes(votes: Mapping[int, int], rounds: list[Round], manifest: bytes) -> int:
    tied = list(votes)
    for counted in [votes, *(one.votes for one in reversed(rounds))]:
        fewest = min(counted[one] for one in tied)
        tied = [one for one in tied if counted[one] == fewest]
    return max(tied, key=lambda one: sha256(_LOT + manifest + bytes([one])).digest())


def winner_of(rounds: list[Round]) -> int | None:
    if not rounds:
        return None
    votes = rounds[-1].votes
    return max(votes, key=votes.__getitem__)
