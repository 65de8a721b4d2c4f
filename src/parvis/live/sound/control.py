"""What a room's process is told (PUT /control), and what it answers about itself."""

from typing import Annotated, Literal

import msgspec

from parvis.live.sound.encoding import RENDITIONS

Mix = Literal["hold", "live", "paused"]
Name = Annotated[str, msgspec.Meta(max_length=200)]
AccountId = Annotated[str, msgspec.Meta(pattern="^[0-9]{1,19}$")]
FAR_MS = 86_400_000  # a first part further ahead than a day is a mistake


class SpeakerWanted(msgspec.Struct, frozen=True):
    """Somebody who may speak now."""

    name: Name = ""
    gain: Annotated[float, msgspec.Meta(ge=0.0, le=4.0)] = 1.0
    muted: bool = False


class Line(msgspec.Struct, frozen=True):
    """What was said, as somebody wrote it down, in ms since the first part."""

    id: int
    from_ms: int
    to_ms: int
    text: Annotated[str, msgspec.Meta(max_length=500)]


class LineShown(msgspec.Struct, frozen=True):
    """The same for listeners; `at_ms`: when it was known here, which may be long after it was said."""

    id: str
    from_ms: int
    to_ms: int
    at_ms: int
    text: str


class Control(msgspec.Struct, frozen=True):
    """The whole state that is wanted; said again, it changes nothing."""

    mix: Mix
    epoch_ms: Annotated[int, msgspec.Meta(ge=0)]
    speakers: Annotated[dict[AccountId, SpeakerWanted], msgspec.Meta(max_length=64)] = {}
    record: bool = False
    is_call: bool = False  # nobody listens: no parts are made
    flags: Annotated[dict[str, str], msgspec.Meta(max_length=16)] = {}
    ends: bool = False
    title: str = ""
    language: str = ""
    lines: Annotated[list[Line], msgspec.Meta(max_length=100)] = []
    chapters: list[tuple[int, str]] = []  # ms since the first part, title


class SpeakerShown(msgspec.Struct, frozen=True):
    """A speaker as listeners see them; `level` from 0 to 100."""

    id: str
    name: str
    level: int
    muted: bool
    connected: bool


class RenditionShown(msgspec.Struct, frozen=True):
    """What a listener can choose."""

    codecs: str
    bandwidth: int


class State(msgspec.Struct, frozen=True):
    """GET /listen/ROOM/state."""

    room: str
    state: str
    epoch_ms: int
    part_ms: int
    first: int
    newest: int
    renditions: dict[str, RenditionShown]
    speakers: list[SpeakerShown]
    flags: dict[str, str]
    listeners: int
    language: str
    lines: list[LineShown]  # the last that were written down
    written: int  # another number whenever they are others
    missing: list[int]  # parts of the last while that will never be


class Riding(msgspec.Struct, frozen=True):
    """What rides on each part, as the header Live-State."""

    newest: int
    state: str
    flags: dict[str, str]
    levels: dict[str, int]
    listeners: int
    written: int


SHOWN = {name: RenditionShown(track.codecs, track.bandwidth) for name, track in RENDITIONS.items()}
