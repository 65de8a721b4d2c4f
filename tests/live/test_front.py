"""The relay's own front over real sockets: what is asked well, badly, slowly, too often, and by whom."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from tests.rig import aac
from tests.rig.https_server import make_certificate
from tests.rig.synthetic_rooms import SyntheticRoom, synthetic

from parvis.cli import edge_child
from parvis.live.relay import front as fronts
from parvis.live.relay.admission import Admission
from parvis.live.relay.answers import Answers
from parvis.live.relay.front import Front
from parvis.live.relay.lanes import Caps, Lanes
from parvis.live.relay.origin import Above
from parvis.live.relay.relay import Relay
from parvis.protocols import tickets
from parvis.protocols.tickets import Lane, Ticket

KEY = b"k" * 32
NOW_S = 1_000


@asynccontextmanager
async def relaying(address: str, **caps: Any) -> AsyncIterator["Edge"]:
    relay = Relay(Above(address, KEY, lambda: NOW_S), keeps_bytes=1 << 20)
    lanes = Lanes()
    front = Front(Answers(relay, Admission(lambda: KEY, lambda: NOW_S), lanes), lanes, Caps(**caps))
    front.open()
    server = await asyncio.get_running_loop().create_server(front.connect, "127.0.0.1", 0)
    edge = Edge(front, server.sockets[0].getsockname()[1])
    try:
        yield edge
    finally:
        for one in edge.opened:
            one.close()
            with suppress(ConnectionError):
                await one.wait_closed()
        server.close()
        await front.close()


class Edge:
    def __init__(self, front: Front, port: int) -> None:
        self.front = front
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        self.opened: list[asyncio.StreamWriter] = []

    async def connect(self, source: str = "127.0.0.1") -> "Listener":
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.port, local_addr=(source, 0)
        )
        self.opened.append(writer)
        return Listener(reader, writer)


class Listener:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def ask(self, path: str, *more: str, method: str = "GET") -> None:
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *more, "", ""]
        self.writer.write("\r\n".join(lines).encode())

    async def read(self, *, has_content: bool = True) -> tuple[int, dict[str, str], bytes]:
        async with asyncio.timeout(20):
            lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.split(": ", 1) for line in lines[1:] if line)
            length = int(headers["content-length"]) if has_content else 0
            return int(lines[0].split()[1]), headers, await self.reader.readexactly(length)

    async def is_shut(self) -> bool:
        async with asyncio.timeout(20):
            try:
                return await self.reader.read() == b""
            except ConnectionError:
                return True


@pytest.fixture
async def room() -> AsyncIterator[SyntheticRoom]:
    async with synthetic() as made:
        yield made


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.005)


async def test_listeners_take_part_after_part_over_one_connection(room: SyntheticRoom) -> None:
    async with relaying(room.address) as edge:
        crowd = [await edge.connect() for _ in range(20)]
        for number in (10, 11, 12):
            for one in crowd:
                one.ask(f"/listen/7/aac/{number}.m4s")
            await until(
                lambda at=number: (
                    "7" in edge.front.relay.rooms and len(_waiting(edge.front.relay, at)) == 20
                )
            )
            if number == 11:
                crowd.pop().writer.transport.abort()  # who goes away keeps nobody else waiting
            await room.advance()
            for one in crowd:
                status, headers, content = await one.read()
                assert (status, content) == (200, aac.part(number, 100))
                assert json.loads(headers["live-state"])["newest"] == number
            if number == 11:
                crowd.append(await edge.connect())
            assert room.asked[f"/listen/7/aac/{number}.m4s"] == 1
        assert edge.front.relay.count(edge.front.relay.rooms["7"]) == 21
        # Two questions in one packet are answered in order; one in two packets as soon as it is whole.
        one = crowd[0]
        one.ask("/listen/7/aac/12.m4s")
        one.ask("/listen/7/state")
        one.writer.write(b"GET /listen/7/aac/init.mp4 HT")
        assert (await one.read())[2] == aac.part(12, 100)
        assert json.loads((await one.read())[2])["newest"] == 12
        one.writer.write(b"TP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        assert (await one.read())[2] == aac.tone()[0]
        assert await one.is_shut()


def _waiting(relay: Relay, number: int) -> list[Any]:
    hold = relay.rooms["7"].holds.get(("aac", number))
    return hold.waiting if hold is not None else []


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST /listen/7/state HTTP/1.1\r\nhost: x\r\n\r\n", 405),
        (b"POST /listen/7/state HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhello", 413),
        (b"GET /listen/7/state HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n", 413),
        (b"GET /listen/7/state HTTP/1.1\r\nhost: x\r\nx: " + b"y" * 9_000, 431),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400),
        (b"GET /listen/7/state\r\n\r\n", 400),
    ],
)
async def test_bad_questions_are_answered_and_end(
    room: SyntheticRoom, sent: bytes, status: int
) -> None:
    async with relaying(room.address) as edge:
        one = await edge.connect()
        one.writer.write(sent)
        assert (await one.read())[0] == status
        assert await one.is_shut()


async def test_who_is_slow_is_let_go(room: SyntheticRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fronts, "HEAD_S", -1.0)
    async with relaying(room.address) as edge:
        silent, dripping = await edge.connect(), await edge.connect()
        dripping.writer.write(b"GET /listen/7/sta")
        assert await silent.is_shut()
        assert await dripping.is_shut()
        await until(lambda: not edge.front.connections and not edge.front.sources)


async def test_who_takes_nothing_is_let_go_and_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fronts, "TAKING_S", -1.0)
    async with synthetic(part_ms=30_000, newest=99) as large, relaying(large.address) as edge:
        slow, well = await edge.connect("127.0.0.2"), await edge.connect()
        slow.writer.transport.pause_reading()
        # More than fits in the way to who reads none of it.
        for number in range(80):
            slow.ask(f"/listen/7/aac/{number}.m4s")
        await until(lambda: "127.0.0.2" not in edge.front.sources)
        well.ask("/listen/7/aac/99.m4s")
        assert (await well.read())[0] == 200
        # Nor were answers made that nobody takes.
        assert len([path for path in large.asked if path.endswith(".m4s")]) < 80


async def test_a_handshake_that_never_comes_has_an_end(
    room: SyntheticRoom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(edge_child, "HANDSHAKE_S", 0.05)
    certificate, key = make_certificate(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    async with relaying(room.address) as edge:
        listening = socket.create_server(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        door = await edge_child.open_door(edge.front, listening, tls)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\x16\x03\x01")
        assert await Listener(reader, writer).is_shut()
        writer.close()
        trusting = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(edge_child, "HANDSHAKE_S", 20.0)
        late = await edge_child.open_door(edge.front, socket.create_server(("127.0.0.1", 0)), tls)
        port = late.sockets[0].getsockname()[1]
        pair = await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
        one = Listener(*pair)
        one.ask("/listen/7/state", "Connection: close")
        assert (await one.read())[0] == 200
        one.writer.close()
        door.close()
        late.close()


async def test_each_source_has_so_many_connections_and_more_with_tickets(
    room: SyntheticRoom,
) -> None:
    async with relaying(room.address, per_source=2, total=10) as edge:
        crowd = [await edge.connect() for _ in range(3)]
        crowd[0].ask("/listen/7/state")
        status, headers, content = await crowd[0].read()
        assert (status, headers["retry-after"]) == (503, "1")
        assert json.loads(content) == {"error": "too_many_from_there"}
        crowd.append(await edge.connect())
        good = tickets.issue(KEY, Ticket(7, b"h" * 16, Lane.TICKETED, NOW_S + 60))
        crowd[3].ask(f"/listen/7/state?t={good}")
        assert (await crowd[3].read())[0] == 200
        elsewhere = await edge.connect("127.0.0.2")
        elsewhere.ask("/listen/7/state")
        assert (await elsewhere.read())[0] == 200
        await until(lambda: edge.front.sources["127.0.0.1"] == 3)
        refused = [await edge.connect() for _ in range(8)]
        assert await refused[-1].is_shut()


async def test_the_addresses_of_one_ipv6_network_are_one_source(room: SyntheticRoom) -> None:
    class Came(asyncio.Transport):
        """A connection from an address that this machine has not."""

        def __init__(self, address: str) -> None:
            super().__init__({"peername": (address, 5, 0, 0)})
            self.was_aborted = False

        def abort(self) -> None:
            self.was_aborted = True

        def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
            del high, low

    async with relaying(room.address, per_source=1, total=40) as edge:
        crowd = [(edge.front.connect(), Came(f"2001:db8::{number:x}")) for number in range(5)]
        crowd.append((edge.front.connect(), Came("2001:db8:0:1::1")))
        for one, way in crowd:
            one.connection_made(way)
        assert dict(edge.front.sources) == {"2001:db8::": 5, "2001:db8:0:1::": 1}
        assert [way.was_aborted for _, way in crowd] == [False] * 4 + [True, False]
        for one, _ in crowd:
            one.connection_lost(None)
        assert not edge.front.sources


async def test_a_trusted_proxy_brings_many_and_says_whose_each_question_is(
    room: SyntheticRoom,
) -> None:
    trusted = (ip_network("127.0.0.1/32"),)
    async with relaying(room.address, per_source=1, total=40, trusted=trusted) as edge:
        now = edge.front.relay.clock()
        edge.front.relay.clock = lambda: now
        proxy = [await edge.connect() for _ in range(6)]  # above four times what a source may have
        for number, one in enumerate(proxy):
            # What stands left of an address that the proxy saw is that one's own claim.
            one.ask(
                "/listen/7/aac/9.m4s",
                "X-Forwarded-For: 9.9.9.9",
                f"X-Forwarded-For: 10.0.0.{number % 3}",
            )
            assert (await one.read())[0] == 200
        assert edge.front.relay.count(edge.front.relay.rooms["7"]) == 3
        for at in range(201):  # often from one address: that one alone is told to wait
            proxy[at % 2].ask("/listen/7/state", "X-Forwarded-For: 10.0.0.7")
            status, *_ = await proxy[at % 2].read()
        assert status == 429
        # Its connections stay, and go on for others at once: nobody pays for whom they come with.
        for _ in range(6):
            proxy[0].ask("/listen/7/state", "X-Forwarded-For: 10.0.0.7")
            assert (await proxy[0].read())[0] == 429
        proxy[0].ask("/listen/7/state", "X-Forwarded-For: 10.0.0.8")
        assert (await proxy[0].read())[0] == 200
        stranger = await edge.connect("127.0.0.2")
        for _ in range(201):
            stranger.ask("/listen/7/state", "X-Forwarded-For: 10.0.0.9")
            status, *_ = await stranger.read()
        assert status == 429  # whoever is no proxy of ours speaks for itself


async def test_overload_sheds_the_anonymous_lane_first(room: SyntheticRoom) -> None:
    async with relaying(room.address) as edge:
        lanes = edge.front.lanes
        here, ticketed = await edge.connect(), await edge.connect()
        good = tickets.issue(KEY, Ticket(7, b"h" * 16, Lane.TICKETED, NOW_S + 60))
        here.ask("/listen/7/aac/9.m4s")
        assert (await here.read())[0] == 200
        await lanes.close()  # lateness is the test's now

        async def join(query: str = "") -> int:
            one = await edge.connect()
            one.ask(f"/listen/7/state{query}")
            status, headers, _ = await one.read()
            assert status == 200 or headers["retry-after"]
            return status

        for at in range(3):  # late for more than a second: nobody joins without a ticket
            lanes.see(0.3, 100.0 + at)
        assert await join() == 503
        assert await join(f"?t={good}") == 200
        here.ask("/listen/7/aac/8.m4s")
        assert (await here.read())[0] == 200  # who is here stays
        for at in range(3, 8):
            lanes.see(0.3, 100.0 + at)
        here.ask("/listen/7/aac/9.m4s")
        assert (await here.read())[0] == 503
        ticketed.ask(f"/listen/7/aac/9.m4s?t={good}")
        assert (await ticketed.read())[0] == 200
        for at in range(8, 20):  # everything stands: tickets wait, too, but for those who listen
            lanes.see(3.0, 100.0 + at)
        assert await join(f"?t={good}") == 503
        ticketed.ask(f"/listen/7/aac/8.m4s?t={good}")
        assert (await ticketed.read())[0] == 200
        lanes.see(0.0, 121.0)
        assert await join() == 200


async def test_one_address_asks_so_often_and_tickets_ask_on(room: SyntheticRoom) -> None:
    async with relaying(room.address) as edge:
        now = edge.front.relay.clock()
        edge.front.relay.clock = lambda: now
        one = await edge.connect()
        seen: list[int] = []
        for _ in range(201):
            one.ask("/listen/7/state")
            status, headers, _ = await one.read()
            seen.append(status)
        assert seen == [200] * 200 + [429]
        assert int(headers["retry-after"]) >= 1
        good = tickets.issue(KEY, Ticket(7, b"h" * 16, Lane.TICKETED, NOW_S + 60))
        for path in (f"/listen/7/state?t={good}", "/listen/7/aac/9.m4s"):
            another = await edge.connect()
            another.ask(path)
            assert (await another.read())[0] == 200


async def test_a_tree_over_sockets_sums_up_and_needs_the_key_to_be_believed(
    room: SyntheticRoom,
) -> None:
    async with relaying(room.address) as trunk, relaying(trunk.address) as leaf:
        crowd = [await leaf.connect() for _ in range(5)]
        for one in crowd:
            one.ask("/listen/7/aac/9.m4s")
        for one in crowd:
            assert (await one.read())[0] == 200
        crowd[0].ask("/listen/7/aac/8.m4s")
        await crowd[0].read()
        await until(lambda: trunk.front.relay.count(trunk.front.relay.rooms["7"]) == 5)
        liar = await trunk.connect()
        liar.ask("/listen/7/aac/9.m4s", "live-relay: x", "live-listeners: 1000000")
        assert (await liar.read())[0] == 200
        assert trunk.front.relay.count(trunk.front.relay.rooms["7"]) == 6
