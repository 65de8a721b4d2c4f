"""One WebSocket: subscriptions come in, frames go out."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Literal

import msgspec

from parvis.doors.streams.listener import Listener
from parvis.doors.streams.streams import Streams
from parvis.infra.waits import end
from parvis.mastodon_api.door import CODES, refuse
from parvis.mastodon_api.streaming.channels import open_channel

MESSAGE_LONGEST = 4_096
CLOSING_S = 1.0
GOING_AWAY, TOO_BIG, POLICY = 1001, 1009, 1008


class Message(msgspec.Struct, frozen=True):
    """What a client says. Unknown members are left aside, as clients of newer versions send them."""

    type: Literal["subscribe", "unsubscribe"]
    stream: str
    tag: str | None = None
    list: str | int | None = None


_decoder = msgspec.json.Decoder(Message)


async def serve_socket(
    streams: Streams, listener: Listener, query: Mapping[str, object], receive: Any, send: Any
) -> None:
    """Until the client leaves or the stream ends."""
    name = query.get("stream")
    if isinstance(name, str) and name:
        await _subscribe(streams, listener, name, query, send)
    hearing = asyncio.create_task(_hear(streams, listener, receive, send))
    sending = asyncio.create_task(_send_on(listener, send))
    ending = asyncio.create_task(listener.ended.wait())
    tasks: set[asyncio.Task[Any]] = {hearing, sending, ending}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        code = hearing.result() if hearing.done() and not hearing.exception() else GOING_AWAY
    finally:
        await end(tasks)
    if code is not None:
        with suppress(Exception):  # a client that is gone or stuck
            async with asyncio.timeout(CLOSING_S):
                await send({"type": "websocket.close", "code": code})


async def _send_on(listener: Listener, send: Any) -> None:
    waiting = listener.waiting
    while True:
        await listener.wake.wait()
        listener.wake.clear()
        while waiting:
            label, frame = waiting.popleft()
            await send({"type": "websocket.send", "text": frame.socket(label)})


async def _hear(streams: Streams, listener: Listener, receive: Any, send: Any) -> int | None:
    """Answers the code to close with; None: the client closed."""
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return None
        text = message.get("text")
        if text is None:
            return POLICY
        if len(text) > MESSAGE_LONGEST:
            return TOO_BIG
        await _obey(streams, listener, text, send)


async def _obey(streams: Streams, listener: Listener, text: str, send: Any) -> None:
    try:
        said = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        await _refuse(send, "Send JSON with type (subscribe or unsubscribe) and stream", 400)
        return
    params = {"tag": said.tag, "list": said.list}
    if said.type == "subscribe":
        await _subscribe(streams, listener, said.stream, params, send)
        return
    try:
        streams.unsubscribe(
            listener, await open_channel(streams.db, listener.login, said.stream, params)
        )
    except tuple(CODES) as refused:
        await _refused(send, refused)


async def _subscribe(
    streams: Streams, listener: Listener, name: str, params: Mapping[str, object], send: Any
) -> None:
    """A refused subscription is told; the socket stays open for others."""
    try:
        channel = await open_channel(streams.db, listener.login, name, params)
        streams.subscribe(listener, channel)
    except tuple(CODES) as refused:
        await _refused(send, refused)


async def _refused(send: Any, refused: Exception) -> None:
    response = refuse(refused)
    await _refuse(send, msgspec.json.decode(response.body)["error"], response.status_code)


async def _refuse(send: Any, error: str, status: int) -> None:
    text = msgspec.json.encode({"error": error, "status": status}).decode()
    await send({"type": "websocket.send", "text": text})
