"""What a crowd, or several of them together, heard."""

from collections import Counter

import msgspec


class Heard(msgspec.Struct):
    """Numbers of one crowd, or the sum of several. Times in milliseconds."""

    reached: int = 0  # listeners who heard at least one part
    parts: int = 0
    bytes: int = 0
    lost: int = 0  # connections that broke off
    missing: int = 0  # parts that were not there any more
    refused: dict[str, int] = {}
    late: dict[
        int, int
    ] = {}  # how long after a part's end it was there, by the crowd's clock: how often
    joined: dict[int, int] = {}  # from the first packet to the first sound: how often
    resumed: dict[int, int] = {}  # from a connection that broke off to the next sound
    busy: float = 0.0  # share of its time in which the busiest crowd did not wait for anything
    starved: float = 0.0  # share of its time in which it had work to do and got no processor
    cut_short: int = 0  # listeners whom this machine had no socket for
    seconds: float = 0.0  # of counting

    def add(self, other: "Heard") -> None:
        for name in ("reached", "parts", "bytes", "lost", "missing", "cut_short"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.refused = dict(Counter(self.refused) + Counter(other.refused))
        self.late = dict(Counter(self.late) + Counter(other.late))
        self.joined = dict(Counter(self.joined) + Counter(other.joined))
        self.resumed = dict(Counter(self.resumed) + Counter(other.resumed))
        self.busy = max(self.busy, other.busy)
        self.starved = max(self.starved, other.starved)
        self.seconds = max(self.seconds, other.seconds)

    def spread_ms(self, percent: int) -> int:
        """How much later than the quickest listener of all a part was there, for that many of a hundred."""
        return share_of(self.late, percent) - min(self.late, default=0)


def share_of(counts: dict[int, int], percent: float) -> int:
    """The value below which so many of a hundred lie."""
    left = sum(counts.values()) * percent / 100
    for value in sorted(counts):
        left -= counts[value]
        if left <= 0:
            return value
    return max(counts, default=0)
