"""uvicorn's HTTP protocol with a response's head and first body bytes written in one system call.

uvicorn writes the head by itself, and uvloop sends every write at once: a cached answer then costs two
system calls, which are a quarter of its whole cost. Here the head waits for the body, or for the end of
the loop's turn when none follows (streams).
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_START, HEAD_END = b"HTTP/1.1 ", b"\r\n\r\n"


class _OneWrite:
    """A transport that holds back a head until what follows it. All else goes to the real one."""

    __slots__ = ("_held", "_loop", "_transport", "close", "is_closing")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held: bytes | None = None
        self.is_closing = transport.is_closing
        self.close = self._close

    def write(self, data: bytes) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._transport.write(held + data)
        elif data.startswith(HEAD_START) and data.endswith(HEAD_END):
            self._held = data
            self._loop.call_soon(self.flush)
        else:
            self._transport.write(data)

    def flush(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._transport.write(held)

    def _close(self) -> None:
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class OneWriteProtocol(HttpToolsProtocol):
    """Give it to uvicorn as `http`."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._plain = transport
        self.transport: Any = _OneWrite(transport, self.loop)

    def handle_websocket_upgrade(self) -> None:
        self.transport = self._plain  # frames have no head to wait for
        super().handle_websocket_upgrade()
