"""A WebSocket of the streaming API, as tests listen to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
from tests.rig.network import Network, Person


class Socket:
    """A WebSocket that a test reads."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def next(self) -> dict[str, Any]:
        """The next message; its payload decoded."""
        message = msgspec.json.decode(await self.socket.receive_str(timeout=3))
        if "payload" in message:
            message["payload"] = msgspec.json.decode(message["payload"])
        return message

    async def silence(self) -> None:
        """Whatever was told has come; nothing of it for us."""
        try:
            told = await self.socket.receive(timeout=0.2)
        except TimeoutError:
            return
        raise AssertionError(told)

    async def say(self, **message: Any) -> None:
        await self.socket.send_json(message)


@asynccontextmanager
async def listening(
    network: Network, person: Person | None, query: str = "", **how: Any
) -> AsyncIterator[Socket]:
    headers = {"Authorization": f"Bearer {person.token}"} if person else {}
    url = f"{network.base}/api/v1/streaming{query}"
    async with network.http.ws_connect(url, headers=headers, **how) as socket:
        # A subscription is obeyed before anything after it is read: wait until it stands.
        await asyncio.sleep(0.02)
        yield Socket(socket)
