"""One stream over SSE (text/event-stream; WHATWG HTML §9.2)."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from parvis.doors.streams.listener import Listener
from parvis.infra.waits import end

THUMP_S = 15.0
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"private, no-store"),
    (b"x-accel-buffering", b"no"),  # proxies that would gather events
]


class Manner(msgspec.Struct, frozen=True):
    """How a door writes its events: what opens a stream, what keeps it open, what a frame becomes."""

    hello: bytes
    thump: bytes
    write: Callable[[Any], bytes]
    farewell: bytes = b""  # to whom may not listen any more


async def serve_events(
    listener: Listener, manner: Manner, headers: list[tuple[bytes, bytes]], receive: Any, send: Any
) -> None:
    """Until the client leaves or the stream ends."""
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    sending = asyncio.create_task(_send_on(listener, manner, send))
    leaving = asyncio.create_task(_left(receive))
    ending = asyncio.create_task(listener.ended.wait())
    tasks: set[asyncio.Task[Any]] = {sending, leaving, ending}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end(tasks)
    if not leaving.done() or leaving.cancelled():
        last = manner.farewell if listener.is_revoked else b""
        await send({"type": "http.response.body", "body": last})


async def _send_on(listener: Listener, manner: Manner, send: Any) -> None:
    body = manner.hello  # at once, so that the client knows the stream is open
    while True:
        await send({"type": "http.response.body", "body": body, "more_body": True})
        try:
            async with asyncio.timeout(THUMP_S):
                await listener.wake.wait()
        except TimeoutError:
            body = manner.thump
            continue
        listener.wake.clear()
        waiting = list(listener.waiting)
        listener.waiting.clear()
        body = b"".join([manner.write(frame) for _, frame in waiting])


async def _left(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
