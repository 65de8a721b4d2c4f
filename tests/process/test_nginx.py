"""The configuration of nginx that is handed out, before a real network and a real relay; and nftables' rules.

Of the files only names of places are replaced, ports and one time-out; what is asked goes in by TLS.
"""

import asyncio
import base64
import io
import os
import re
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from tests.process.fronts import DEPLOY, EDGE, KEY, NGINX, SITE, Front
from tests.process.networks import ROOT
from tests.rig import pictures

from parvis.protocols import rehearsals

NFT = "/usr/sbin/nft"
needs_nginx = pytest.mark.skipif(not Path(NGINX).exists(), reason="nginx is not installed")


@pytest.fixture
def front() -> Iterator[Front]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        made = Front(Path(folder))
        try:
            yield made
        finally:
            made.end()


@pytest.mark.skipif(not Path(NFT).exists(), reason="nftables is not installed")
def test_nft_reads_the_rules() -> None:
    rules = DEPLOY / "nft" / "parvis.nft"
    done = subprocess.run(  # noqa: S603 - Debian's
        [NFT, "-c", "-f", str(rules)], capture_output=True, text=True, check=False
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip("this machine's kernel lets nobody ask nftables")
    assert done.returncode == 0, done.stderr


FLOOD = """
import fcntl, socket, struct
# The loopback of a new network is down: SIOCSIFFLAGS, up and running.
with socket.socket() as any_one:
    fcntl.ioctl(any_one, 0x8914, struct.pack("16sh", b"lo", 0x41))
def come(source):
    way = socket.socket()
    way.settimeout(0.02)
    way.bind((source, 0))
    way.connect(("127.0.0.1", 443))
    return way
door = socket.socket()
door.bind(("127.0.0.1", 443))
door.listen(4000)
kept, dropped = [], 0
while dropped < 20:
    try:
        kept.append(come("127.0.0.2"))
    except TimeoutError:
        dropped += 1
kept.append(come("127.0.0.3"))
print(len(kept))
"""


@pytest.mark.skipif(not Path(NFT).exists(), reason="nftables is not installed")
@pytest.mark.slow
def test_a_source_that_knocks_too_often_is_dropped_and_another_is_let_in() -> None:
    """In a network of its own, which touches nothing of this machine."""
    rules = DEPLOY / "nft" / "parvis.nft"
    steps = f'{NFT} -f "{rules}" && exec "{sys.executable}" -c "$FLOOD"'
    done = subprocess.run(  # noqa: S603 - Debian's
        ["unshare", "-n", "sh", "-c", steps],  # noqa: S607 - Debian's
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "FLOOD": FLOOD},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if done.returncode and "ermitted" in done.stderr:
        pytest.skip("this machine lets nobody make a network of its own")
    assert done.returncode == 0, done.stderr
    # A thousand at once, and two hundred each second after that, however long this took.
    assert int(done.stdout) > 1_000


@needs_nginx
@pytest.mark.slow
async def test_a_network_and_a_relay_behind_the_front(front: Front) -> None:
    checked = subprocess.run(front.run("-t"), capture_output=True, text=True, check=False)  # noqa: ASYNC221, S603 - it is quick
    assert "test is successful" in checked.stderr, checked.stderr
    assert "[warn]" not in checked.stderr.replace('the "user" directive', "")
    front.start()
    site, edge = f"https://{SITE}:{front.tls}", f"https://{EDGE}:{front.tls}"
    async with front.browser() as ann, front.browser("127.0.0.2") as bob:
        await pages_and_programs(front, ann, bob, site)
        token = await joins(ann, site)
        await uploads_and_streams(ann, site, token)
        await speakers(ann, site)
        await listeners(ann, edge)
        await slow_and_many(front)
    await rehearsed(front)


async def pages_and_programs(
    front: Front, ann: aiohttp.ClientSession, bob: aiohttp.ClientSession, site: str
) -> None:
    async with ann.get(f"{site}/") as page:
        assert page.status == 200
        assert "strict-transport-security" in page.headers
        style = re.search(r'href="(/static/[^"]+\.css)"', await page.text())
    assert style
    async with ann.get(site + style[1]) as sheet:
        assert "immutable" in sheet.headers["cache-control"]
    plain = f"http://{SITE}:{front.plain}/about"
    async with ann.get(plain, allow_redirects=False) as moved:
        assert moved.headers["location"] == f"https://{SITE}/about"
    # Each has a budget of their own, which means that addresses are kept; and nobody invents theirs.
    instance = f"{site}/api/v1/instance"

    async def left(who: aiohttp.ClientSession, **headers: str) -> int:
        async with who.get(instance, headers=headers) as answer:
            assert answer.status == 200
            return int(answer.headers["x-ratelimit-remaining"])

    first = await left(bob)
    again = await left(bob, **{"X-Forwarded-For": "203.0.113.9"})
    assert again < first
    assert await left(ann, **{"X-Forwarded-For": "127.0.0.2"}) > again


async def joins(ann: aiohttp.ClientSession, site: str) -> str:
    async def send(path: str, token: str = "", **form: str) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        async with ann.post(site + path, data=form, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    app = await send(
        "/api/v1/apps", client_name="Rig", redirect_uris="urn:ietf:wg:oauth:2.0:oob",
        scopes="read write follow",
    )  # fmt: skip
    granted = await send(
        "/oauth/token", grant_type="client_credentials", client_id=app["client_id"],
        client_secret=app["client_secret"], scope="read write follow",
    )  # fmt: skip
    joined = await send(
        "/api/v1/accounts", granted["access_token"], username="ann", email="ann@example.org",
        password="mountain lake 77 bridge", agreement="true", locale="en",
    )  # fmt: skip
    return str(joined["access_token"])


async def uploads_and_streams(ann: aiohttp.ClientSession, site: str, token: str) -> None:
    own = {"authorization": f"Bearer {token}"}
    picture = pictures.plain(64, 48) + bytes(3 << 20)  # heavier than any form
    form = aiohttp.FormData()
    form.add_field("file", io.BytesIO(picture), filename="a.jpg", content_type="image/jpeg")
    async with ann.post(f"{site}/api/v2/media", data=form, headers=own) as kept:
        assert kept.status in (200, 202), await kept.text()
    async with ann.post(f"{site}/publish/none", data=bytes(200)) as there:
        assert there.status != 413
    async with ann.get(f"{site}/api/v1/streaming/user", headers=own) as stream:
        assert stream.status == 200
        async with ann.post(
            f"{site}/api/v1/statuses", data={"status": "Through the front"}, headers=own
        ) as said:
            assert said.status == 200
        async with asyncio.timeout(30):
            while b"Through the front" not in await stream.content.readline():
                pass
    async with ann.ws_connect(
        f"{site}/api/v1/streaming?stream=user&access_token={token}"
    ) as socket_:
        assert not socket_.closed


async def speakers(ann: aiohttp.ClientSession, site: str) -> None:
    """Offers reach the network, which knows nobody here; what is no offer does not."""
    sdp = {"content-type": "application/sdp"}
    async with ann.post(
        f"{site}/rooms/7/whip", data=b"v=0", headers=sdp, allow_redirects=False
    ) as offer:
        assert offer.status in (303, 401, 403, 404)
        assert "nginx" not in await offer.text()


async def listeners(ann: aiohttp.ClientSession, edge: str) -> None:
    room = rehearsals.name_room(KEY, int(time.time()) + 120)
    base = f"{edge}/listen/{room}"

    async def take(number: int) -> tuple[int, str, bytes]:
        async with ann.get(f"{base}/aac/{number}.m4s") as part:
            return part.status, part.headers.get("x-cache", ""), await part.read()

    async with ann.get(f"{base}/state") as told:
        state = await told.json()
    assert state["rehearsal"] == rehearsals.prove(KEY, room)
    number = state["newest"] + 1
    # Held open by the relay for all at once; one of them is kept for those who come later.
    held = await asyncio.gather(*(take(number) for _ in range(40)))
    assert {(status, content) for status, _, content in held} == {(200, held[0][2])}
    assert len(held[0][2]) == 8_000
    status, cached, content = await take(number)
    assert (status, cached, content) == (200, "HIT", held[0][2])
    status, cached, _ = await take(number + 500)
    assert (status, cached) == (404, "MISS")
    async with ann.get(f"{base}/aac/live.m3u8") as playlist:
        assert (await playlist.text()).startswith("#EXTM3U")
    async with ann.get(f"{base}/live.aac") as radio:
        assert (await radio.content.readexactly(2)) == b"\xff\xf1"
    async with ann.get(f"{edge}/") as nothing:
        assert nothing.status == 404


async def announced(front: Front, path: str, length: int) -> int:
    """What is said to who announces so many bytes, before one of them is sent."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", front.tls, ssl=ssl.create_default_context(cafile=str(front.certificate)),
        server_hostname=SITE,
    )  # fmt: skip
    writer.write(
        f"POST {path} HTTP/1.1\r\nHost: {SITE}\r\nContent-Length: {length}\r\n\r\n".encode()
    )
    async with asyncio.timeout(60):
        status = int((await reader.readline()).split()[1])
    writer.close()
    return status


async def changed(front: Front, times: int) -> bytes:
    """All that is said to who changes something so often, one after the other without a pause."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", front.tls, ssl=ssl.create_default_context(cafile=str(front.certificate)),
        server_hostname=SITE, local_addr=("127.0.0.5", 0),
    )  # fmt: skip
    one = f"POST /rooms HTTP/1.1\r\nHost: {SITE}\r\nContent-Length: 0\r\n".encode()
    writer.write((one + b"\r\n") * (times - 1) + one + b"Connection: close\r\n\r\n")
    said = bytearray()
    async with asyncio.timeout(60):
        with suppress(ConnectionError):
            while piece := await reader.read(1 << 16):
                said += piece
    writer.close()
    return bytes(re.sub(rb"\r\n\r\n.*?(?=HTTP/1.1 |$)", b"\r\n", bytes(said), flags=re.DOTALL))


async def slow_and_many(front: Front) -> None:
    """Who sends no whole head is let go; who changes too much at once waits; unknown names get no word."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", front.tls, ssl=ssl.create_default_context(cafile=str(front.certificate)),
        server_hostname=SITE,
    )  # fmt: skip
    writer.write(b"GET / HTTP/1.1\r\nHost: ")
    async with asyncio.timeout(30):
        with suppress(ConnectionResetError):
            assert not await reader.read()
    writer.close()

    for path, length in (
        ("/auth/log-in", 2 << 20),
        ("/rooms/7/whip", 70_000),
        ("/publish/x", 1 << 30),
    ):
        assert await announced(front, path, length) == 413

    assert b" 429 " not in (first := await changed(front, 20)), first
    passed = 0
    while b" 429 " not in await changed(front, 200):  # it is quick enough to be within a burst
        passed += 1
        assert passed < 20
    with pytest.raises(ssl.SSLError):
        await asyncio.open_connection(
            "127.0.0.1",
            front.tls,
            ssl=ssl.create_default_context(),
            server_hostname="no.example.org",
        )


async def rehearsed(front: Front) -> None:
    """The command, with the relay's own port, by whoever has the key and by somebody who has not."""

    async def rehearse(key: bytes, *options: str) -> tuple[int | None, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "parvis", "rehearse", f"http://127.0.0.1:{front.edge.port}", *options,
            env={"PATH": os.defpath, "PYTHONPATH": str(ROOT / "src"),
                 "PARVIS_TICKET_KEY": base64.b64encode(key).decode()},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate()
        return process.returncode, said.decode()

    code, said = await rehearse(KEY, "--listeners", "60", "--joins", "1", "--for", "3")
    assert "60 of 60" in said, said
    assert code in (0, 3, 4), said  # how quick this machine is just now is not the test's to say
    code, said = await rehearse(b"j" * 32)
    assert code == 1
    assert "does not show that it relays a network with your key" in said
    code, said = await rehearse(KEY, "--listeners", "0")
    assert (code, "--listeners: write a whole number" in said) == (1, True)
    code, said = await rehearse(KEY, "--from", "203.0.113.9")
    assert (code, "this machine has no address '203.0.113.9'" in said) == (1, True)
