"""Bodies that do not come as they were announced: nothing is done by half of one."""

import asyncio
from urllib.parse import urlsplit

from tests.rig.network import Network

HEAD = "POST /api/v1/statuses HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


async def said(network: Network, head: str, body: bytes, *, hangs_up: bool) -> bytes:
    """What is answered to these bytes, up to the end of the connection."""
    at = urlsplit(network.base)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    writer.write(head.encode() + b"\r\n" + body)
    await writer.drain()
    if hangs_up:
        writer.write_eof()
    answer = await reader.read() if hangs_up else await reader.readuntil(b"\r\n")
    writer.close()
    return answer


async def test_half_a_body_publishes_nothing(network: Network) -> None:
    alice = await network.person("alice")
    head = HEAD.format(alice.token) + FORM
    await said(network, head + "Content-Length: 30\r\n", b"status=half of it", hangs_up=True)
    chunked = head + "Transfer-Encoding: chunked\r\n"
    await said(network, chunked, b"e\r\nstatus=half of\r\n", hangs_up=True)
    assert await network.db.fetchval("select count(*) from statuses") == 0

    whole = b"7\r\nstatus=\r\n5\r\nwhole\r\n0\r\n\r\n"
    assert b" 200 " in await said(network, chunked, whole, hangs_up=False)
    assert await network.db.fetchval("select text from statuses") == "whole"


async def test_a_body_that_grows_too_large_is_refused_where_it_does(network: Network) -> None:
    alice = await network.person("alice")
    head = HEAD.format(alice.token) + FORM + "Transfer-Encoding: chunked\r\n"
    part = b"%x\r\n%b\r\n" % (1 << 20, b"a" * (1 << 20))
    assert b" 413 " in await said(network, head, part * 3, hangs_up=False)
    assert await network.db.fetchval("select count(*) from statuses") == 0
