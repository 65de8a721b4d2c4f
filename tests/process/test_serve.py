"""`serve` as a whole: starts, keeps its processes, and leaves no orphan however it is ended."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest
from tests.process.networks import ROOT, Network, get_free_port, is_alive, wait_until

pytestmark = pytest.mark.slow
Found = Callable[..., Network]


@pytest.fixture
def found() -> Generator[Found]:
    """Found a network in a folder of its own; whatever the test leaves running is killed."""
    networks: list[Network] = []
    folder = Path(tempfile.mkdtemp(prefix="parvis-test-"))
    folder.chmod(0o755)

    def make(*options: str, data: Path | None = None, **environment: str) -> Network:
        home = folder / str(len(networks))
        home.mkdir()
        network = Network(home, *options, **environment)
        network.data = data or network.data
        networks.append(network)
        return network

    yield make
    for network in networks:
        if network.process is not None and network.poll() is None:
            network.kill_everything()
    shutil.rmtree(folder)


def ask(dsn: str, sql: str) -> object:
    async def asked() -> object:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(asked())


def test_ctrl_c_with_open_connections(found: Found) -> None:
    network = found("--workers", "2").start()
    assert network.get() == 200
    wait_until(lambda: len(network.pids("web_child")) == 2)
    pids = network.pids()
    idle = socket.create_connection(("127.0.0.1", network.port))
    half = socket.create_connection(("127.0.0.1", network.port))
    half.sendall(b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nhalf")
    assert network.end(signal.SIGINT) == 0  # whoever waited for them would wait for ever
    assert not any(map(is_alive, pids))
    assert "Traceback" not in network.said()
    for client in (idle, half):
        client.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_signals_end_it_too(found: Found, number: signal.Signals) -> None:
    network = found().start()
    pids = network.pids()
    assert network.end(number) == 0
    assert not any(map(is_alive, pids))


def test_a_signal_while_it_starts(found: Found) -> None:
    network = found().start(wait=False)
    for _ in range(4):
        wait_until(lambda: network.pids("postgres"))
        pids = network.pids()
        assert network.end() == 0, network.said()
        wait_until(lambda: not any(map(is_alive, pids)))  # noqa: B023 - called at once
        network.start(wait=False)
    wait_until(network.answers)


def test_killed_supervisor(found: Found) -> None:
    network = found("--workers", "2").start()
    ask(network.dsn(), "create table kept as select 7 as n")
    pids = network.pids()
    network.end(signal.SIGKILL)
    network.start()  # at once: it waits for the old PostgreSQL to leave
    assert not any(map(is_alive, pids))
    assert network.get() == 200
    assert ask(network.dsn(), "select n from kept") == 7


@pytest.mark.parametrize("part", ["web_child", "worker_child"])
def test_killed_child(found: Found, part: str) -> None:
    network = found().start()
    wait_until(lambda: network.pids(part))  # the worker comes after the first answer
    (old,) = network.pids(part)
    os.kill(old, signal.SIGKILL)
    wait_until(lambda: [pid for pid in network.pids(part) if pid != old])
    wait_until(network.answers)
    assert "SIGKILL" in network.said()


def test_killed_postmaster(found: Found) -> None:
    network = found().start()
    ask(network.dsn(), "create table kept as select 7 as n")
    old = network.postmaster()
    os.kill(old, signal.SIGKILL)
    wait_until(lambda: "PostgreSQL ended unexpectedly" in network.said())
    wait_until(lambda: network.postmaster() not in {0, old})

    def answers_again() -> bool:
        try:
            return ask(network.dsn(), "select n from kept") == 7
        except (OSError, asyncpg.PostgresError):
            return False

    wait_until(answers_again)
    assert network.get() == 200


async def write_until_gone(dsn: str) -> int:
    """Commit from eight connections until the database is gone; gives what was acknowledged."""
    done = 0

    async def write() -> None:
        nonlocal done
        connection = await asyncpg.connect(dsn)
        gone = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
        with suppress(*gone):
            while True:
                await connection.execute("insert into load select repeat(md5(random()::text), 20)")
                done += 1
        connection.terminate()

    await asyncio.gather(*(write() for _ in range(8)))
    return done


def test_a_power_cut_under_load(found: Found) -> None:
    """Nothing acknowledged is lost, and the next start is quick: 2 s, or on a machine busy with
    other tests twice a start without recovery.
    """
    network = found().start()
    ask(network.dsn(), "create table load (words text)")
    acknowledged = 0
    took: list[float] = []
    for _ in range(3):
        cut = threading.Timer(4, network.kill_everything)
        cut.start()
        acknowledged += asyncio.run(write_until_gone(network.dsn()))
        cut.join()
        began = time.monotonic()
        network.start(wait=False)
        wait_until(network.answers)
        took.append(time.monotonic() - began)
        wait_until(lambda: "Ctrl-C" in network.said())
        kept = ask(network.dsn(), "select count(*) from load")
        assert isinstance(kept, int)
        assert kept >= acknowledged > 0
    network.end()
    began = time.monotonic()
    network.start(wait=False)
    wait_until(network.answers)
    assert min(took) < max(2.0, 2 * (time.monotonic() - began)), took


def test_two_on_one_folder(found: Found) -> None:
    network = found().start()
    second = found(data=network.data)
    second.start(wait=False)
    assert second.process is not None
    assert second.process.wait(10) == 1
    assert network.process is not None
    assert f"Another Parvis (process {network.process.pid}) already works" in second.said()
    assert network.get() == 200


def test_two_on_one_port(found: Found) -> None:
    network = found().start()
    second = found()
    second.port = network.port
    second.start(wait=False)
    assert second.process is not None
    assert second.process.wait(10) == 1
    assert "choose another --port" in second.said()
    assert not (second.data / "postgres").exists()


def test_another_public_url_is_refused(found: Found) -> None:
    network = found(PARVIS_PUBLIC_URL="https://first.example").start()
    assert network.end() == 0
    network.environment = {"PARVIS_PUBLIC_URL": "https://second.example"}
    network.start(wait=False)
    assert network.process is not None
    assert network.process.wait(20) == 1
    assert "PARVIS_PUBLIC_URL=https://first.example" in network.said()
    network.environment["PARVIS_ALLOW_URL_CHANGE"] = "on"
    network.start()
    assert network.end() == 0
    del network.environment["PARVIS_ALLOW_URL_CHANGE"]
    network.start()


def test_another_port_than_the_first_is_refused(found: Found) -> None:
    network = found().start()
    assert network.end() == 0
    first, network.port = network.port, get_free_port()
    network.start(wait=False)
    assert network.process is not None
    assert network.process.wait(20) == 1
    assert f"To keep it:            --port {first}\n" in network.said()


async def break_and_look_at_the_log(database: str, network: Network) -> None:
    """What a process says of a failure: a line of JSON, without the row that PostgreSQL's words repeat."""
    connection = await asyncpg.connect(database)
    try:
        await connection.execute("alter table apps add constraint unnamed check (name = '')")
    finally:
        await connection.close()
    asked = urllib.request.Request(
        f"http://127.0.0.1:{network.port}/api/v1/apps",
        b"client_name=written+by+somebody&redirect_uris=https://a.example/",
    )
    with pytest.raises(urllib.error.HTTPError, match="500"):
        await asyncio.to_thread(urllib.request.urlopen, asked)
    wait_until(lambda: "call failed" in network.said())
    (line,) = [line for line in network.said().splitlines() if "call failed" in line]
    assert json.loads(line)["error"] == "CheckViolationError (23514, unnamed)"
    assert "written by somebody" not in network.said()


