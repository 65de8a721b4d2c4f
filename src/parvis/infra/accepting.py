"""Connections taken a few at a time, so that processes that share a listening socket share its connections.

An event loop's own server takes all that wait as soon as it wakes: of two hundred connections that come
together one process gets nearly all, and with them one core. Here whoever has time takes the next few. A
socket for each process (SO_REUSEPORT) would spread them too, but those of a process that died would wait
for its successor.
"""

import asyncio
import errno
import socket
from collections.abc import Callable
from contextlib import suppress

_FULL = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
AT_ONCE = 16  # in one turn of the loop, which is long for who has much to do
_FULL_S = 1.0  # nothing can be taken: look again then


class Accepting:
    """Hands each connection of `listening` to a new protocol, until it is closed."""

    def __init__(
        self, listening: socket.socket, protocol: Callable[[], asyncio.BaseProtocol]
    ) -> None:
        self._listening = listening
        self._protocol = protocol
        self._loop = asyncio.get_running_loop()
        self._beginning: set[asyncio.Task[object]] = set()
        self._again: asyncio.TimerHandle | None = None
        listening.settimeout(0)
        self._loop.add_reader(listening, self._take)

    def close(self) -> None:
        self._loop.remove_reader(self._listening)
        if self._again is not None:
            self._again.cancel()

    def _take(self) -> None:
        for _ in range(AT_ONCE):
            try:
                connection, _ = self._listening.accept()
            except OSError as error:
                # None is left, or who asked has left; but when nothing can be opened, the socket stays
                # readable, and looking at once would do nothing else.
                if error.errno in _FULL:
                    self.close()
                    self._again = self._loop.call_later(_FULL_S, self._resume)
                return
            begun = self._loop.create_task(self._begin(connection))
            self._beginning.add(begun)
            begun.add_done_callback(self._beginning.discard)

    async def _begin(self, connection: socket.socket) -> None:
        with suppress(OSError):  # it was gone by then; the loop closes it
            await self._loop.connect_accepted_socket(self._protocol, connection)

    def _resume(self) -> None:
        self._loop.add_reader(self._listening, self._take)
