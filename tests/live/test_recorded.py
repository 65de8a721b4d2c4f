"""What a room keeps: killed and started again it goes on with the right number, and ends as one file."""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.rig.speaking import Client, Sounding, Tone, decode, hear, until

from parvis.live.sound.encoding import RENDITIONS, Packager
from parvis.live.sound.recording import Chapter, Recording, keep_part_ms
from parvis.protocols import cmaf, mixing

PART_MS = 500


def probe(path: Path, *asked: str) -> Any:
    """What ffprobe says of a file; nothing but that may be said."""
    called = ["ffprobe", "-v", "warning", "-of", "json", *asked, str(path)]
    ran = subprocess.run(called, capture_output=True, text=True, check=True)  # noqa: S603
    # It decodes no text tracks, which chapters are, and says so of every file that has some.
    assert not re.sub(r"Unsupported codec with id 98314 for input stream 1\n", "", ran.stderr)
    return json.loads(ran.stdout)


def sound(recording: Recording, first: int, count: int, live: tuple[int, int]) -> None:
    """Parts of a tone, as the room makes them."""
    packager = Packager("aac", PART_MS, first)
    block = mixing.hold_sound()[48_000 * 2 : 48_000 * 2 + mixing.BLOCK]
    last = first + count
    while first < last:
        for made in packager.put(block):
            if made.number < last:
                recording.add(made, live)
            first = made.number + 1


def test_what_a_kill_tore_is_cut_off_and_the_hole_is_silence(tmp_path: Path) -> None:
    recording = Recording(tmp_path, PART_MS)
    sound(recording, 3, 4, (0, 0))  # before it begins
    sound(recording, 7, 1, (240, 500))
    sound(recording, 8, 12, (0, 500))
    recording.add_chapter(Chapter(7, 240, "1"))
    recording.close()
    with (tmp_path / "aac.parts").open("ab") as torn:
        torn.write(b"half a part")
    with (tmp_path / "aac.index").open("ab") as torn:
        torn.write(b"half a row")
    with (tmp_path / "chapters").open("ab") as torn:
        torn.write(b'{"part": 9, "at')

    recording = Recording(tmp_path, PART_MS)
    assert (recording.first, recording.ends_live) == (3, False)  # the other rendition has none
    kept = recording.get("aac", 19)
    assert kept is not None
    assert cmaf.read_part(kept).sequence == 20
    assert recording.get("aac", 20) is None
    sound(recording, 24, 3, (0, 500))  # two seconds later
    sound(recording, 27, 1, (0, 100))  # paused,
    sound(recording, 28, 4, (0, 0))
    sound(recording, 32, 1, (300, 500))  # and on again
    sound(recording, 33, 2, (0, 500))
    recording.add_chapter(Chapter(32, 300, "Ada"))
    # Of two questions one was answered while it was paused: it begins where it went on.
    notes = recording.finish([(10_000, "Où sont les arbres ?"), (14_500, "And the benches?")])
    recording.close()
    assert notes is not None
    live_ms = 260 + 12 * 500 + 4 * 500 + 3 * 500 + 100 + 200 + 2 * 500
    assert abs(notes.duration_ms - live_ms) <= 50
    assert [span.at_ms for span in notes.spans] == [0, notes.spans[1].at_ms]
    shown = probe(tmp_path / "recording.m4a", "-show_format", "-show_chapters")
    assert abs(float(shown["format"]["duration"]) * 1000 - live_ms) <= 50
    titles = ["1", "Où sont les arbres ?", "And the benches?"]
    assert [one["tags"]["title"] for one in shown["chapters"]] == titles
    assert float(shown["chapters"][1]["start_time"]) * 1000 == pytest.approx(
        notes.chapters[1][0], 2
    )
    # The other way of writing them, which is the one that Apple's players read, says the same.
    other = tmp_path / "apple.m4a"
    other.write_bytes((tmp_path / "recording.m4a").read_bytes().replace(b"chpl", b"free"))
    again = probe(other, "-show_chapters")["chapters"]
    assert [(one["tags"]["title"], one["start_time"]) for one in again] == [
        (one["tags"]["title"], one["start_time"]) for one in shown["chapters"]
    ]
    played = decode((tmp_path / "recording.m4a").read_bytes())
    assert abs(len(played) / 48 - live_ms) <= 50
    assert abs(played[48 * 6_700 : 48 * 8_100]).max() < 0.01  # the hole
    assert abs(played[48 * 2_000 : 48 * 6_000]).max() > 0.01


