"""Mixing speech: gains, a limiter, all without oneself, levels, clocks that differ, the sound of waiting.

One channel, 48,000 samples a second, blocks of 20 ms as numpy arrays of 32-bit floats between -1 and 1.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]

RATE = 48_000
BLOCK = 960  # samples: 20 ms
BLOCK_MS = 20
CEILING = 0.85  # of full scale: what a lossy encoder overshoots still fits
RELEASE = 0.04  # of the way back to full gain, each block: half of it in a third of a second
AIM_MOST = 6 * BLOCK
TOO_OLD = 2 * BLOCK
AIM_FALL = BLOCK // 40  # each second
FLOOR_DB = -60.0  # the level shown as 0
HOLD_S = 16
_ALMOST = 0.9999

SILENCE: Sound = np.zeros(BLOCK, np.float32)
SILENCE.setflags(write=False)
_RISE: Sound = np.linspace(0.0, 1.0, BLOCK, dtype=np.float32)


class Gain:
    """A factor that moves to a new value within one block, so that no change clicks."""

    def __init__(self, value: float = 1.0) -> None:
        self.now = value

    def apply(self, block: Sound, wanted: float) -> Sound:
        """The block made louder or softer; arrives at what is wanted by its end."""
        if wanted == self.now:
            return block if wanted == 1.0 else block * np.float32(wanted)
        ramp = _slide(self.now, wanted, len(block))
        self.now = wanted
        return block * ramp


class Limiter:
    """Keeps a sum of voices below the ceiling: down at once, up again slowly, never a hard edge."""

    def __init__(self) -> None:
        self._gain = 1.0

    def apply(self, block: Sound) -> Sound:
        """The block with no sample above full scale."""
        peak = float(np.abs(block).max(initial=0.0))
        needed = CEILING / peak if peak > CEILING else 1.0
        before = self._gain
        self._gain = min(needed, before + (1.0 - before) * RELEASE)
        if self._gain > _ALMOST:
            self._gain = 1.0
        if before == self._gain == 1.0:
            return block
        if before == self._gain:
            return bend(block * np.float32(before))
        return bend(block * _slide(before, self._gain, len(block)))


def _slide(start: float, stop: float, length: int) -> Sound:
    """From one factor to the other, evenly."""
    rise = _RISE if length == BLOCK else np.linspace(0.0, 1.0, length, dtype=np.float32)
    return np.float32(start) + np.float32(stop - start) * rise


def bend(block: Sound) -> Sound:
    """What is above the ceiling, bent softly below full scale; the rest as it is."""
    if float(np.abs(block).max(initial=0.0)) <= CEILING:
        return block
    over = np.abs(block) - np.float32(CEILING)
    room = np.float32(1.0 - CEILING)
    bent = np.sign(block) * (np.float32(CEILING) + room * np.tanh(over / room))
    return np.where(over > 0, bent, block).astype(np.float32)


def mix(voices: Mapping[int, Sound]) -> tuple[Sound, dict[int, Sound]]:
    """The sum of all voices, and for each the sum of all others: one subtraction of all at once.

    A voice that is SILENCE itself costs nothing; what comes back is not to be written to.
    """
    heard = [(one, block) for one, block in voices.items() if block is not SILENCE]
    if not heard:
        return SILENCE, dict.fromkeys(voices, SILENCE)
    rows: NDArray[np.float32] = np.array([block for _, block in heard])
    whole: Sound = rows.sum(axis=0, dtype=np.float32)
    others: dict[int, Sound] = dict.fromkeys(voices, whole)
    for (one, _), rest in zip(heard, whole - rows, strict=True):
        others[one] = rest
    return whole, others


def level(block: Sound) -> int:
    """How loud a block is, from 0 (60 dB below full scale, or nothing) to 100."""
    if block is SILENCE:
        return 0
    power = float(np.dot(block, block)) / max(1, len(block))
    if power <= 0.0:
        return 0
    decibels = 10.0 * math.log10(power)
    return max(0, min(100, round(100.0 * (1.0 - decibels / FLOOR_DB))))


def to_whole(block: Sound) -> NDArray[np.int16]:
    """As 16-bit samples."""
    return (np.clip(block, -1.0, 1.0) * np.float32(32767.0)).astype(np.int16)


def hold_sound() -> Sound:
    """What sounds while people wait: slow soft chords, sixteen seconds that join at their ends."""
    length = HOLD_S * RATE
    out = np.zeros(length, np.float64)
    chords = (
        (220.0, 277.18, 329.63),
        (196.0, 246.94, 293.66),
        (174.61, 220.0, 261.63),
        (196.0, 246.94, 329.63),
    )
    each = length // len(chords)
    spread = each + each // 2  # a chord fades below the next one
    seconds = np.arange(spread) / RATE
    swell = np.sin(np.pi * np.arange(spread) / spread) ** 2
    for number, chord in enumerate(chords):
        tones = [
            np.sin(2 * np.pi * pitch * seconds + place) + 0.25 * np.sin(4 * np.pi * pitch * seconds)
            for place, pitch in enumerate(chord)
        ]
        at = (np.arange(spread) + number * each) % length
        out[at] += swell * np.sum(tones, axis=0)
    return (out * (0.12 / np.abs(out).max())).astype(np.float32)


class Drift:
    """Samples of a speaker's clock, given out by ours: neither runs dry nor grows when the clocks differ.

    What has come is kept in a queue. When its lowest fill over a second is above or below the aim, each block
    is stretched or squeezed by a sample or two (2,000 ppm at most: nobody hears it); when it is far above, as
    after a hole in the network, what is too old is dropped. The aim
    is what a voice waits: it grows while a network is uneven, and falls again slowly.
    """

    def __init__(self, aim: int = 3 * BLOCK // 2, most: int = 20 * BLOCK) -> None:
        self._aim = self._least = aim
        self._most = most
        self._kept: list[Sound] = []
        self._fill = 0
        self._is_filling = True
        self._lowest = most
        self._looked = 0
        self._step = 0
        self.missing = 0  # blocks asked for that were not there while it sounded

    @property
    def fill(self) -> int:
        """Samples waiting."""
        return self._fill

    def put(self, block: Sound) -> None:
        """Samples that came, in their order."""
        self._kept.append(block)
        self._fill += len(block)
        if self._fill > self._most:
            self._drop(self._fill - self._aim)

    def take(self) -> Sound | None:
        """The next block of ours; None while there is nothing to give."""
        if self._is_filling and self._fill < self._aim + BLOCK:
            return None
        self._is_filling = False
        wanted = BLOCK + self._step
        if self._fill < wanted:
            self._is_filling = True
            self._aim = min(self._aim + BLOCK // 2, AIM_MOST)
            self.missing += 1
            return None
        block = self._cut(wanted)
        self._watch()
        return block if len(block) == BLOCK else _stretch(block)

    def _watch(self) -> None:
        self._lowest = min(self._lowest, self._fill)
        self._looked += 1
        if self._looked < RATE // BLOCK:
            return
        self._aim = max(self._least, self._aim - AIM_FALL)
        over = self._lowest - self._aim
        if over > TOO_OLD:  # as after a stall: one cut is better than a second of waiting for ever
            self._drop(over)
            over = 0
        self._step = 0 if abs(over) < BLOCK // 4 else max(-2, min(2, round(over / 200)))
        self._lowest, self._looked = self._most, 0

    def _cut(self, wanted: int) -> Sound:
        self._fill -= wanted
        parts: list[Sound] = []
        while wanted > 0:
            first = self._kept[0]
            parts.append(first[:wanted])
            if len(first) > wanted:
                self._kept[0] = first[wanted:]
            else:
                self._kept.pop(0)
            wanted -= len(parts[-1])
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _drop(self, samples: int) -> None:
        self._cut(samples)


def _stretch(block: Sound) -> Sound:
    there = np.linspace(0.0, len(block) - 1, BLOCK)
    return np.interp(there, np.arange(len(block)), block).astype(np.float32)
