"""A room while it sounds: a block of everybody every 20 ms by the wall clock, encoded, shelved, recorded.

Numbers of parts follow the wall clock since the room's first part, so that a process which takes the place
of a killed one goes on with the right number.
"""

import asyncio
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec
import numpy as np

from parvis.infra.logs import get_logger
from parvis.live.sound import control
from parvis.live.sound.control import Control, LineShown
from parvis.live.sound.encoding import RENDITIONS, Made, Packager
from parvis.live.sound.recording import Chapter, Recording
from parvis.live.sound.shelf import Shelf
from parvis.live.sound.voices import HEARD, HEARD_BLOCKS, Voice
from parvis.protocols import mixing
from parvis.protocols.mixing import BLOCK_MS, Limiter, Sound

log = get_logger()

_BEHIND_MS = 2_000  # of standing still: what was missed longer is a hole
_LATE_MS = 20
_SECOND = 50  # blocks
_TOGETHER = 5  # blocks are encoded at a time: code that is still warm costs less than half
_TOGETHER_AT = 2  # and 60 ms after a part's end, when its last frame can be had at the earliest
_SLEW = 0.02  # of a wall clock's error, each second
_STEPPED_MS = 2_000
_RELAY_S = 6.0  # a relay that asked for nothing so long has nobody left
_RELAYS_MOST = 1_000