def test_nothing_that_was_live_makes_no_file(tmp_path: Path) -> None:
    recording = Recording(tmp_path, PART_MS)
    sound(recording, 0, 3, (0, 0))
    assert recording.finish() is None
    assert not recording.is_finished
    recording.close()


def test_a_room_keeps_the_length_of_its_parts(tmp_path: Path) -> None:
    """Else a setting that changes while it sounds would number what comes next among what was."""
    assert [keep_part_ms(tmp_path / "new", wanted) for wanted in (500, 1000)] == [500, 500]
    older = Recording(tmp_path / "older", 1000)
    sound(older, 0, 2, (0, 1000))
    older.close()
    assert keep_part_ms(tmp_path / "older", 500) == 1000


@asynccontextmanager
async def child(room: Sounding, folder: Path) -> AsyncIterator[subprocess.Popen[bytes]]:
    called = [
        sys.executable,
        "-m",
        "parvis.cli.room_child",
        "--room",
        room.room,
    ]
    called += ["--socket", str(room.socket), "--folder", str(folder)]
    room.socket.unlink(missing_ok=True)
    env = dict(os.environ) | {"PYTHONPATH": "src", "PARVIS_PART_MS": "500"}
    process = subprocess.Popen(called, env=env)  # noqa: ASYNC220, S603
    try:
        await until(room.socket.exists)
        yield process
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)


@pytest.mark.slow
async def test_killed_in_the_middle_of_a_sentence(tmp_path: Path) -> None:
    room = Sounding(tmp_path / "room", "7", int(time.time() * 1000))
    folder = tmp_path / "kept"
    speakers = {"1": {"name": "Ada"}}
    async with child(room, folder) as process:
        await room.want(mix="hold", record=True, speakers=speakers)
        first = (await room.state())["first"]
        await until_newest(room, first + 1)
        began = time.time() * 1000
        await room.want(mix="live")
        ada = Client(room, 1)
        await ada.speak(Tone(500))
        await until_newest(room, (await room.state())["newest"] + 6)
        before = await room.part((await room.state())["newest"])
        process.kill()
    async with child(room, folder) as process:
        answer = await room.want()
        again = Client(room, 1)
        await again.speak(Tone(500))
        assert answer.status == 200
        parts = await room.next_parts(2)
        state = await room.state()
        now = int(time.time() * 1000) - state["epoch_ms"]
        assert state["newest"] == pytest.approx(now // PART_MS, abs=2)  # by the wall clock
        assert state["first"] == first  # what was before can be heard still
        assert cmaf.read_part(before.body).sequence < cmaf.read_part(parts[0]).sequence
        assert hear(decode(await room.init() + parts[1])) == {500}
        last = state["newest"]
        await room.want(ends=True, speakers={})
        ended = time.time() * 1000
        assert await asyncio.to_thread(process.wait, 10) == 0
        assert time.time() * 1000 - ended < 5_000
    length_s = float(probe(folder / "recording.m4a", "-show_format")["format"]["duration"])
    # The whole until it was told to end; telling takes its own moments on a crowded machine.
    assert length_s * 1000 == pytest.approx(ended - began, abs=250)
    chapters = probe(folder / "recording.m4a", "-show_chapters")["chapters"]
    assert [one["tags"]["title"] for one in chapters][:1] == ["1"]
    assert last > 0
    for rendition, track in RENDITIONS.items():
        whole = tmp_path / f"{rendition}.mp4"
        whole.write_bytes(cmaf.write_init(track) + (folder / f"{rendition}.parts").read_bytes())
        assert probe(whole, "-show_streams")["streams"][0]["codec_name"] == rendition
    for one in (ada, again):
        await one.close()


async def until_newest(room: Sounding, number: int) -> None:
    async with asyncio.timeout(30):
        while (await room.state())["newest"] < number:  # noqa: ASYNC110 - of another process
            await asyncio.sleep(0.1)


def test_a_disk_that_was_full_for_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording(tmp_path, PART_MS)
    sound(recording, 0, 2, (0, 500))

    def half(file: Any, given: bytes) -> None:
        file.write(given[: len(given) // 2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("parvis.live.sound.recording._write", half)
        with pytest.raises(OSError, match="space"):
            sound(recording, 2, 1, (0, 500))
    sound(recording, 3, 2, (0, 500))
    recording.close()
    again = Recording(tmp_path, PART_MS)
    kept = [again.get("aac", number) for number in range(5)]
    again.close()
    assert [one and cmaf.read_part(one).sequence for one in kept] == [1, 2, None, 4, 5]
