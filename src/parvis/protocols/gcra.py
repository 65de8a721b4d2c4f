"""GCRA: a limit with bursts that keeps one number for each key, the time when it will be whole again.

Memory is bounded: keys are whatever strangers send. When there is no more room, those whose limit is whole
again are forgotten, which changes nothing for them; if that does not do, all are, which a flood of addresses
can bring about, and against which the limit per prefix stands.
"""

from collections.abc import Hashable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

import msgspec

_PREFIX_4 = 24  # what one small network has
_PREFIX_6 = 48  # what one customer is given


class Rate(msgspec.Struct, frozen=True):
    """At most `count` in any `period_s` seconds, all at once if they like."""

    count: int
    period_s: float


class Gcra:
    """One limit for many keys."""

    def __init__(self, rate: Rate, most_keys: int = 100_000) -> None:
        self._step = rate.period_s / rate.count
        self._period = rate.period_s
        self._most = most_keys
        self._whole: dict[Hashable, float] = {}

    def take(self, key: Hashable, now: float, cost: float = 1) -> float:
        """Count one act; 0 when it is allowed, else the seconds until it would be."""
        start = max(self._whole.get(key, now), now)
        after = start + self._step * cost
        late = after - now - self._period
        if late > 1e-9:  # noqa: PLR2004 - sums of steps are not exact
            return late
        if len(self._whole) >= self._most and key not in self._whole:
            self._forget(now)
        self._whole[key] = after
        return 0.0

    def _forget(self, now: float) -> None:
        self._whole = {key: whole for key, whole in self._whole.items() if whole > now}
        if len(self._whole) >= self._most:
            self._whole = {}

    def __len__(self) -> int:
        return len(self._whole)


@lru_cache(maxsize=16_384)
def prefix_of(address: str) -> str:
    """The network an address most likely shares with others of the same hand."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    length = _PREFIX_6 if isinstance(parsed, IPv6Address) else _PREFIX_4
    return str(ip_network((parsed, length), strict=False))
