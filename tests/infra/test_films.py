"""Films and sounds made fit to be shown: what is kept as it is, what is encoded, what is refused."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import av
import pytest
from tests.rig import films as made_films
from tests.rig.pictures import plain

from parvis.infra.films import Film, FilmInvalid, Films


async def parts(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), 65_536):
        yield content[at : at + 65_536]


async def make(kind: str, content: bytes, folder: Path) -> tuple[Film, bytes]:
    async with Films(folder).make(kind, parts(content)) as film:
        return film, b"".join([part async for part in film.parts()])


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def streams_of(content: bytes) -> dict[str, Any]:
    with av.open(io.BytesIO(content)) as there:
        return {stream.type: stream.codec_context.codec.canonical_name for stream in there.streams}


@pytest.mark.parametrize(
    ("kind", "made", "becomes", "holds"),
    [
        ("video/mp4", ("mp4", "libx264", "aac"), "video/mp4", {"video": "h264", "audio": "aac"}),
        (
            "video/quicktime",
            ("mov", "mpeg4", "aac"),
            "video/mp4",
            {"video": "h264", "audio": "aac"},
        ),
        (
            "video/webm",
            ("webm", "libvpx", "libopus"),
            "video/webm",
            {"video": "vp8", "audio": "opus"},
        ),
        ("audio/mpeg", ("mp3", None, "libmp3lame"), "audio/mpeg", {"audio": "mp3"}),
        ("audio/ogg", ("ogg", None, "libopus"), "audio/ogg", {"audio": "opus"}),
        ("audio/flac", ("flac", None, "flac"), "audio/flac", {"audio": "flac"}),
        ("audio/wav", ("wav", None, "pcm_s16le"), "audio/mp4", {"audio": "aac"}),
    ],
)
async def test_what_browsers_play(
    tmp_path: Path,
    kind: str,
    made: tuple[str, str | None, str],
    becomes: str,
    holds: dict[str, str],
) -> None:
    video = made[1]
    given = made_films.film(*made)
    film, content = await make(kind, given, tmp_path)
    assert film.content_type == becomes
    assert film.kind == becomes.partition("/")[0]
    assert film.duration == pytest.approx(2, abs=0.2)
    assert film.sampling == 48_000
    assert streams_of(content) == holds
    assert (film.still is not None) == (video is not None)
    if video:
        assert (film.width, film.height) == (64, 48)
    assert not left_in(tmp_path)


@pytest.mark.parametrize(
    ("kind", "container"),
    [("video/mp4", "mp4"), ("video/webm", "webm"), ("audio/mpeg", "mp3"), ("audio/ogg", "ogg")],
)
async def test_nothing_of_the_person_goes_on(tmp_path: Path, kind: str, container: str) -> None:
    codecs = {"webm": ("libvpx", "libopus"), "mp3": (None, "libmp3lame"), "ogg": (None, "libopus")}
    given = made_films.film(container, *codecs.get(container, ("libx264", "aac")))
    assert made_films.SECRET in given
    _, content = await make(kind, given, tmp_path)
    assert made_films.SECRET not in content


async def test_without_sound_it_is_a_moving_picture(tmp_path: Path) -> None:
    film, _ = await make("video/mp4", made_films.film("mp4", audio=None), tmp_path)
    assert film.kind == "gifv"
    assert film.codec is None


async def test_a_telephone_held_upright(tmp_path: Path) -> None:
    """Only the container says it is turned: kept when copied, applied when encoded."""
    film, content = await make("video/mp4", made_films.turned(made_films.film("mp4")), tmp_path)
    assert (film.width, film.height) == (48, 64)
    with av.open(io.BytesIO(content)) as there:
        assert next(there.decode(video=0)).rotation % 360 in (90, 270)
    given = made_films.turned(made_films.film("mp4", colours="yuv444p"))
    film, content = await make("video/mp4", given, tmp_path)
    assert (film.width, film.height) == (48, 64)
    with av.open(io.BytesIO(content)) as there:
        frame = next(there.decode(video=0))
        assert (frame.width, frame.height, frame.rotation) == (48, 64, 0)
    with av.open(io.BytesIO(film.still or b"")) as there:
        assert next(there.decode(video=0)).height == 64


async def test_larger_ones_are_made_smaller_only_when_encoded(tmp_path: Path) -> None:
    large = made_films.film("mp4", audio=None, seconds=0.2, size=(1_920, 1_080), colours="yuv444p")
    film, _ = await make("video/mp4", large, tmp_path)
    assert (film.width, film.height) == (1_280, 720)


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        ("video/mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(500), "damaged"),
        ("video/webm", b"\x1a\x45\xdf\xa3" + bytes(500), "damaged"),
        ("audio/mpeg", b"ID3" + bytes(500), "damaged"),
        ("audio/flac", b"fLaC" + bytes(500), "damaged"),
        ("video/mp4", plain(), "damaged"),
    ],
)
async def test_damaged_files_are_refused(
    tmp_path: Path, kind: str, content: bytes, words: str
) -> None:
    with pytest.raises(FilmInvalid, match=words):
        await make(kind, content, tmp_path)
    assert not left_in(tmp_path)


async def test_a_film_cut_off_is_refused_or_shorter(tmp_path: Path) -> None:
    whole = made_films.film("mp4")
    with pytest.raises(FilmInvalid):  # its index stands at the end
        await make("video/mp4", whole[: len(whole) // 2], tmp_path)


async def test_too_fast_or_too_large_is_refused(tmp_path: Path) -> None:
    fast = made_films.film("mp4", audio=None, seconds=0.5, rate=200)
    with pytest.raises(FilmInvalid, match="frames a second"):
        await make("video/mp4", fast, tmp_path)
    large = made_films.film("mp4", "mpeg4", None, seconds=0.04, size=(4_096, 2_304))
    with pytest.raises(FilmInvalid, match="4096x2304 pixels are too many"):
        await make("video/mp4", large, tmp_path)


async def test_a_container_that_names_other_files(tmp_path: Path) -> None:
    """A playlist or a reference is no film, whatever it is called."""
    secret = tmp_path / "secret.txt"
    secret.write_text("not yours")
    playlist = f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n".encode()
    for kind in ("video/mp4", "video/webm", "audio/mpeg"):
        with pytest.raises(FilmInvalid):
            await make(kind, playlist, tmp_path)
