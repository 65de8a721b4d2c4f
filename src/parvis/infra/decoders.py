"""Running a decoder: a process for each upload, since only there do strangers' bytes meet a decoder."""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

NOTHING: Mapping[str, str] = {}


class DecoderFailed(Exception):
    """It took too long, or died; the message is the end of a sentence that begins "The file"."""


async def run(
    program: Path, said: bytes, *, limit_s: float, environment: Mapping[str, str] = NOTHING
) -> bytes:
    """What the program answers to its standard input. Nothing of ours is in its environment."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        str(program),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,  # Ctrl-C ends the work of this process first
        env={
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "PYTHONDONTWRITEBYTECODE": "1",
            **environment,
        },
    )
    try:
        async with asyncio.timeout(limit_s):
            answer, _ = await child.communicate(said)
    except TimeoutError:
        raise DecoderFailed("takes too long to read") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        raise DecoderFailed("cannot be read: it needs too much memory or time, or is damaged")
    return answer
