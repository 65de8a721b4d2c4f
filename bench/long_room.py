"""A room of two hours: whole, exactly as long as it was, with a memory that does not grow.

    python bench/long_room.py [--minutes 120] [--speech FILE] [--part-ms 1000]

Time is pressed together: the room's clock runs as fast as it mixes, encodes and records, and two speakers'
clocks, 200 ppm faster and slower than the room's, run with it. All else is the room's own. Below their speech
lies a soft tone that never stops, so that a hole would be heard.
"""

import argparse
import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
import numpy as np

sys.path[:0] = ["src", "."]
from parvis.live.sound.control import Control, SpeakerWanted  # noqa: E402
from parvis.live.sound.recording import FINISHED, Recording  # noqa: E402
from parvis.live.sound.room import Clock, Room  # noqa: E402
from parvis.protocols.mixing import BLOCK, RATE, Drift  # noqa: E402

EXACT_MS = 50
HOLE_MS = 25  # a frame of the encoder is 21
QUIET = 0.002


class Fast(Clock):
    """Time that passes when somebody waits for it."""

    def __init__(self, since: float) -> None:
        self.passed = 0.0
        self.speakers: list[Speaker] = []
        super().__init__(lambda: since + self.passed, lambda: self.passed)

    async def wait(self, ms: float) -> None:
        self.passed += max(ms, 0.01) / 1000
        for speaker in self.speakers:
            speaker.speak(self.passed)
        await asyncio.sleep(0)


class Speaker:
    """Says the same again and again, by a clock of their own."""

    def __init__(self, sound: np.ndarray, hertz: float, ppm: float) -> None:
        self.drift = Drift()
        self._sound, self._hertz, self._faster = sound, hertz, 1 + ppm / 1e6
        self._said = 0

    def speak(self, passed: float) -> None:
        while (self._said + 1) * BLOCK / RATE <= passed * self._faster:
            at = self._said * BLOCK + np.arange(BLOCK)
            tone = 0.02 * np.sin(2 * np.pi * self._hertz * (at % RATE) / RATE)
            self.drift.put((self._sound[at % len(self._sound)] + tone).astype(np.float32))
            self._said += 1


def read(speech: Path | None) -> np.ndarray:
    """Speech, or noise that swells as speech does."""
    if speech is not None:
        with av.open(str(speech)) as container:
            resampler = av.AudioResampler("flt", "mono", RATE)
            made = [
                one.to_ndarray()[0]
                for frame in container.decode(audio=0)
                for one in resampler.resample(frame)
            ]
        return np.concatenate(made)
    random, length = np.random.default_rng(7), 20 * RATE
    swell = np.abs(np.sin(np.arange(length) * np.pi * 3 / RATE)) ** 3
    return (random.standard_normal(length) * swell * 0.1).astype(np.float32)


def memory_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / (1 << 20)


async def sound(folder: Path, minutes: float, part_ms: int, speech: np.ndarray) -> list[float]:
    """Hold, live, the end. The memory at each tenth of it."""
    since = time.time()
    clock = Fast(since)
    room = Room("7", part_ms, Recording(folder, part_ms), clock)
    everybody = {"1": SpeakerWanted("Ada"), "2": SpeakerWanted("Bo", 0.8)}
    epoch_ms = int(since * 1000)
    room.apply(Control("hold", epoch_ms, everybody, record=True))
    clock.speakers = [Speaker(speech, 200, 200), Speaker(speech[::-1], 300, -200)]
    for voice, speaker in zip(room.voices.values(), clock.speakers, strict=True):
        voice.source, voice.sink = speaker.drift, lambda _: None
    running = asyncio.create_task(room.run())
    await until(clock, 5)
    room.apply(Control("live", epoch_ms, everybody, record=True))
    memory = [memory_mib()]
    for tenth in range(1, 11):
        await until(clock, 5 + minutes * 6 * tenth)
        memory.append(memory_mib())
        print(f"{minutes * tenth / 10:.0f} min: {memory[-1]:.1f} MiB", flush=True)
    room.apply(Control("live", epoch_ms, everybody, record=True, ends=True))
    await running
    print(f"late {room.late} of {room.ticks}; dry {[one.drift.missing for one in clock.speakers]}")
    room.recording.close()
    return memory


async def until(clock: Fast, passed: float) -> None:
    while clock.passed < passed:  # noqa: ASYNC110 - time that passes as it is waited for
        await asyncio.sleep(0)


def check(folder: Path, live_ms: float, part_ms: int) -> None:
    """What was recorded: its length, and its holes."""
    numbers = [*Recording(folder, part_ms).numbers()]
    lost = numbers[-1] - numbers[0] + 1 - len(numbers)
    length_ms = float(probe(folder / FINISHED)) * 1000
    print(f"recording: {length_ms:.0f} ms for {live_ms:.0f} live ({length_ms - live_ms:+.0f} ms)")
    print(f"parts: {len(numbers)}, {lost} lost; holes: {count_holes(folder / FINISHED)}")
    print("exact" if abs(length_ms - live_ms) <= EXACT_MS and not lost else "NOT AS IT SHOULD BE")


def probe(path: Path) -> str:
    asked = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"]
    return subprocess.run([*asked, str(path)], capture_output=True, text=True, check=True).stdout


def count_holes(path: Path) -> int:
    """Stretches without a sound, but for the beginning and the end, which are faded."""
    holes = quiet = at = 0
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            for block in np.array_split(frame.to_ndarray()[0], 4):
                quiet = quiet + len(block) if np.abs(block).max(initial=0) < QUIET else 0
                holes += quiet > HOLE_MS * RATE // 1000 and quiet - len(block) <= HOLE_MS * 48
                at += len(block)
    return holes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--part-ms", type=int, default=1000)
    parser.add_argument("--speech", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as kept:
        began, folder = time.monotonic(), Path(kept) / "room"
        speech = read(asked.speech)
        memory = asyncio.run(sound(folder, asked.minutes, asked.part_ms, speech))
        print(f"sounded in {time.monotonic() - began:.0f} s")
        print(f"memory: {memory[1]:.1f} MiB after a tenth, {memory[-1]:.1f} at the end")
        check(folder, asked.minutes * 60_000, asked.part_ms)


if __name__ == "__main__":
    main()