class Clock:
    """The wall's time, without its steps: it runs evenly and is drawn towards the wall."""

    def __init__(
        self, wall: Callable[[], float] = time.time, even: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall, self._even = wall, even
        self._offset = wall() - even()

    def now_ms(self) -> float:
        """Milliseconds since 1970."""
        return (self._even() + self._offset) * 1000

    async def wait(self, ms: float) -> None:
        """Until so much has passed."""
        await asyncio.sleep(ms / 1000)

    def look(self) -> None:
        """Once a second: follow the wall a little; a step ahead is followed at once, none back ever."""
        error = self._wall() - self._even() - self._offset
        if error * 1000 > _STEPPED_MS:
            self._offset += error
        else:
            self._offset += max(-0.001, min(0.001, error * _SLEW))


class Room:
    """One room, and all that sounds in it."""

    def __init__(
        self, name: str, part_ms: int, recording: Recording, clock: Clock | None = None
    ) -> None:
        self.name = name
        self.part_ms = part_ms
        self._part_blocks = part_ms // BLOCK_MS
        self.recording = recording
        self.wanted: Control | None = None
        self.voices: dict[int, Voice] = {}
        self.lines: list[LineShown] = []
        self.written = 0
        self.shelf = Shelf(part_ms, recording.get)
        self.is_over = asyncio.Event()
        self.ticks = self.late = 0
        self.clock = clock or Clock()
        self._told = asyncio.Event()
        self._packagers: list[Packager] = []
        self._hold = mixing.hold_sound()
        self._limiter = Limiter()
        self._waiting_gain = mixing.Gain(0.0)
        # A disk that is slow or full stops no voice: one thread writes, in order.
        self._writer = ThreadPoolExecutor(1, "recording")
        self._mixed: list[Sound] = []
        self._tick = 0  # number of the next block since the epoch
        self._live: dict[
            int, tuple[int, int]
        ] = {}  # part: ms in it at which it was live first, last
        self._was_live = recording.ends_live  # then it goes on, after a kill
        self._is_catching_up = True
        self._titles = recording.titles()
        self._listening: dict[
            str, tuple[int, float]
        ] = {}  # relay: how many it has, and when it said so

    @property
    def state(self) -> str:
        """hold, live, paused or ended."""
        if self.wanted is None or self.wanted.ends:
            return "ended" if self.wanted else "hold"
        return self.wanted.mix

    @property
    def is_call(self) -> bool:
        """Whether only those who speak hear it."""
        return self.wanted is not None and self.wanted.is_call

    @property
    def inside(self) -> int:
        """How many of those who may speak are connected."""
        return sum(one.source is not None for one in self.voices.values())

    @property
    def listeners(self) -> int:
        """How many listen, as relays told with what they asked for."""
        now = time.monotonic()
        for relay in [one for one, told in self._listening.items() if now - told[1] > _RELAY_S]:
            del self._listening[relay]
        return sum(number for number, _ in self._listening.values())

    def apply(self, wanted: Control) -> None:
        """Be what is wanted, from the next block on. Refused as ValueError: another beginning than before."""
        if self.wanted is not None and wanted.epoch_ms != self.wanted.epoch_ms:
            raise ValueError("a room has one first part; epoch_ms cannot change")
        if wanted.epoch_ms > self.clock.now_ms() + control.FAR_MS:
            raise ValueError("epoch_ms is more than a day ahead")
        self._write_down(wanted)
        self.wanted = wanted
        for account_id in [one for one in self.voices if str(one) not in wanted.speakers]:
            del self.voices[account_id]
        for named, speaker in wanted.speakers.items():
            self.voices.setdefault(int(named), Voice(speaker.name)).want(speaker)
        self._told.set()

    def _write_down(self, wanted: Control) -> None:
        """Lines keep the moment at which they came. Those that were there before this process came when they
        were said, as far as it knows.
        """
        now = max(0, int(self.clock.now_ms()) - wanted.epoch_ms)
        came = {line.id: line.at_ms for line in self.lines}
        self.lines = [
            LineShown(
                str(line.id),
                line.from_ms,
                line.to_ms,
                came.get(
                    str(line.id), line.to_ms if self.wanted is None else max(now, line.from_ms)
                ),
                line.text,
            )
            for line in wanted.lines
        ]
        self.written = zlib.crc32(msgspec.json.encode(self.lines))

    def count(self, relay: str, listeners: int) -> None:
        """A relay says how many it has."""
        if relay in self._listening or len(self._listening) < _RELAYS_MOST:
            self._listening[relay] = listeners, time.monotonic()

    async def run(self) -> None:
        """From the first word of what is wanted until the end; the recording is then finished."""
        await self._told.wait()
        if self.wanted is not None and not (self.wanted.ends and self.shelf.newest < 0):
            await self._sound()
        self.shelf.close()
        await asyncio.to_thread(self._writer.shutdown)
        if not self.recording.is_finished:
            answered = self.wanted.chapters if self.wanted is not None else []
            await asyncio.to_thread(self.recording.finish, answered)
        self.is_over.set()

    async def _sound(self) -> None:
        self._begin()
        while not self._is_done():
            count = self._count_together()
            behind = self._behind_ms(count)
            if behind < 0:
                await self.clock.wait(-behind)
                continue
            if behind > _BEHIND_MS:
                log.warning("a room stood still", room=self.name, ms=round(behind))
                self._begin()
                count = 1
            self._measure(behind, count)
            for _ in range(count):
                self._step()
            if self._tick % _SECOND < count:
                self.clock.look()
                await asyncio.sleep(0)  # while much is caught up, others get their turn

    def _count_together(self) -> int:
        """Each block as soon as it is due; those that nobody speaks in when they are to be encoded anyway."""
        if any(voice.source is not None for voice in self.voices.values()):
            return 1
        return (_TOGETHER_AT - self._tick % self._part_blocks) % _TOGETHER + 1

    def _measure(self, behind: float, count: int) -> None:
        """Count what came late, but for what a start has to catch up."""
        self._is_catching_up = self._is_catching_up and behind > _LATE_MS
        self.ticks += count
        self.late += count * (behind > _LATE_MS and not self._is_catching_up)

    def _behind_ms(self, count: int) -> float:
        """How long ago the end of the next so many blocks was; negative: how long to wait for it."""
        return self.clock.now_ms() - self._epoch_ms() - (self._tick + count) * BLOCK_MS

    def _epoch_ms(self) -> int:
        return self.wanted.epoch_ms if self.wanted is not None else 0

    def _begin(self) -> None:
        """Encoders anew, from the part that is now; what is over of it is sounded at once."""
        now = int(self.clock.now_ms()) - self._epoch_ms()
        number = max(now // self.part_ms, self.recording.newest + 1, self.shelf.newest + 1, 0)
        self._packagers = [Packager(name, self.part_ms, number) for name in RENDITIONS]
        self._tick = number * self.part_ms // BLOCK_MS
        self._mixed = []
        self._is_catching_up = True
        self.shelf.skip_to(number)

    def _is_done(self) -> bool:
        """Told to end, and the part in which that happened is complete and on the shelf."""
        return self.wanted is not None and self.wanted.ends and self._ended_at <= self.shelf.newest

    @property
    def _ended_at(self) -> int:
        """The last part with anything live in it: nothing that was said is lost."""
        return max(self._live, default=-1)

    def _step(self) -> None:
        """One block of 20 ms."""
        is_live = self.wanted is not None and self.wanted.mix == "live" and not self.wanted.ends
        voices = {one: voice.take() for one, voice in self.voices.items()}
        whole, others = mixing.mix(voices)
        for one, sound in others.items():
            self.voices[one].give(sound)
        if not self.is_call:
            self._shelve(voices, whole, is_live=is_live)
        self._tick += 1

    def _shelve(self, voices: dict[int, Sound], whole: Sound, *, is_live: bool) -> None:
        """What listeners hear of a block."""
        waiting = self._waiting(is_live)
        heard = whole + waiting if is_live else waiting
        self._note(is_live, voices)
        self._put(self._limiter.apply(heard))

    def _waiting(self, is_live: bool) -> Sound:  # noqa: FBT001
        """The sound of waiting, faded in and out."""
        at = self._tick * mixing.BLOCK % len(self._hold)
        wanted = 0.0 if is_live or self.state == "ended" else 1.0
        if wanted == self._waiting_gain.now == 0.0:
            return mixing.SILENCE
        return self._waiting_gain.apply(self._hold[at : at + mixing.BLOCK], wanted)

    def _note(self, is_live: bool, voices: dict[int, Sound]) -> None:  # noqa: FBT001
        """Where it was live, and where a chapter begins."""
        number, at_ms = divmod(self._tick * BLOCK_MS, self.part_ms)
        if is_live:
            first, _ = self._live.get(number, (at_ms, 0))
            self._live[number] = first, at_ms + BLOCK_MS
            if not self._was_live:
                self._mark(number, at_ms, self._next_title())
            for one in voices:
                self._hear(self.voices[one], number, at_ms)
        self._was_live = is_live

    def _hear(self, voice: Voice, number: int, at_ms: int) -> None:
        if voice.level < HEARD or voice.heard > HEARD_BLOCKS:
            return
        voice.heard += 1
        if voice.heard == HEARD_BLOCKS and voice.name not in self._titles:
            self._mark(number, at_ms, voice.name)

    def _next_title(self) -> str:
        """The first stretch is called as the room is, those after a pause by their number."""
        own = self.wanted.title if self.wanted is not None else ""
        before = sum(title == own or title.isdigit() for title in self._titles)
        return own if own and not before else str(before + 1)

    def _mark(self, number: int, at_ms: int, title: str) -> None:
        if self.wanted is not None and self.wanted.record:
            self._titles.add(title)
            self.recording.add_chapter(Chapter(number, at_ms, title))

    def _keep(self, made: Made, live: tuple[int, int]) -> None:
        try:
            self.recording.add(made, live)
        except OSError:
            log.exception("a part could not be recorded", room=self.name, part=made.number)

    def _put(self, block: Sound) -> None:
        self._mixed.append(block)
        if self._tick % self._part_blocks % _TOGETHER != _TOGETHER_AT:
            return
        sound, self._mixed = np.concatenate(self._mixed), []
        for packager in self._packagers:
            for made in packager.put(sound):
                if self.wanted is not None and self.wanted.record:
                    self._writer.submit(self._keep, made, self._live.get(made.number, (0, 0)))
                self.shelf.put(made)
        for old in [one for one in self._live if one < self.shelf.newest]:
            del self._live[old]
