"""What a room sounded, on disk: parts appended to a file with an index beside it, and one M4A at the end.

Killed at any moment it loses the part that was being written: the index names whole parts only, and what
follows the last named one is cut off at the next start.
"""

import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from parvis.live.sound.encoding import RENDITIONS, Made, silent_frame
from parvis.protocols import cmaf, m4a
from parvis.protocols.cmaf import RATE

_ROW = struct.Struct(">QQIHH")  # number, offset, length, and the live stretch of it in ms
KEPT = "aac"  # the rendition that the M4A is made of
FINISHED = "recording.m4a"
NOTES = "recording.json"  # which parts it is made of, for who puts a transcript beside it
_CHAPTERS = "chapters"
_LENGTH = "part_ms"
_BEFORE_MS = 1000  # of rooms that began before they noted it
_HOLE_MOST_S = 3600  # of silence for a time when no process was there


def keep_part_ms(folder: Path, wanted: int) -> int:
    """How long the parts of this room are: as at its beginning, whatever is wanted of new ones."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = folder / _LENGTH
    with suppress(OSError, ValueError):
        return int(kept.read_text())
    known = folder / f"{KEPT}.index"
    if known.exists() and known.stat().st_size:
        return _BEFORE_MS
    draft = folder / f"{_LENGTH}.part"
    draft.write_text(str(wanted))
    draft.replace(kept)
    return wanted


class Row(msgspec.Struct, frozen=True):
    """Where a part lies, and from which ms to which it was live (0, 0: not at all)."""

    offset: int
    length: int
    live_from: int
    live_to: int


class Chapter(msgspec.Struct, frozen=True):
    """`part` and the ms in it: where it begins."""

    part: int
    at_ms: int
    title: str


class Span(msgspec.Struct, frozen=True):
    """A stretch of the recording without a cut, in ms since the room's first part and in the file."""

    from_ms: int
    to_ms: int
    at_ms: int


class Notes(msgspec.Struct, frozen=True):
    """What NOTES holds."""

    duration_ms: int
    spans: list[Span]
    chapters: list[tuple[int, str]]  # ms in the file, title


