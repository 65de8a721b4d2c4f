"""A witness by itself: no network, no database, a folder. `parvis witness run`.

The folder holds a key and, for each log it follows, the checkpoint it cosigned last. It answers on one
address (put a proxy with TLS before it) to `POST /add-checkpoint` and tells its key on `/`.
"""

import asyncio
import fcntl
import hashlib
import os
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from parvis.infra.refused import StartRefused
from parvis.protocols import witnessing
from parvis.protocols.signed_note import COSIGNATURE, NoteInvalid, Signer, Verifier
from parvis.protocols.witnessing import Seen, WitnessRefused

TEXT = "text/plain; charset=utf-8"
SEED_BYTES = 32


class _Kept(msgspec.Struct, frozen=True):
    """One log's file."""

    origin: str
    size: int
    root: bytes
    checkpoint: str


class Alone:
    """The witness of one folder. `followed`: keys of the logs it witnesses."""

    def __init__(self, folder: Path, name: str, followed: Sequence[str]) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self.signer = Signer(name, self._seed(), COSIGNATURE)
            self._keys = [Verifier.parse(key) for key in followed]
        except NoteInvalid as wrong:
            raise StartRefused(f"This key or name cannot be used: {wrong}.") from None

    def _seed(self) -> bytes:
        path = self.folder / "key"
        try:
            return path.read_bytes()
        except FileNotFoundError:
            _write(path, os.urandom(SEED_BYTES))
            return path.read_bytes()

    def cosign(self, content: bytes) -> bytes:
        """The cosignature that a log asks for. Refused: WitnessRefused. What it saw is on disk before."""
        asked = witnessing.parse(content)
        origin = witnessing.origin_of(asked)
        keys = [key for key in self._keys if key.name == origin]
        path = self.folder / f"{hashlib.sha256(origin.encode()).hexdigest()}.json"
        with self._held():
            note, checkpoint = witnessing.judge(asked, keys, _seen(path))
            kept = _Kept(origin, checkpoint.size, checkpoint.root, asked.checkpoint.decode())
            _write(path, msgspec.json.encode(kept))
        return witnessing.cosign(note, self.signer, int(time.time()))

    @contextmanager
    def _held(self) -> Generator[None]:
        """One at a time, also when two processes were started on one folder."""
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.url.path == "/" and request.method == "GET":
            return Response(f"{self.signer.verifier}\n", 200, media_type=TEXT)
        if request.url.path != "/add-checkpoint" or request.method != "POST":
            return Response("Not found\n", 404, media_type=TEXT)
        try:
            content = await witnessing.read(request.stream())
            return Response(await asyncio.to_thread(self.cosign, content), media_type=TEXT)
        except ClientDisconnect:
            return Response(status_code=400)
        except WitnessRefused as refused:
            if refused.size is not None:
                headers = {"content-type": witnessing.SIZE_TYPE}
                return Response(f"{refused.size}\n", refused.code, headers)
            return Response(f"{refused}\n", refused.code, media_type=TEXT)


def _seen(path: Path) -> Seen:
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
    except FileNotFoundError:
        return Seen()
    return Seen(kept.size, kept.root)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and there after a power cut."""
    unfinished = path.with_suffix(".new")
    file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(file, content)
        os.fsync(file)
    finally:
        os.close(file)
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


async def serve(folder: Path, name: str, followed: Sequence[str], host: str, port: int) -> None:
    """Witness until Ctrl-C."""
    alone = Alone(folder, name, followed)
    print(f"Witness:  {alone.signer.verifier}\nListens:  http://{host}:{port}\nCtrl-C stops it.")
    config = uvicorn.Config(alone, host=host, port=port, log_config=None, access_log=False)
    await uvicorn.Server(config).serve()
