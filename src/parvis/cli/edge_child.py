"""One relay process: the raw front on the socket it inherits."""

import asyncio
import gc
import os
import resource
import signal
import socket
import ssl
import sys

import uvloop

from parvis.infra import logs, shutdown
from parvis.infra.listening import doubles
from parvis.live.relay.admission import Admission
from parvis.live.relay.answers import Answers
from parvis.live.relay.front import HEAD_S, Front
from parvis.live.relay.lanes import Caps, Lanes
from parvis.live.relay.origin import Above
from parvis.live.relay.relay import Relay
from parvis.settings import Settings, load

PARTS_BYTES = 128 << 20  # four hours of one room
FILES_BESIDE = 200  # open files that are no listeners
BACKLOG = 4_096
HANDSHAKE_S = HEAD_S
# Listeners are answered without rings; what is kept, thousands of connections, is looked through in vain.
COLLECTED_AFTER = 100_000


async def main(settings: Settings, listening: socket.socket) -> None:
    logs.configure(settings.log_level)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, shutdown.stopping.set)
    if settings.origin is None:
        raise SystemExit("a relay needs an origin")
    relay = Relay(Above(settings.origin, settings.ticket_key), keeps_bytes=PARTS_BYTES)
    lanes = Lanes(has_limits=settings.rate_limits)
    answers = Answers(relay, Admission(lambda: settings.ticket_key), lanes)
    caps = Caps(total=_connections(), is_on=settings.rate_limits, trusted=settings.trusted_proxies)
    front = Front(answers, lanes, caps)
    front.open()
    tls = _tls(settings)
    servers = [await open_door(front, one, tls) for one in doubles(listening)]
    await shutdown.stopping.wait()
    for server in servers:
        server.close()
    await front.close()


async def open_door(
    front: Front, listening: socket.socket, tls: ssl.SSLContext | None
) -> asyncio.Server:
    """Let listeners in. A handshake that does not come has no longer than a head has."""
    return await asyncio.get_running_loop().create_server(
        front.connect,
        sock=listening,
        backlog=BACKLOG,
        ssl=tls,
        ssl_handshake_timeout=HANDSHAKE_S if tls else None,
    )


def _connections() -> int:
    """As many as this machine lets us have files open."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return max(FILES_BESIDE, most - FILES_BESIDE)


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if settings.tls_certificate is None:
        return None
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(settings.tls_certificate, settings.tls_key)
    return tls


if __name__ == "__main__":
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER, 50, 50)
    uvloop.run(main(load(os.environ), socket.socket(fileno=int(sys.argv[1]))))
