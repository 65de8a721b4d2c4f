"""The way out: what a stranger names leads to the public internet alone, and costs little."""

import asyncio
import gzip
import socket
import time
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from tests.rig.https_server import HttpsServer, respond, serve_https

from parvis.infra.outgoing import Fetched, Outgoing, OutgoingRefused, Unreachable

LOOPBACK = (ip_network("127.0.0.0/8"),)
HTML = "text/html"


async def fetch(address: str, **how: Any) -> Fetched:
    return await Outgoing("Parvis/test", LOOPBACK).fetch(address, HTML, **how)


async def test_what_is_there_is_fetched(site: HttpsServer) -> None:
    page = await fetch(site.page("/a", "<p>é"))
    assert (page.status, page.content_type, page.charset) == (200, HTML, "utf-8")
    assert page.content.decode() == "<p>é"
    head = site.asked[0][1].lower()
    assert "user-agent: parvis/test" in head
    assert "accept-encoding: identity" in head
    assert "cookie" not in head


async def test_handing_in_goes_the_same_way(site: HttpsServer) -> None:
    outgoing = Outgoing("Parvis/test", LOOPBACK)
    answer = await outgoing.send(site.page("/in", "taken", "text/plain"), b"\x00handed in")
    assert (answer.status, answer.content) == (200, b"taken")
    assert site.asked[0][1].startswith("POST /in ")
    site.answers["/go"] = respond(307, b"", location="/in")
    assert (await outgoing.send(site.base + "/go", b"x")).status == 307  # followed nowhere
    for refused in (site.base.replace("https", "http") + "/in", "https://me:secret@127.0.0.1/"):
        with pytest.raises(OutgoingRefused):
            await outgoing.send(refused, b"x")
    with pytest.raises(OutgoingRefused):
        await Outgoing("Parvis/test").send(site.base + "/in", b"x", most_s=2)


async def test_nothing_inside_is_asked_however_it_is_written(site: HttpsServer) -> None:
    port = site.base.rpartition(":")[2]
    outgoing = Outgoing("Parvis/test")
    for host in (
        *("127.0.0.1", "127.1", "0x7f000001", "2130706433", "localhost", "0.0.0.0", "[::1]"),  # noqa: S104
        *("[::ffff:127.0.0.1]", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254"),
        *("[fe80::1]", "[fd00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1"),
    ):
        with pytest.raises((OutgoingRefused, Unreachable)):
            await outgoing.fetch(f"https://{host}:{port}/", HTML, most_s=2)
    assert site.asked == []


@pytest.mark.parametrize(
    "resolved", [["10.0.0.1"], ["::1"], ["fd00::1", "192.168.0.1"], ["169.254.169.254"]]
)
async def test_a_name_that_leads_inside_is_refused_without_a_packet(
    resolved: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    real = socket.socket

    def places(port: int) -> Any:
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", place)
            for one in resolved
            for place in [(one, port, 0, 0) if ":" in one else (one, port)]
        ]

    loop = asyncio.get_running_loop()

    async def resolve(_host: str, port: int, **_how: Any) -> Any:
        return places(port)

    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "socket", lambda *a, **k: made.append(a) or real(*a, **k))
    with pytest.raises((OutgoingRefused, Unreachable)):
        await Outgoing("Parvis/test").fetch("https://inside.example/", HTML)
    assert made == []


@pytest.mark.parametrize(
    "target",
    [
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/",
        "https://[::1]/",
        "http://127.0.0.1/",  # without TLS
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//10.0.0.1/",
        "https://127.0.0.1:22/",
        "https://me:secret@127.0.0.1/",
        "https://[::1",
    ],
)
async def test_redirects_are_checked_as_the_first(site: HttpsServer, target: str) -> None:
    site.answers["/go"] = respond(302, b"", location=target)
    with pytest.raises((OutgoingRefused, Unreachable)):
        await fetch(site.base + "/go", most_s=2)
    assert [path for path, _ in site.asked] == ["/go"]


async def test_redirects_are_followed_a_few_times(site: HttpsServer) -> None:
    for step in range(5):
        site.answers[f"/{step}"] = respond(301, b"", location=f"/{step + 1}")
    site.page("/5", "there")
    assert (await fetch(site.base + "/2")).address == site.base + "/5"
    with pytest.raises(OutgoingRefused, match="too often"):
        await fetch(site.base + "/1")


async def test_proxies_of_the_environment_are_not_used(
    site: HttpsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    assert (await fetch(site.page("/a", "there"))).content == b"there"


async def test_certificates_are_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    async with serve_https(tmp_path) as unknown:
        with pytest.raises(Unreachable, match="certificate"):
            await fetch(unknown.page("/a", "there"))
    assert unknown.asked == []


async def test_large_answers_are_cut_off(site: HttpsServer) -> None:
    sent = 0

    async def endless(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 65_536)
            await writer.drain()
            await asyncio.sleep(0)
            sent += 65_536

    site.answers["/endless"] = endless
    site.answers["/told"] = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n"
    for path in ("/endless", "/told"):
        with pytest.raises(OutgoingRefused, match="too large"):
            await fetch(site.base + path)
    assert sent < 64 << 20


async def test_packed_answers_are_not_unpacked(site: HttpsServer) -> None:
    bomb = gzip.compress(b"\0" * (1 << 26))
    site.answers["/bomb"] = respond(200, bomb, content_encoding="gzip")
    with pytest.raises(OutgoingRefused, match="packed"):
        await fetch(site.base + "/bomb")


@pytest.mark.parametrize("when", ["head", "body", "headers"])
async def test_slow_answers_end(site: HttpsServer, when: str) -> None:
    async def slow(writer: asyncio.StreamWriter) -> None:
        if when != "head":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n")
        if when == "body":
            writer.write(b"\r\n")
        while not writer.is_closing():
            writer.write(b"x: y\r\n" if when == "headers" else b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    site.answers["/slow"] = slow
    start = time.monotonic()
    with pytest.raises(Unreachable):
        await fetch(site.base + "/slow", most_s=0.4)
    assert time.monotonic() - start < 30  # it would go on for ever


@pytest.mark.parametrize(
    "said",
    [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nx: " + b"y" * 100_000 + b"\r\n\r\n"],
)
async def test_answers_that_are_none(site: HttpsServer, said: bytes) -> None:
    site.answers["/broken"] = said
    with pytest.raises(Unreachable):
        await fetch(site.base + "/broken", most_s=3)


async def test_nobody_there() -> None:
    with pytest.raises(Unreachable):
        await fetch("https://127.0.0.1:1025/", most_s=3)


@pytest.mark.parametrize(
    "address", ["", "x", "https://", "http://example.org/", "https://e:99999/", "https://e:25/"]
)
async def test_what_is_no_address_of_the_web_is_refused(address: str) -> None:
    with pytest.raises(OutgoingRefused):
        await fetch(address)


async def test_no_connection_stays_open(site: HttpsServer) -> None:
    await fetch(site.page("/a", "there"))
    assert "connection: close" in site.asked[0][1].lower()