class _Track:
    """One rendition's file and index."""

    def __init__(self, folder: Path, rendition: str) -> None:
        self.rows: dict[int, Row] = {}
        index = folder / f"{rendition}.index"
        self._end = self._read(index)
        self._parts: BinaryIO = (folder / f"{rendition}.parts").open("ab+", buffering=0)
        self._parts.truncate(self._end)
        self._index: BinaryIO = index.open("ab", buffering=0)
        self._index.truncate(len(self.rows) * _ROW.size)

    def _read(self, index: Path) -> int:
        """The rows that are whole, in order and without overlap; where their parts end."""
        known = index.read_bytes() if index.exists() else b""
        parts = index.with_suffix(".parts")
        size = parts.stat().st_size if parts.exists() else 0
        end = 0
        for number, offset, length, start, stop in _ROW.iter_unpack(
            known[: len(known) // _ROW.size * _ROW.size]
        ):
            if offset != end or offset + length > size or number in self.rows:
                break
            self.rows[number] = Row(offset, length, start, stop)
            end = offset + length
        return end

    def add(self, number: int, part: bytes, live: tuple[int, int]) -> None:
        if number in self.rows:
            return
        try:
            _write(self._parts, part)
            _write(self._index, _ROW.pack(number, self._end, len(part), *live))
        except OSError:  # a full disk: what was written of it goes, so that the next one lies right
            self._parts.truncate(self._end)
            self._index.truncate(len(self.rows) * _ROW.size)
            raise
        self.rows[number] = Row(self._end, len(part), *live)
        self._end += len(part)

    def get(self, number: int) -> bytes | None:
        row = self.rows.get(number)
        return None if row is None else os.pread(self._parts.fileno(), row.length, row.offset)

    def close(self) -> None:
        self._parts.close()
        self._index.close()


class Recording:
    """The folder of a room. One process writes it at a time."""

    def __init__(self, folder: Path, part_ms: int) -> None:
        self.folder = folder
        self.part_ms = part_ms
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._tracks = {name: _Track(folder, name) for name in RENDITIONS}
        self._chapters: BinaryIO = (folder / _CHAPTERS).open("ab+", buffering=0)
        _write(self._chapters, b"\n")  # a line that a kill cut off is not to be gone on with

    @property
    def first(self) -> int | None:
        """The oldest part, None when there is none."""
        return min(self._tracks[KEPT].rows, default=None)

    @property
    def newest(self) -> int:
        """The last part that every rendition has; -1 when there is none."""
        return min(max(track.rows, default=-1) for track in self._tracks.values())

    @property
    def ends_live(self) -> bool:
        """Whether it was live when its last part ended."""
        row = self._tracks[KEPT].rows.get(self.newest)
        return row is not None and row.live_to == self.part_ms

    @property
    def is_finished(self) -> bool:
        """Whether the M4A is there, whole."""
        return (self.folder / FINISHED).exists()

    def add(self, made: Made, live: tuple[int, int]) -> None:
        """Keep a part. What is there already stays as it is."""
        self._tracks[made.rendition].add(made.number, made.data, live)

    def add_chapter(self, chapter: Chapter) -> None:
        """Where something new begins."""
        _write(self._chapters, msgspec.json.encode(chapter) + b"\n")

    def get(self, rendition: str, number: int) -> bytes | None:
        """A part of it."""
        return self._tracks[rendition].get(number)

    def numbers(self) -> list[int]:
        """The parts there are, in order."""
        return sorted(self._tracks[KEPT].rows)

    def titles(self) -> set[str]:
        """Chapters there are already."""
        return {chapter.title for chapter in self._list_chapters()}

    def finish(self, answered: Sequence[tuple[int, str]] = ()) -> Notes | None:
        """Write the M4A of what was live; None when nothing was. Can be called again after a kill.

        `answered`: more chapters, in ms since the room's first part.
        """
        plan = _Plan(self._tracks[KEPT].rows, self.part_ms)
        if not plan.stretches:
            return None
        sizes: list[int] = []
        draft = self.folder / f"{FINISHED}.part"
        body = self.folder / f"{FINISHED}.frames"
        with body.open("wb") as frames:
            for frame in self._frames(plan):
                sizes.append(len(frame))
                frames.write(frame)
        more = [Chapter(*divmod(ms, self.part_ms), title) for ms, title in answered]
        notes = plan.notes([*self._list_chapters(), *more], len(sizes))
        chapters = [(ms * RATE // 1000, title) for ms, title in notes.chapters]
        with draft.open("wb") as whole, body.open("rb") as frames:
            whole.write(m4a.head(RENDITIONS[KEPT], sizes, chapters))
            while block := frames.read(1 << 20):
                whole.write(block)
            whole.flush()
            os.fsync(whole.fileno())
        body.unlink()
        (self.folder / NOTES).write_bytes(msgspec.json.encode(notes))
        draft.replace(self.folder / FINISHED)
        return notes

    def close(self) -> None:
        """Let go of the files."""
        for track in self._tracks.values():
            track.close()
        self._chapters.close()

    def _frames(self, plan: "_Plan") -> Iterator[bytes]:
        silence = silent_frame(KEPT)
        for stretch in plan.stretches:
            data = self._tracks[KEPT].get(stretch.number)
            if data is None:
                yield from (silence for _ in range(stretch.first, stretch.stop))
                continue
            part = cmaf.read_part(data)
            start = part.start // RENDITIONS[KEPT].frame
            yield from part.frames[stretch.first - start : stretch.stop - start]

    def _list_chapters(self) -> list[Chapter]:
        found: list[Chapter] = []
        self._chapters.seek(0)
        for line in self._chapters.read().splitlines():
            try:
                found.append(msgspec.json.decode(line, type=Chapter))
            except msgspec.DecodeError:
                continue  # the last one, cut off by a kill
        return found


class _Stretch(msgspec.Struct, frozen=True):
    """Frames `first` to before `stop` of part `number`; the part may not be there."""

    number: int
    first: int
    stop: int


class _Plan:
    """Which frames of which parts make the file: what was live, and silence for what was lost meanwhile."""

    def __init__(self, rows: dict[int, Row], part_ms: int) -> None:
        self._part = part_ms * RATE // 1000
        self._part_ms = part_ms
        self.stretches: list[_Stretch] = []
        before: int | None = None
        for number in sorted(rows):
            row = rows[number]
            if row.live_to > row.live_from:
                self._fill(before, number, row)
                self._add(number, row.live_from, row.live_to)
            before = number if row.live_to == part_ms else None

    def _fill(self, before: int | None, number: int, row: Row) -> None:
        """A hole between two parts that were live is a process that was away."""
        if before is None or number == before + 1:
            return
        if (number - before) * self._part_ms > _HOLE_MOST_S * 1000:
            return
        for lost in range(before + 1, number):
            self._add(lost, 0, self._part_ms)
        if row.live_from:
            self._add(number, 0, row.live_from)

    def _add(self, number: int, start_ms: int, stop_ms: int) -> None:
        frame_of = RENDITIONS[KEPT].first_frame
        begin = number * self._part
        first = frame_of(begin + start_ms * RATE // 1000)
        stop = frame_of(begin + stop_ms * RATE // 1000)
        self.stretches.append(_Stretch(number, first, stop))

    def notes(self, chapters: list[Chapter], frames: int) -> Notes:
        """Stretches that follow one another are one span; chapters are told in the file's own time."""
        size = RENDITIONS[KEPT].frame
        spans: list[list[int]] = []  # first frame, stop frame, frame in the file
        at = 0
        for stretch in self.stretches:
            if spans and spans[-1][1] == stretch.first:
                spans[-1][1] = stretch.stop
            else:
                spans.append([stretch.first, stretch.stop, at])
            at += stretch.stop - stretch.first
        told = [
            Span(_ms(one * size), _ms(two * size), _ms(three * size)) for one, two, three in spans
        ]
        marks = [(self._place(told, chapter), chapter.title) for chapter in chapters]
        return Notes(
            _ms(frames * size),
            told,
            sorted({ms: title for ms, title in marks if ms is not None}.items()),
        )

    def _place(self, spans: list[Span], chapter: Chapter) -> int | None:
        ms = chapter.part * self._part_ms + chapter.at_ms
        for span in spans:
            if ms < span.to_ms:
                return span.at_ms + max(0, ms - span.from_ms)
        return None


def _ms(samples: int) -> int:
    return round(samples * 1000 / RATE)


def _write(file: BinaryIO, data: bytes) -> None:
    """All of it: a raw file may take less at once."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