async def test_roles_on_an_external_database(found: Found, database: str) -> None:
    web = found("--role", "web", DATABASE_URL=database, PARVIS_PUBLIC_URL="http://localhost:1")
    worker = found("--role", "worker", data=web.data, **web.environment)
    web.start()
    worker.start()
    assert web.get() == 200
    assert worker.pids("worker_child")
    assert not web.pids("worker_child")
    assert not worker.pids("web_child")
    await break_and_look_at_the_log(database, web)
    assert web.end() == 0
    assert worker.end() == 0


def test_an_external_database_that_does_not_answer(found: Found) -> None:
    network = found(DATABASE_URL="postgresql://u@127.0.0.1:9/d").start(wait=False)
    assert network.process is not None
    assert network.process.wait(20) == 1
    assert "The database does not answer" in network.said()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_root_drops_what_it_can(found: Found) -> None:
    network = found()
    if not os.path.realpath(sys.executable).startswith("/usr/"):
        # This Python may be root's own; Debian's can use its packages when it is the same version.
        network.python = ["/usr/bin/python3"]
        network.paths += [path for path in sys.path if path.endswith("site-packages")]
        used = subprocess.run(  # noqa: S603 - ours
            [*network.python, "-c", "import sys; print(*sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=True,
        )
        if used.stdout.split() != [str(part) for part in sys.version_info[:2]]:
            pytest.skip("Debian's Python is another version")
    network.environment["PYTHONPATH"] = os.pathsep.join(network.paths)
    network.start()
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in network.pids()}
    if "stay root's" in network.said():
        pytest.skip("this clone is in a folder that is root's alone")
    assert owners == {network.data.stat().st_uid}
    assert 0 not in owners
    assert network.get() == 200


STREAMS = """
import asyncio, sys
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route
from parvis import app
from parvis.cli import web_child
from parvis.infra import shutdown

async def watches():
    yield b"data: hello\\n\\n"
    await shutdown.stopping.wait()
    yield b"data: bye\\n\\n"

async def deaf():
    while True:
        yield b"data: hello\\n\\n"
        await asyncio.sleep(0.05)

def build(settings):
    kinds = {"watches": watches, "deaf": deaf}
    async def stream(request):
        kind = kinds[request.path_params["kind"]]
        return StreamingResponse(kind(), media_type="text/event-stream")
    return Starlette(routes=[Route("/{kind}", stream)])

app.build = build
web_child.main(*map(int, sys.argv[1:]))
"""


@pytest.mark.parametrize(("kind", "within_s"), [("watches", 10), ("deaf", 15)])
def test_open_streams_are_closed_first(tmp_path: Path, kind: str, within_s: float) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    gate, shut = os.pipe()
    answered, answers = os.pipe()
    os.close(shut)
    fds = (gate, listening.fileno(), answers)
    with subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-c", STREAMS, *map(str, fds)],
        env={"PYTHONPATH": str(ROOT / "src"), "PARVIS_DATA": str(tmp_path)},
        pass_fds=fds,
    ) as server:
        assert os.read(answered, 1) == b"."
        with socket.create_connection(listening.getsockname()) as client:
            client.sendall(f"GET /{kind} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode())
            received = client.recv(1000)
            while b"hello" not in received:
                received += client.recv(1000)
            server.terminate()
            began = time.monotonic()
            while more := client.recv(1000):
                received += more
            server.wait(30)
            assert time.monotonic() - began < within_s
    assert (b"bye" in received) == (kind == "watches")
    for end in (gate, answered, answers):
        os.close(end)
    listening.close()
