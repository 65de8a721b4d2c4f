"""Connections that come together are shared by those who listen together."""

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from parvis.infra import accepting
from parvis.infra.accepting import AT_ONCE, Accepting


class Greeting(asyncio.Protocol):
    """Says who took the connection."""

    def __init__(self, name: bytes) -> None:
        self.name = name

    def connection_made(self, transport: Any) -> None:
        transport.write(self.name)
        transport.close()


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=256) as made:
        yield made


def greeting(name: bytes) -> Callable[[], Greeting]:
    return lambda: Greeting(name)


async def greeted(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    said = await reader.read()
    writer.close()
    return said


async def test_two_who_listen_together_take_turns(listening: socket.socket) -> None:
    port = listening.getsockname()[1]
    with ExitStack() as opened:
        waiting = [
            opened.enter_context(socket.create_connection(("127.0.0.1", port)))
            for _ in range(4 * AT_ONCE)
        ]
        second = opened.enter_context(listening.dup())
        both = [Accepting(listening, greeting(b"a")), Accepting(second, greeting(b"b"))]
        loop = asyncio.get_running_loop()
        said: list[bytes] = []
        for one in waiting:
            one.settimeout(0)
            said.append(await asyncio.wait_for(loop.sock_recv(one, 1), 10))
        for one in both:
            one.close()
    assert sorted(said) == [b"a"] * (2 * AT_ONCE) + [b"b"] * (2 * AT_ONCE)


class Full:
    """A socket of a process that can open nothing, once."""

    def __init__(self, listening: socket.socket) -> None:
        self.listening = listening
        self.refused = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.listening, name)

    def accept(self) -> Any:
        if not self.refused:
            self.refused += 1
            raise OSError(errno.EMFILE, "Too many open files")
        return self.listening.accept()


async def test_a_full_process_looks_again_after_a_while(
    listening: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accepting, "_FULL_S", 0.01)
    full: Any = Full(listening)
    one = Accepting(full, greeting(b"late"))
    assert await asyncio.wait_for(greeted(full.getsockname()[1]), 10) == b"late"
    assert full.refused == 1
    one.close()


async def test_nothing_is_taken_after_the_end(listening: socket.socket) -> None:
    port = listening.getsockname()[1]
    one = Accepting(listening, greeting(b"here"))
    assert await asyncio.wait_for(greeted(port), 10) == b"here"
    one.close()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with listening.dup() as second:
        other = Accepting(second, greeting(b"other"))
        assert await asyncio.wait_for(reader.read(), 10) == b"other"
        other.close()
    writer.close()
