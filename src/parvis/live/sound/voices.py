"""The people who speak in a room: what comes from each, how loud, and what each gets back."""

from collections.abc import Callable

from parvis.live.sound.control import SpeakerWanted
from parvis.protocols import mixing
from parvis.protocols.mixing import Drift, Gain, Limiter, Sound

_FALL = 0.85  # of a level shown, each block: a meter that can be read
HEARD = 35  # of 100: loud enough to be somebody speaking
HEARD_BLOCKS = 25  # in all: half a second

Sink = Callable[[Sound], None]


class Voice:
    """One speaker. `source` None: not connected. `sink` None: no return."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.gain = 1.0
        self.is_muted = False
        self.source: Drift | None = None
        self.sink: Sink | None = None
        self.heard = 0  # blocks in which they were heard, live
        self._level = 0.0
        self._ramp = Gain()
        self._limiter = Limiter()

    @property
    def level(self) -> int:
        """From 0 to 100."""
        return round(self._level)

    def want(self, wanted: SpeakerWanted) -> None:
        """Gain, name and mute, from the next block on."""
        self.name, self.gain, self.is_muted = wanted.name, wanted.gain, wanted.muted

    def take(self) -> Sound:
        """Their next block, as it goes into the mix."""
        block = self.source.take() if self.source is not None else None
        wanted = 0.0 if self.is_muted else self.gain
        if block is None or wanted == self._ramp.now == 0.0:
            sound = mixing.SILENCE
        else:
            sound = self._ramp.apply(block, wanted)
        self._level = max(float(mixing.level(sound)), self._level * _FALL)
        return sound

    def give(self, others: Sound) -> None:
        """The sound of everybody else."""
        if self.sink is not None:
            self.sink(self._limiter.apply(others))
