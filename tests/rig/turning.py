"""A TURN server: Debian's coturn, with a secret that a network shares."""

import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from aioice.ice import get_host_addresses

SECRET = "a secret of more than sixteen letters"


class Turn(msgspec.Struct):
    """`url`: as a network's owner sets it."""

    url: str
    log: Path

    @property
    def settings(self) -> dict[str, Any]:
        return {"turn_url": self.url, "turn_secret": SECRET}


@contextmanager
def turning(folder: Path) -> Generator[Turn]:
    """Relays between whoever knows a name and password made of the secret."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("", 0))
        port: int = free.getsockname()[1]
    address = get_host_addresses(use_ipv4=True, use_ipv6=False)[0]
    called = ["turnserver", "-n", "--use-auth-secret", f"--static-auth-secret={SECRET}", "--no-cli"]
    called += ["--realm=test", f"--listening-ip={address}", f"--relay-ip={address}", "--no-tls"]
    called += [f"--listening-port={port}", f"--pidfile={folder / 'pid'}", "--no-dtls"]
    called += ["--verbose", "--log-file=stdout"]
    path = folder / "turn.log"
    with path.open("w") as log:
        turn = subprocess.Popen(called, stdout=log, stderr=log)  # noqa: S603
    try:
        yield Turn(f"turn:{address}:{port}?transport=udp", path)
    finally:
        turn.kill()
        turn.wait()
