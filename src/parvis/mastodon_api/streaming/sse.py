"""One stream over SSE (text/event-stream)."""

import asyncio
from typing import Any

from parvis.infra.waits import end
from parvis.mastodon_api.door import CORS
from parvis.mastodon_api.streaming.listener import Listener

THUMP_S = 15.0
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"private, no-store"),
    (b"x-accel-buffering", b"no"),  # proxies that would gather events
    *CORS,
]


async def serve_events(listener: Listener, receive: Any, send: Any) -> None:
    """Until the client leaves or the stream ends."""
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    sending = asyncio.create_task(_send_on(listener, send))
    leaving = asyncio.create_task(_left(receive))
    ending = asyncio.create_task(listener.ended.wait())
    tasks: set[asyncio.Task[Any]] = {sending, leaving, ending}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end(tasks)
    if not leaving.done() or leaving.cancelled():
        await send({"type": "http.response.body", "body": b""})


async def _send_on(listener: Listener, send: Any) -> None:
    body = b":)\n"  # at once, so that the client knows the stream is open
    while True:
        await send({"type": "http.response.body", "body": body, "more_body": True})
        try:
            async with asyncio.timeout(THUMP_S):
                await listener.wake.wait()
        except TimeoutError:
            body = b":thump\n"
            continue
        listener.wake.clear()
        waiting = list(listener.waiting)
        listener.waiting.clear()
        body = b"".join([frame.sse() for _, frame in waiting])


async def _left(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
