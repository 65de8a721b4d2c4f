"""One web process: uvicorn on the socket that all inherit, streams ended before the server closes."""

import asyncio
import gc
import os
import socket
import sys
from contextlib import suppress

import uvicorn

from parvis import app
from parvis.infra import logs, shutdown
from parvis.infra.accepting import Accepting
from parvis.infra.one_write import OneWriteProtocol
from parvis.settings import load

_CLOSING_S = 1  # for requests and streams under way, once told to stop
# Requests make what dies with them, without rings; what is kept (log-ins, rows) is looked through in vain.
# With Python's own (700, 10, 10) that took a fifth of a process to which a crowd of strangers came.
COLLECTED_AFTER = (20_000, 20, 20)
_IDLE_S = 75  # a connection nobody uses; proxies and apps expect longer than the usual 5 s


class Server(uvicorn.Server):
    """Takes its share of the connections; tells when it serves, and the streams first when it stops: uvicorn
    waits for them.
    """

    def __init__(self, config: uvicorn.Config, ready: int) -> None:
        super().__init__(config)
        self._ready = ready
        self._accepting: list[Accepting] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup([])
        if self.started:
            self._accepting = [Accepting(one, self._protocol) for one in sockets or ()]
            with suppress(OSError):
                os.write(self._ready, b".")

    def _protocol(self) -> OneWriteProtocol:
        return OneWriteProtocol(self.config, self.server_state, self.lifespan.state)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for one in self._accepting:
            one.close()
        shutdown.stopping.set()
        await asyncio.sleep(0)
        await super().shutdown(sockets)


def main(gate: int, listening: int, ready: int) -> None:
    app.warm()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)
    os.read(gate, 1)  # everything is imported; the database may still be recovering
    settings = load(os.environ)
    logs.configure(settings.log_level)
    config = uvicorn.Config(
        app.build(settings),
        loop="uvloop",
        http=OneWriteProtocol,
        ws="websockets-sansio",
        # A frame is encoded once for all listeners; deflating would be once for each.
        ws_per_message_deflate=False,
        ws_max_size=65_536,
        lifespan="on",
        access_log=False,
        log_config=None,
        log_level=settings.log_level,
        proxy_headers=False,  # the app believes PARVIS_TRUSTED_PROXIES alone
        server_header=False,
        timeout_graceful_shutdown=_CLOSING_S,
        timeout_keep_alive=_IDLE_S,
    )
    Server(config, ready).run([socket.socket(fileno=listening)])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
