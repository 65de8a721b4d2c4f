"""The decoder's process: whatever becomes of it, whoever asked goes on."""

import asyncio
import io
from pathlib import Path

import pytest
from PIL import Image
from tests.rig import pictures

from parvis.infra import images
from parvis.infra.images import ImageInvalid, Images, Wanted

SMALL = Wanted("small", area=10_000)


async def test_pictures_in_the_order_wanted() -> None:
    made = await Images().make(
        "image/png",
        pictures.see_through(),
        Wanted("wide", cover=(60, 20)),
        Wanted("tiny", area=100),
    )
    assert list(made.pictures) == ["wide", "tiny"]
    wide, tiny = made.pictures.values()
    assert (wide.width, wide.height) == (60, 20)
    assert tiny.width * tiny.height <= 100
    assert pictures.opened(wide.content).size == (60, 20)
    assert made.frames == 1


@pytest.mark.parametrize(
    ("child", "words"),
    [
        ("import os; os.abort()", "needs too much memory or time"),
        ("raise MemoryError", "needs too much memory or time"),
        ("while True: pass", "takes too long"),
        ("pass", "could not be read"),
        ("import sys; sys.exit(3)", "needs too much memory or time"),
    ],
    ids=["crash", "memory", "hang", "silence", "exit"],
)
async def test_a_decoder_that_dies_or_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, child: str, words: str
) -> None:
    script = tmp_path / "child.py"
    script.write_text(child)
    monkeypatch.setattr(images, "CHILD", script)
    monkeypatch.setattr(images, "LIMIT_S", 1.0)
    with pytest.raises(ImageInvalid, match=words):
        await Images().make("image/jpeg", pictures.plain(), SMALL)


async def test_a_decoder_inherits_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, seen = tmp_path / "child.py", tmp_path / "seen"
    script.write_text(f"import os; open({str(seen)!r}, 'w').write(repr(dict(os.environ)))")
    monkeypatch.setattr(images, "CHILD", script)
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret@host/network")
    with pytest.raises(ImageInvalid):
        await Images().make("image/jpeg", pictures.plain(), SMALL)
    assert "secret" not in seen.read_text()


@pytest.mark.parametrize("claimed", ["image/png", "image/webp", "image/gif", "image/avif"])
async def test_only_the_decoder_of_the_kind_is_open(claimed: str) -> None:
    with pytest.raises(ImageInvalid, match="damaged"):
        await Images().make(claimed, pictures.plain(), SMALL)
    with pytest.raises(ImageInvalid, match="damaged"):
        await Images().make(claimed, pictures.SVG, SMALL)


async def test_sizes_are_checked_again_where_they_are_decoded() -> None:
    with pytest.raises(ImageInvalid, match="50000x50000 pixels are too many"):
        await Images().make("image/png", pictures.png_claiming(50_000, 50_000), SMALL)
    with pytest.raises(ImageInvalid, match="20000x10 pixels are too many"):
        await Images().make("image/png", pictures.plain(20_000, 10, "PNG"), SMALL)


async def test_frames_count_together() -> None:
    first, *others = [Image.new("L", (1000, 1000), n) for n in range(34)]
    made = io.BytesIO()
    first.save(made, "GIF", save_all=True, append_images=others, duration=50)
    with pytest.raises(ImageInvalid, match="34 frames of 1000x1000 pixels are too many"):
        await Images().make("image/gif", made.getvalue(), SMALL)


async def test_the_thinnest_pictures() -> None:
    for size in ((1, 1), (1, 9_000), (9_000, 1)):
        made = await Images().make("image/png", pictures.plain(*size, "PNG"), SMALL)
        assert made.pictures["small"].width >= 1
        assert made.blurhash


async def test_what_stays_of_pictures_far_too_narrow() -> None:
    header = Wanted("header", cover=(1500, 500), focus=(0.5, -1))
    for size in ((1, 9_000), (9_000, 2), (16_000, 400)):
        made = await Images().make("image/png", pictures.plain(*size, "PNG"), header)
        assert (made.pictures["header"].width, made.pictures["header"].height) == (1500, 500)


async def test_given_up_by_who_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "child.py"
    script.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(images, "CHILD", script)
    asked = asyncio.create_task(Images().make("image/jpeg", pictures.plain(), SMALL))
    await asyncio.sleep(0.3)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked


async def test_icons_are_png_and_leave_room_for_who_cuts_them() -> None:
    """An opaque JPEG becomes a PNG; around it the colour of its corner."""
    wanted = (
        Wanted("icon", cover=(96, 96), is_icon=True),
        Wanted("maskable", cover=(100, 100), is_icon=True, margin=0.2),
    )
    for kind in ("JPEG", "PNG", "WEBP"):
        made = await Images().make(f"image/{kind.lower()}", pictures.plain(40, 40, kind), *wanted)
        icon, maskable = made.pictures["icon"], made.pictures["maskable"]
        assert (icon.content_type, icon.extension) == ("image/png", "png")
        assert icon.content.startswith(b"\x89PNG")
        assert (icon.width, icon.height) == (96, 96)
        assert (maskable.width, maskable.height) == (100, 100)
        assert int.from_bytes(maskable.content[16:20], "big") == 100
    made = await Images().make("image/png", pictures.see_through(), *wanted)
    assert pictures.opened(made.pictures["icon"].content).mode == "RGBA"
    assert (
        pictures.opened(made.pictures["maskable"].content).mode == "RGB"
    )  # nothing shines through
