"""A page's stream, as tests listen to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import msgspec
import pytest
from tests.rig.reader import Reader


class Heard(msgspec.Struct):
    event: str
    said: str
    id: int


class Ear:
    """An open stream, read event by event; heartbeats are left out."""

    def __init__(self, stream: aiohttp.ClientResponse) -> None:
        self.stream = stream

    async def next(self, timeout_s: float = 60) -> Heard | None:
        """The next event; None: the stream is over."""
        async with asyncio.timeout(timeout_s):
            while True:
                found = await self._event()
                if found is None or found.event != "beat":
                    return found

    async def _event(self) -> Heard | None:
        event, id_ = "", 0
        lines: list[str] = []
        async for raw in self.stream.content:
            line = raw.decode().rstrip("\n")
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if not line and event:
                return Heard(event, "\n".join(lines), id_)
            if name == "event":
                event = value
            elif name == "id":
                id_ = int(value)
            elif name == "data":
                lines.append(value)
        return None

    async def silence(self) -> None:
        with pytest.raises(TimeoutError):
            raise AssertionError(await self.next(0.3))


@asynccontextmanager
async def hearing(reader: Reader, query: str, **headers: str) -> AsyncIterator[Ear]:
    cookies = "; ".join(f"{name}={value}" for name, value in reader.cookies.items())
    told = {"accept-language": reader.language, **headers}
    if cookies:
        told["cookie"] = cookies
    url = f"{reader.network.base}/live?{query}"
    async with reader.network.http.get(url, headers=told) as stream:
        assert stream.status == 200, await stream.text()
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        yield Ear(stream)
