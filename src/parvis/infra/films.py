"""Films and sounds from uploads, made fit to be shown by a process of its own for each (film_child.py).

Most of what telephones film is only put into a clean container, in a fraction of a second; the rest is
encoded anew, at about the length of the film on one core, below everything else in priority.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from parvis.infra import decoders

CHILD = Path(__file__).with_name("film_child.py")
LIMIT_S = 1_500.0
PART_BYTES = 1 << 20
PREFIX = "parvis-film-"


class FilmInvalid(Exception):
    """Nothing can be shown of it; the message is the end of a sentence that begins "The file"."""


class Film(msgspec.Struct, frozen=True, kw_only=True):
    """What was made, in a folder that goes when its context ends. `still`: a JPEG of it, if any."""

    kind: str  # video, gifv (pictures without sound) or audio
    path: Path
    content_type: str
    duration: float  # seconds
    still: bytes | None
    width: int | None = None
    height: int | None = None
    rate: str | None = None  # frames a second, a fraction "30000/1001"
    codec: str | None = None  # of its sound, as are the next two
    sampling: int | None = None  # Hz
    channels: str | None = None

    async def parts(self) -> AsyncIterator[bytes]:
        """Its bytes, a megabyte at a time."""
        with self.path.open("rb") as file:
            while part := await asyncio.to_thread(file.read, PART_BYTES):
                yield part

    @property
    def size(self) -> int:
        return self.path.stat().st_size


class Films:
    """Makes films, one at a time: encoding takes a core for itself."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder  # where work in progress lies; None: the system's
        self._room = asyncio.Semaphore(1)

    @asynccontextmanager
    async def make(self, kind: str, content: AsyncIterator[bytes]) -> AsyncGenerator[Film]:
        """The film of an upload of this (sniffed) kind; FilmInvalid when none can be made."""
        await asyncio.to_thread(self._sweep)
        with tempfile.TemporaryDirectory(prefix=PREFIX, dir=self._folder) as name:
            folder = Path(name)
            source = folder / "upload"
            with source.open("wb") as file:
                async for part in content:
                    await asyncio.to_thread(file.write, part)
            async with self._room:
                said = await _run({"kind": kind, "source": str(source), "folder": name})
            yield _read(said, folder)

    def _sweep(self) -> None:
        """Remove what a killed process was at work on."""
        parent = self._folder or Path(tempfile.gettempdir())
        for left in parent.glob(f"{PREFIX}*"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > 2 * LIMIT_S:
                    shutil.rmtree(left)


async def _run(recipe: dict[str, str]) -> bytes:
    try:
        return await decoders.run(CHILD, msgspec.json.encode(recipe) + b"\n", limit_s=LIMIT_S)
    except decoders.DecoderFailed as failed:
        raise FilmInvalid(str(failed)) from None


def _read(said: bytes, folder: Path) -> Film:
    answer: dict[str, Any] = msgspec.json.decode(said)
    if "refused" in answer:
        raise FilmInvalid(f"cannot be used: {answer['refused']}")
    still = (folder / answer.pop("still")).read_bytes() if answer["still"] else None
    path = folder / answer.pop("file")
    return msgspec.convert(answer | {"path": path, "still": still}, Film)
