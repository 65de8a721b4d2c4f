"""Rate limits by GCRA in a memory map."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from parvis.infra import limits as module
from parvis.infra.limits import Limit, Limits


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1_000.0]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def test_a_burst_is_allowed_then_refused_then_allowed_again(clock: list[float]) -> None:
    limits, limit = Limits(), Limit(3, 30)
    assert [limits.take(limit, "a").remaining for _ in range(3)] == [2, 1, 0]
    refused = limits.take(limit, "a")
    assert not refused.is_allowed
    assert refused.retry_after_s == pytest.approx(10)
    clock[0] += 10
    assert limits.take(limit, "a").is_allowed
    assert not limits.take(limit, "a").is_allowed


def test_keys_and_limits_do_not_share(clock: list[float]) -> None:
    limits = Limits()
    assert limits.take(Limit(1, 30), "a").is_allowed
    assert limits.take(Limit(1, 30), "b").is_allowed
    assert limits.take(Limit(1, 60), "a").is_allowed
    assert clock


def test_processes_share_one_count(tmp_path: Path, clock: list[float]) -> None:
    one, other = Limits(tmp_path / "limits"), Limits(tmp_path / "limits")
    assert one.take(Limit(1, 30), "a").is_allowed
    assert not other.take(Limit(1, 30), "a").is_allowed
    assert clock


def test_off_lets_everything_pass() -> None:
    limits = Limits(is_on=False)
    assert all(limits.take(Limit(1, 3_600), "a").is_allowed for _ in range(10))
