"""The listening socket: bound once, before anything starts, and shared by all web processes."""

import errno
import socket

from parvis.infra.refused import StartRefused

_BACKLOG = 2048
_WORDS = {
    errno.EADDRINUSE: "another program already listens there; choose another --port",
    errno.EACCES: "ports below 1024 are for root; choose another --port, such as 8000",
    errno.EADDRNOTAVAIL: "this machine has no such address; choose another --host",
}


class PortRefused(StartRefused):
    """Nothing can listen there."""


def listen(host: str, port: int, *, is_one_of_many: bool = False) -> socket.socket:
    """A socket that keeps connections waiting while web processes start or are replaced.

    `is_one_of_many`: the port is shared by sockets, among which the kernel spreads connections.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise PortRefused(f"--host: {host!r} is no address of this machine.") from None
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_one_of_many:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind(address)
        # At once: until somebody listens, Linux lets a second network bind the same port.
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        why = _WORDS.get(error.errno or 0, error.strerror)
        raise PortRefused(f"Cannot listen on {host}, port {port}: {why}.") from None
    return listening
