"""A WebSocket of the streaming API, as tests listen to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
from tests.rig.network import Network, Person

PATIENCE_S = 60


class Socket:
    """A WebSocket that a test reads."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self._heard: list[str] = []

    async def stand(self) -> None:
        """A subscription is obeyed before anything after it is read: wait for the answer to nonsense."""
        await self.socket.send_str("")
        while '"status":400' not in (heard := await self.socket.receive_str(timeout=PATIENCE_S)):
            self._heard.append(heard)

    async def next(self) -> dict[str, Any]:
        """The next message; its payload decoded."""
        heard = self._heard.pop(0) if self._heard else None
        message = msgspec.json.decode(heard or await self.socket.receive_str(timeout=PATIENCE_S))
        if "payload" in message:
            message["payload"] = msgspec.json.decode(message["payload"])
        return message

    async def silence(self) -> None:
        """Whatever was told has come; nothing of it for us."""
        assert not self._heard
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
        made = Socket(socket)
        await made.stand()
        yield made
