"""Requests to servers that somebody named, made so that none leads inside.

Who names an address chooses where this machine knocks, so the check stands where the knocking is: each
socket is made for one address, and none is made for an address that is not the public internet's
(protocols/public_addresses.py), whatever the name resolved to, now or a moment ago. Redirects are
followed here, a few, each checked as the first.
"""

import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from parvis.infra.outgoing import Fetched, Networks, OutgoingRefused, Unreachable
from parvis.protocols.public_addresses import is_public

REDIRECTS_MOST = 3
ADDRESS_LONGEST = 2_048
CODES_OF_REDIRECTS = frozenset((301, 302, 303, 307, 308))
# Below 1024 only the web's own: a letter to a mail server could be written as a request.
PRIVILEGED = 1_024
WEB_PORTS = frozenset((80, 443))


class _AddressRefused(OSError):
    """Raised where a socket would be made: the connector tries the name's next address."""


class Client:
    """Asks as `agent`; `allowed` networks are reached though they are not public."""

    def __init__(self, agent: str, allowed: Networks) -> None:
        self._agent = agent
        self._allowed = allowed
        self._tls = ssl.create_default_context()

    async def fetch(self, address: str, accept: str, most_bytes: int) -> Fetched:
        """Fetch what stands at an address, following redirects."""
        return await self._asking(
            accept, lambda session: self._follow(session, address, most_bytes)
        )

    async def send(
        self, address: str, content: bytes, head: Mapping[str, str], most_bytes: int
    ) -> Fetched:
        """Hand something in by POST; where its answer redirects is not asked."""

        async def ask(session: aiohttp.ClientSession) -> Fetched:
            self._check(address)
            async with session.post(
                address, data=content, headers=head, allow_redirects=False
            ) as answer:
                return await _read(answer, address, most_bytes)

        return await self._asking("*/*", ask)

    async def _asking(
        self, accept: str, ask: Callable[[aiohttp.ClientSession], Awaitable[Fetched]]
    ) -> Fetched:
        try:
            async with self._session(accept) as session:
                return await ask(session)
        except aiohttp.ClientConnectorCertificateError:
            raise Unreachable("its certificate is not valid") from None
        except aiohttp.ClientConnectorError as failed:
            if isinstance(failed.os_error, _AddressRefused):
                raise OutgoingRefused(str(failed.os_error)) from None
            raise Unreachable(f"no answer: {type(failed.os_error).__name__}") from None
        except TimeoutError:
            raise
        except (aiohttp.ClientError, OSError, UnicodeError) as failed:
            raise Unreachable(f"no answer: {type(failed).__name__}") from None

    def _session(self, accept: str) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                socket_factory=self._socket,
                ssl=self._tls,
                force_close=True,
                use_dns_cache=False,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            # What is not packed cannot unfold into more than was counted.
            headers={"User-Agent": self._agent, "Accept": accept, "Accept-Encoding": "identity"},
            auto_decompress=False,
            trust_env=False,  # a proxy would connect where no socket of ours is checked
        )

    async def _follow(
        self, session: aiohttp.ClientSession, address: str, most_bytes: int
    ) -> Fetched:
        for _ in range(REDIRECTS_MOST + 1):
            self._check(address)
            async with session.get(address, allow_redirects=False) as answer:
                if answer.status not in CODES_OF_REDIRECTS:
                    return await _read(answer, address, most_bytes)
                address = _join(address, answer.headers.get("location", ""))
        raise OutgoingRefused("it redirects too often")

    def _check(self, address: str) -> None:
        """Refuse what is no address of the web. Where it leads is checked when connecting."""
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            raise OutgoingRefused("this is no address") from None
        if len(address) > ADDRESS_LONGEST or not parts.hostname or "@" in parts.netloc:
            raise OutgoingRefused("this is no address")
        if parts.scheme != "https":
            raise OutgoingRefused("only https is asked")
        if port is not None and port < PRIVILEGED and port not in WEB_PORTS:
            raise OutgoingRefused("this port is not the web's")

    def _socket(self, told: Any) -> socket.socket:
        """A socket for one resolved address, or none for one that is not the public internet's."""
        family, kind, protocol, _, place = told
        if family not in (socket.AF_INET, socket.AF_INET6) or not self._may_reach(place[0]):
            raise _AddressRefused("this address is not the public internet's")
        return socket.socket(family, kind, protocol)

    def _may_reach(self, host: str) -> bool:
        if is_public(host):
            return True
        if not self._allowed:
            return False
        address = ip_address(host.partition("%")[0])
        return any(address in network for network in self._allowed)


def _join(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError:
        raise OutgoingRefused("it redirects to no address") from None


async def _read(answer: aiohttp.ClientResponse, address: str, most_bytes: int) -> Fetched:
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise OutgoingRefused("its answer is packed, which was not asked for")
    if (answer.content_length or 0) > most_bytes:
        raise OutgoingRefused("its answer is too large")
    content = bytearray()
    async for part in answer.content.iter_any():
        content += part
        if len(content) > most_bytes:
            raise OutgoingRefused("its answer is too large")
    return Fetched(address, answer.status, answer.content_type, answer.charset, bytes(content))
