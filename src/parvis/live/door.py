"""The listeners' door of a web process: `/listen/…` through a relay of its own.

A web process asks the room's process on this machine, by its socket; a relay in front asks us.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.requests import Request

from parvis.infra import shutdown
from parvis.live.relay.admission import Admission
from parvis.live.relay.answers import PREFLIGHT, Answer, Answers, Asked, refusal
from parvis.live.relay.asking import is_browsers, ticket_of
from parvis.live.relay.lanes import Lanes
from parvis.live.relay.relay import Relay

Address = Callable[[Request], str]


class ListenDoor:
    """ASGI in front of a relay."""

    def __init__(
        self, relay: Relay, admission: Admission, lanes: Lanes, client_address: Address
    ) -> None:
        self._lanes = lanes
        self._answers = Answers(relay, admission, lanes)
        self._relay = relay
        self._client_address = client_address

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        if request.method == "OPTIONS":
            answer = Answer(204, list(PREFLIGHT), b"")
        elif request.method not in ("GET", "HEAD"):
            answer = refusal(405, "method_not_allowed")
            answer.headers.append(("allow", "GET, HEAD, OPTIONS"))
        else:
            answer = await self._answers.give(self._asked(request))
        if answer.pieces is not None and request.method != "HEAD":
            await _pour(answer, answer.pieces, receive, send)
        else:
            await _say(answer, send, with_content=request.method != "HEAD")

    def _asked(self, request: Request) -> Asked:
        address = self._client_address(request)
        destination = request.headers.get("sec-fetch-dest", "")
        return Asked(
            request.scope["path"],
            request.url.query,
            ticket_of(
                request.url.query,
                request.headers.get("authorization", ""),
                request.headers.get("cookie", ""),
            ),
            address,
            request.headers.get("live-relay"),
            request.headers.get("live-listeners", ""),
            address,
            is_browsers=is_browsers(destination),
        )

    def open(self) -> None:
        self._lanes.open()

    async def close(self) -> None:
        await self._lanes.close()
        await self._relay.close()


async def _pour(answer: Answer, pieces: AsyncIterator[bytes], receive: Any, send: Any) -> None:
    """An answer without end, until its listener goes, its room ends or we do."""
    headers = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    pouring = asyncio.create_task(_pour_pieces(pieces, send))
    gone = asyncio.create_task(_until_gone(receive))
    stopping = asyncio.create_task(shutdown.stopping.wait())
    try:
        await asyncio.wait({pouring, gone, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (pouring, gone, stopping):
            task.cancel()
        await asyncio.wait({pouring, gone, stopping})
    if not gone.done() or gone.cancelled():
        await send({"type": "http.response.body", "body": b""})


async def _pour_pieces(pieces: AsyncIterator[bytes], send: Any) -> None:
    async for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _until_gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say(answer: Answer, send: Any, *, with_content: bool) -> None:
    headers = [
        *((name.encode(), value.encode("latin-1")) for name, value in answer.headers),
        (b"content-length", str(len(answer.content)).encode()),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content if with_content else b""})
