"""Mixing: nobody hears themselves, nothing clips, clocks that differ neither run dry nor pile up."""

import numpy as np
import pytest

from parvis.protocols import mixing
from parvis.protocols.mixing import BLOCK, RATE, Drift, Gain, Limiter


def tone(hertz: float, blocks: int, loud: float = 0.3, rate: float = RATE) -> mixing.Sound:
    return (loud * np.sin(2 * np.pi * hertz * np.arange(blocks * BLOCK) / rate)).astype(np.float32)


def test_everybody_hears_all_others() -> None:
    voices = {one: tone(100.0 * one, 1) for one in (1, 2, 3)}
    whole, others = mixing.mix(voices)
    assert np.allclose(whole, voices[1] + voices[2] + voices[3], atol=1e-6)
    assert np.allclose(others[2], voices[1] + voices[3], atol=1e-6)
    assert np.abs(mixing.mix({7: voices[1]})[1][7]).max() < 1e-6
    assert mixing.mix({})[1] == {}


def test_ten_who_shout_do_not_clip_and_quiet_is_left_alone() -> None:
    limiter = Limiter()
    loud = tone(440, 100, 5.0)
    heard = np.concatenate([limiter.apply(block) for block in loud.reshape(-1, BLOCK)])
    assert np.abs(heard).max() <= 1.0
    assert np.abs(np.diff(heard[BLOCK:])).max() < 0.1  # no edge
    quiet = tone(440, 1, 0.2)
    after = [limiter.apply(quiet) for _ in range(400)][-1]
    assert np.allclose(after, quiet)


def test_gain_arrives_without_a_click_and_levels_are_told() -> None:
    gain = Gain(1.0)
    steady = np.ones(BLOCK, np.float32)
    fading = gain.apply(steady, 0.0)
    assert np.abs(np.diff(fading)).max() < 0.01
    assert fading[-1] == 0
    assert not gain.apply(steady, 0.0).any()
    assert [mixing.level(block) for block in (steady, steady * 0, steady / 1000)] == [100, 0, 0]
    assert 45 <= mixing.level(steady * 10 ** (-30 / 20)) <= 55
    waiting = mixing.hold_sound()
    assert 0.05 < np.abs(waiting).max() < 0.2
    assert abs(float(waiting[0] - waiting[-1])) < 0.01  # it goes round without a click


@pytest.mark.parametrize("ppm", [-200, 200])
def test_a_clock_that_differs_neither_runs_dry_nor_piles_up(ppm: int) -> None:
    drift = Drift()
    heard: list[mixing.Sound] = []
    came = 0.0
    source = tone(440, 50)
    fills: list[int] = []
    for _ in range(50 * 600):  # ten minutes
        came += 1 + ppm / 1e6
        while came >= 1:
            came -= 1
            drift.put(source[:BLOCK])
        block = drift.take()
        if block is not None:
            heard.append(block)
            assert len(block) == BLOCK
        fills.append(drift.fill)
    assert drift.missing == 0
    assert max(fills[500:]) <= 4 * BLOCK
    assert len(heard) > 50 * 600 - 10


def test_who_stops_and_comes_back_and_who_floods() -> None:
    drift = Drift()
    assert drift.take() is None
    for _ in range(4):
        drift.put(mixing.SILENCE)
    taken = [drift.take() is not None for _ in range(6)]
    assert taken == [True] * 4 + [False] * 2
    drift.put(mixing.SILENCE)
    assert drift.take() is None  # it was uneven: it waits for more
    for _ in range(1000):  # twenty seconds at once
        drift.put(mixing.SILENCE)
    assert drift.fill <= 20 * BLOCK
