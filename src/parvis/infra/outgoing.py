"""The one way out: requests to servers that somebody named. How is in outgoing_http.py.

They are made by jobs, seldom, so what they take is imported when the first one is made: it would be a
third of what each process loads at its start.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from ipaddress import IPv4Network, IPv6Network
from types import MappingProxyType
from typing import Any

import msgspec

LIMIT_S = 10.0
LIMIT_BYTES = 1 << 20

NOTHING: Mapping[str, str] = MappingProxyType({})
Networks = tuple[IPv4Network | IPv6Network, ...]


class OutgoingRefused(Exception):
    """The address is not asked, or its answer not taken; asking again would not help."""


class Unreachable(Exception):
    """No answer, or one that says to come back; it may go better later."""


class Fetched(msgspec.Struct, frozen=True):
    """An answer, read whole. `address` is where the last redirect led."""

    address: str
    status: int
    content_type: str
    charset: str | None
    content: bytes


class Outgoing:
    """`agent` tells others who asks. `allowed`: networks that a test lets it reach."""

    def __init__(self, agent: str, allowed: Networks = ()) -> None:
        self._agent = agent
        self._allowed = allowed
        self._client: Any = None

    async def fetch(
        self, address: str, accept: str, *, most_bytes: int = LIMIT_BYTES, most_s: float = LIMIT_S
    ) -> Fetched:
        """Fetch what stands at an address, following redirects. Never inside a transaction."""
        return await self._within(most_s, self._ready().fetch(address, accept, most_bytes))

    async def send(
        self,
        address: str,
        content: bytes,
        *,
        head: Mapping[str, str] = NOTHING,
        most_bytes: int = LIMIT_BYTES,
        most_s: float = LIMIT_S,
    ) -> Fetched:
        """Hand something in at an address, by POST and without redirects; answers what came back. `head`:
        what else its head says, such as of what kind it is.
        """
        sending = self._ready().send(address, content, head, most_bytes)
        return await self._within(most_s, sending)

    def _ready(self) -> Any:
        if self._client is None:
            from parvis.infra.outgoing_http import Client  # noqa: PLC0415 - see on top

            self._client = Client(self._agent, self._allowed)
        return self._client

    async def _within(self, most_s: float, asking: Awaitable[Fetched]) -> Fetched:
        try:
            async with asyncio.timeout(most_s):
                return await asking
        except TimeoutError:
            raise Unreachable("it takes too long to answer") from None
