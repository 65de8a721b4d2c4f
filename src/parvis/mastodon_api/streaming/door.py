"""The streaming door: who connects, with which token, over which protocol."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from starlette.responses import Response

from parvis.domain import errors
from parvis.domain.access.logins import Logins
from parvis.domain.access.types import Login
from parvis.domain.addresses import Addresses
from parvis.doors.streams.listener import Listener
from parvis.doors.streams.sse import HEADERS, Manner, serve_events
from parvis.doors.streams.streams import Streams
from parvis.infra.postgres import AWAY
from parvis.mastodon_api.door import CODES, CORS, TROUBLES, refuse
from parvis.mastodon_api.streaming.channels import SSE_PATHS, Channel, open_channel
from parvis.mastodon_api.streaming.frames import Frame
from parvis.mastodon_api.streaming.socket import serve_socket
from parvis.mastodon_api.streaming.voice import AppVoice
from parvis.protocols import parameters

PREFIX = "/api/v1/streaming"
MANNER = Manner(b":)\n", b":thump\n", Frame.sse)


def is_streaming(scope: Any) -> bool:
    """Whether this call is for this door (preflights are answered with those of the API)."""
    path: str = scope["path"]
    return scope["type"] == "websocket" or (
        scope["method"] == "GET" and (path + "/").startswith(PREFIX + "/")
    )


class NotOpened(Exception):
    """The database does not answer, and nothing was sent yet."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(reason)
        self.reason = reason


class StreamingDoor:
    """Serves WebSocket at /api/v1/streaming and SSE below it."""

    def __init__(self, streams: Streams, addresses: Addresses) -> None:
        self.streams = streams
        self.logins = streams.db.kept(Logins)
        self.voice = AppVoice(addresses)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            if scope["type"] == "websocket":
                await self._socket(scope, receive, send)
            else:
                await self._sse(scope, receive, send)
        except tuple(CODES) as refused:
            await _answer(scope, send, refuse(refused))
        except NotOpened as failed:
            await _answer(scope, send, refuse(failed.reason))

    async def _socket(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        if scope["path"].rstrip("/") != PREFIX:
            raise errors.NotFound
        query = parameters.parse_query(scope["query_string"])
        offered: list[str] = scope.get("subprotocols", [])
        secret = _secret(scope, query) or next(iter(offered), None)
        with _opening():
            listener = await self._listener(secret)
        try:
            # A browser gives up when none of what it offered is taken up.
            subprotocol = offered[0] if offered else None
            await send({"type": "websocket.accept", "subprotocol": subprotocol})
            await serve_socket(self.streams, listener, query, receive, send)
        finally:
            self.streams.leave(listener)

    async def _sse(self, scope: Any, receive: Any, send: Any) -> None:
        name = scope["path"].removeprefix(PREFIX).strip("/")
        if name == "health":
            await _answer_healthy(send)
            return
        query = parameters.parse_query(scope["query_string"])
        if name not in SSE_PATHS:
            raise errors.NotFound
        with _opening():
            listener = await self._listener(_secret(scope, query))
        try:
            with _opening():
                channel = await self._sse_channel(listener.login, name, query)
            self.streams.subscribe(listener, channel)
            await serve_events(listener, MANNER, [*HEADERS, *CORS], receive, send)
        finally:
            self.streams.leave(listener)

    async def _sse_channel(
        self, login: Login | None, path: str, query: Mapping[str, object]
    ) -> Channel:
        name: str = SSE_PATHS[path]
        if name.startswith("public") and query.get("only_media") in ("true", "1", "on"):
            name += ":media"
        return await open_channel(self.streams.db, login, name, query)

    async def _listener(self, secret: str | None) -> Listener:
        """The connection of a valid token of somebody who may act; refused otherwise."""
        if secret is None:
            raise errors.Unauthenticated("Missing access token")
        login = await self.logins.find(secret)
        if login is None:
            raise errors.Unauthenticated("Invalid access token")
        if login.user_id is None:
            raise errors.Unauthenticated("This method requires an authenticated user")
        if login.trouble is not None:
            raise errors.Forbidden(TROUBLES[login.trouble], reason=login.trouble)
        find = partial(self.logins.find, secret)
        listener = Listener(self.voice, login, self.streams.db.slots, find)
        await self.streams.join(listener)
        # It may have been revoked between the finding and the joining.
        if not await listener.stands():
            self.streams.leave(listener)
            raise errors.Unauthenticated("Invalid access token")
        return listener


@contextmanager
def _opening() -> Generator[None]:
    try:
        yield
    except AWAY as away:
        raise NotOpened(away) from away


def _secret(scope: Any, query: Mapping[str, object]) -> str | None:
    """The token of the Authorization header, or of the query (browsers can send no header here)."""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            return value[7:].strip().decode("latin-1")
    given = query.get("access_token")
    return given if isinstance(given, str) and given else None


async def _answer(scope: Any, send: Any, response: Response) -> None:
    prefix = "websocket.http.response" if scope["type"] == "websocket" else "http.response"
    headers = [*response.raw_headers, *CORS]
    await send({"type": f"{prefix}.start", "status": response.status_code, "headers": headers})
    await send({"type": f"{prefix}.body", "body": response.body})


async def _answer_healthy(send: Any) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": [*headers, *CORS]})
    await send({"type": "http.response.body", "body": b"OK"})
