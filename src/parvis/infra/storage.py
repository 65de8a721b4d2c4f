"""Files people gave: a folder of the data folder, or a bucket of an S3-compatible store.

Keys are paths without a leading slash. Whoever makes one that others may fetch makes it unguessable.
"""

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
from obstore import delete_async, get_async, head_async, put_async
from obstore import list as list_files  # pyright: ignore[reportUnknownVariableType]  # one overload of theirs
from obstore.store import LocalStore, S3Store

PART_BYTES = 256 * 1024
LISTED_AT_ONCE = 1_000


class StoredMissing(LookupError):
    """There is no file of that key."""


class Stored(msgspec.Struct, frozen=True):
    """A file, or a part of it, being read."""

    size: int  # of the whole file
    parts: AsyncIterator[bytes]


class Storage:
    """`url` None: files below `folder`."""

    def __init__(self, url: str | None, folder: Path) -> None:
        self._store: Any
        self._folder = folder
        if url is None:
            folder.mkdir(parents=True, exist_ok=True)
            self._store = LocalStore(str(folder), automatic_cleanup=True)
        else:
            self._store = _bucket(url)

    async def put(
        self, key: str, content: bytes | AsyncIterable[bytes], content_type: str | None = None
    ) -> None:
        """Keep a file whole or not at all; one of the same key is replaced."""
        kind = {"Content-Type": content_type} if content_type and not self.is_local else None
        await put_async(self._store, key, content, attributes=kind)  # pyright: ignore[reportArgumentType]  # TypedDict of theirs

    @property
    def scratch(self) -> Path | None:
        """Where large files may be made before they are kept; None: the system's own place."""
        return self._folder if self.is_local else None

    @property
    def is_local(self) -> bool:
        return isinstance(self._store, LocalStore)

    async def get(self, key: str) -> bytes:
        try:
            found = await get_async(self._store, key)
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            raise StoredMissing(key) from None

    async def size(self, key: str) -> int:
        try:
            return (await head_async(self._store, key))["size"]
        except FileNotFoundError:
            raise StoredMissing(key) from None

    async def open(self, key: str, first: int = 0, last: int | None = None) -> Stored:
        """Read a file from byte `first` to byte `last`, both included, in parts."""
        options: Any = None
        if last is not None:
            options = {"range": (first, last + 1)}
        elif first:
            options = {"range": {"offset": first}}
        try:
            found = await get_async(self._store, key, options=options)
        except FileNotFoundError:
            raise StoredMissing(key) from None
        return Stored(found.meta["size"], aiter(found.stream(min_chunk_size=PART_BYTES)))

    async def settle(self, keys: Iterable[str]) -> None:
        """Wait until these files would outlive a power cut. A bucket has promised it with its answer."""
        if self.is_local:
            await asyncio.to_thread(_to_disk, [self._folder / key for key in keys])

    async def list_keys(self, folder: str) -> list[str]:
        """Keys of all files below a folder."""
        return [
            one["path"]
            async for some in list_files(self._store, prefix=folder, chunk_size=LISTED_AT_ONCE)
            for one in some
        ]

    async def list_older(self, folder: str, moment: datetime) -> AsyncIterator[list[str]]:
        """Keys of a folder last written before a moment, some at a time."""
        async for some in list_files(self._store, prefix=folder, chunk_size=LISTED_AT_ONCE):
            yield [one["path"] for one in some if one["last_modified"] < moment]

    async def delete(self, *keys: str) -> None:
        """Remove files; those that are gone already are none of our business."""
        for key in keys:
            try:
                await delete_async(self._store, key)
            except FileNotFoundError:
                continue


def _to_disk(paths: Sequence[Path]) -> None:
    """Files first, then the folders that name them."""
    for path in (*paths, *{one.parent for one in paths}):
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _bucket(url: str) -> S3Store:
    """`s3://key:secret@host/bucket/prefix?region=…`; `s3+http` for a store on this machine."""
    parts = urlsplit(url)
    bucket, _, prefix = parts.path.strip("/").partition("/")
    scheme = "http" if parts.scheme == "s3+http" else "https"
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    region = parse_qs(parts.query).get("region", ["us-east-1"])[0]
    return S3Store(
        bucket,
        prefix=prefix or None,
        endpoint=f"{scheme}://{host}{port}",
        access_key_id=unquote(parts.username or ""),
        secret_access_key=unquote(parts.password or ""),
        region=region,
        virtual_hosted_style_request=False,
        client_options={"allow_http": scheme == "http"},
    )
