"""nginx as it is handed out, before a real network and a real relay; of its files only names of places
are replaced, ports and one time-out.
"""

import base64
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from tests.process.networks import ROOT, Network, get_free_port, wait_until
from tests.rig.https_server import make_certificate

DEPLOY = ROOT / "deploy"
NGINX = "/usr/sbin/nginx"
SITE, EDGE = "social.example.org", "edge.example.org"
KEY = b"k" * 32


class Front:
    """nginx, the network and the relay behind it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.tls, self.plain = get_free_port(), get_free_port()
        said = {
            "PARVIS_TICKET_KEY": base64.b64encode(KEY).decode(),
            "PARVIS_TRUSTED_PROXIES": "127.0.0.1",
        }
        places = [home / "network", home / "edge"]
        for place in places:
            place.mkdir()
            place.chmod(0o755)
        self.network = Network(
            places[0], **said, PARVIS_PUBLIC_URL=f"https://{SITE}",
            PARVIS_REGISTRATIONS="open", PARVIS_CONFIRM_EMAIL="off",
        )  # fmt: skip
        origin = f"http://127.0.0.1:{self.network.port}"
        self.edge = Network(places[1], "--role", "edge", "--origin", origin, **said)
        self.certificate, key = make_certificate(home, SITE, EDGE)
        self.nginx: subprocess.Popen[bytes] | None = None
        self._write(key)

    def _write(self, key: Path) -> None:
        for file in (DEPLOY / "nginx").iterdir():
            shutil.copy(file, self.home)
        text = (self.home / "parvis.conf").read_text()
        text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
        for old, new in (
            ("listen 443", f"listen 127.0.0.1:{self.tls}"),
            ("listen 80 ", f"listen 127.0.0.1:{self.plain} "),
            ("127.0.0.1:8000", f"127.0.0.1:{self.network.port}"),
            ("127.0.0.1:8001", f"127.0.0.1:{self.edge.port}"),
            ("/var/lib/nginx/parvis", f"{self.home}/cache"),
            ("client_header_timeout 10s", "client_header_timeout 1s"),
        ):
            assert old in text
            text = text.replace(old, new)
        text = re.sub(r"ssl_certificate /\S+;", f"ssl_certificate {self.certificate};", text)
        text = re.sub(r"ssl_certificate_key /\S+;", f"ssl_certificate_key {key};", text)
        (self.home / "parvis.conf").write_text(text)
        places = " ".join(
            f"{kind}_temp_path {self.home}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        whole = (
            f"{'user root;' if os.geteuid() == 0 else ''} daemon off; pid {self.home}/pid;"
            f" error_log {self.home}/error.log; events {{ worker_connections 1024; }}"
            f" http {{ access_log off; {places} include parvis.conf; }}"
        )
        (self.home / "nginx.conf").write_text(whole)

    def run(self, *more: str) -> list[str]:
        return [NGINX, "-p", str(self.home), "-c", str(self.home / "nginx.conf"), *more]

    def start(self) -> None:
        for one in (self.network, self.edge):
            one.start()
        self.nginx = subprocess.Popen(self.run(), stderr=subprocess.DEVNULL)  # noqa: S603 - Debian's

        def listens() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.tls)) == 0

        wait_until(listens)

    def end(self) -> None:
        if self.nginx is not None:
            self.nginx.terminate()
            self.nginx.wait()
        for one in (self.network, self.edge):
            if one.process is not None:
                one.kill_everything()

    @asynccontextmanager
    async def browser(self, source: str = "127.0.0.1") -> AsyncIterator[aiohttp.ClientSession]:
        """Somebody who comes by TLS, from an address of their own."""
        tls = ssl.create_default_context(cafile=str(self.certificate))
        connector = aiohttp.TCPConnector(
            ssl=tls, resolver=_Here(), local_addr=(source, 0), limit=400
        )
        jar = aiohttp.DummyCookieJar()
        async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as session:
            yield session


class _Here(AbstractResolver):
    """All names are this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0
            )
        ]

    async def close(self) -> None: ...
