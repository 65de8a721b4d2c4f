#!/usr/bin/env python3
"""Listeners a CPU second of a relay, and how far apart they hear the same part; Icecast beside it.

    python3 bench/listeners.py                          # 1 s and 0.5 s parts, TLS, Icecast
    python3 bench/listeners.py --listeners 10000 --only plain-1000 --seconds 20

One relay process (`parvis serve --role edge`) on one port, in front of a room that sounds by the clock, in a
process of its own. The crowd is another process, that of `parvis rehearse`: one question for each part as our
player asks it. Counted is the CPU time of the relay alone, from /proc, after everybody is connected. Spread
is the time from when a part was complete until the crowd had the whole of it, its own work included.
"killed": two relays, of which the one that everybody listens to is killed; how long each was without.
"""

import argparse
import asyncio
import base64
import json
import os
import platform
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
TICKS = os.sysconf("SC_CLK_TCK")
PORT, ORIGIN, ICECAST, SECOND = 8461, 8462, 8463, 8464
JOINS_A_S = 2_000
SOURCES = 200  # addresses that the crowd comes from: each may ask for 200 things in ten seconds
ROOM = "7"
SETTLING_S = 4.0
ICECAST_SETTINGS = """<icecast>
<limits><clients>20000</clients><sources>2</sources><queue-size>524288</queue-size>
<burst-on-connect>1</burst-on-connect><burst-size>8192</burst-size></limits>
<authentication><source-password>s</source-password><admin-user>a</admin-user>
<admin-password>a</admin-password></authentication>
<hostname>localhost</hostname><listen-socket><port>{port}</port></listen-socket>
<paths><basedir>{folder}</basedir><logdir>{folder}</logdir><webroot>/usr/share/icecast2/web</webroot>
<adminroot>/usr/share/icecast2/admin</adminroot></paths>
<logging><accesslog>-</accesslog><errorlog>error.log</errorlog><loglevel>1</loglevel></logging>
{user}</icecast>"""


async def sound(part_ms: int) -> None:
    """The room: parts are complete by the wall clock."""
    from tests.rig.synthetic_rooms import SyntheticRoom  # noqa: PLC0415 - PyAV, in this process alone

    room = SyntheticRoom(ROOM, part_ms=part_ms, newest=-1)
    room.epoch_ms = int(time.time() * 1_000) // part_ms * part_ms
    await room.start(port=ORIGIN)
    while True:
        due_s = (room.epoch_ms + (room.newest + 2) * part_ms) / 1_000
        await asyncio.sleep(max(0.0, due_s - time.time()))
        await room.advance()


def crowd(arguments: argparse.Namespace) -> None:
    """Listeners as `parvis rehearse` makes them. "counting" is said when they are all there."""
    from parvis.live.rehearsing.crowd import Crowd, Plan, Relay  # noqa: PLC0415 - this process alone
    from parvis.live.rehearsing.heard import share_of  # noqa: PLC0415

    state = json.load(urllib.request.urlopen(f"http://127.0.0.1:{ORIGIN}/listen/{ROOM}/state"))
    ports = (PORT, SECOND) if arguments.killed else (PORT,)
    relays = tuple(Relay("127.0.0.1", port, "localhost", arguments.tls) for port in ports)
    sources = tuple(f"127.0.{number}.1" for number in range(1, SOURCES + 1))
    made = Crowd(
        Plan(relays, ROOM, state["epoch_ms"], state["part_ms"], arguments.listeners, "", sources,
             joins_s=arguments.listeners / JOINS_A_S, is_spread=False)
    )  # fmt: skip
    while made.here < arguments.listeners:
        made.turn(0.05)
    made.run_for(SETTLING_S)
    made.count()
    print("counting", flush=True)
    made.run_for(arguments.seconds)
    heard = made.tell()
    late = {f"p{one}": share_of(heard.late, one) for one in (50, 95, 99)}
    told: dict[str, Any] = {
        "heard": heard.parts, "part_s": state["part_ms"] / 1_000, "lost": heard.lost, "spread_ms": late,
        "crowd_busy": heard.busy, "crowd_starved": heard.starved, "here": made.here,
    }  # fmt: skip
    if arguments.killed:
        resumed = heard.resumed
        told["resumed"] = sum(resumed.values())
        told["resumed_ms"] = {f"p{one}": share_of(resumed, one) for one in (50, 99, 100)}
    print(json.dumps(told), flush=True)


def radio(arguments: argparse.Namespace) -> None:
    """The crowd of Icecast: it asks once and reads."""
    epoll = select.epoll()
    socks: dict[int, socket.socket] = {}
    for number in range(arguments.listeners):
        sock = socket.create_connection(
            ("127.0.0.1", ICECAST), source_address=(f"127.0.{1 + number % SOURCES}.1", 0)
        )
        sock.send(b"GET /live HTTP/1.0\r\n\r\n")
        sock.settimeout(0)
        socks[sock.fileno()] = sock
        epoll.register(sock.fileno(), select.EPOLLIN)
    buffer = bytearray(1 << 16)
    counted, bytes_, begun = False, 0, time.time()
    while time.time() < begun + SETTLING_S + arguments.seconds:
        if not counted and time.time() > begun + SETTLING_S:
            counted, bytes_ = True, 0
            print("counting", flush=True)
        for fileno, _ in epoll.poll(0.1):
            bytes_ += socks[fileno].recv_into(buffer)
    print(
        json.dumps({"kbit_s": round(bytes_ * 8 / arguments.seconds / len(socks) / 1_000)}),
        flush=True,
    )


def measure(kind: str, part_ms: int, arguments: argparse.Namespace) -> dict[str, Any]:
    """A relay, a room and a crowd; what they cost and how they did."""
    is_tls = kind == "tls"
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "PARVIS_TICKET_KEY": base64.b64encode(bytes(32)).decode(),
            "PYTHONPATH": str(ROOT / "src"),
        }
        if is_tls:
            certificate, key = _certificate(Path(folder))
            environment |= {"PARVIS_TLS_CERTIFICATE": certificate, "PARVIS_TLS_KEY": key}
            environment |= {"SSL_CERT_FILE": certificate}
        origin = _start([__file__, "--be", "sound", "--part-ms", str(part_ms)])
        command = ["-m", "parvis", "serve", "--role", "edge", "--port", str(PORT)]
        command += ["--origin", f"http://127.0.0.1:{ORIGIN}"]
        edge = _start(command, env=environment)
        try:
            _until_open(ORIGIN)
            _until_open(PORT)
            relay = _child_of(edge.pid)
            began = cpu_s(relay)
            joined = time.time()
            args = [__file__, "--be", "crowd", "--listeners", str(arguments.listeners)]
            args += ["--seconds", str(arguments.seconds)] + (["--tls"] if is_tls else [])
            told = _follow(args, relay, arguments, environment)
            told["joining_cpu_s"] = round(told.pop("cpu_before") - began, 2)
            told["joining_s"] = round(told.pop("counting_at") - joined - SETTLING_S, 1)
            return {"kind": kind, "part_ms": part_ms, **told}
        finally:
            for one in (edge, origin):
                one.send_signal(signal.SIGTERM)
                one.wait()


def measure_killed(arguments: argparse.Namespace) -> dict[str, Any]:
    """Two relays; the one that everybody listens to is killed, and the clock runs until each hears again."""
    origin = _start([__file__, "--be", "sound", "--part-ms", "1000"])
    command = ["-m", "parvis", "serve", "--role", "edge", "--origin", f"http://127.0.0.1:{ORIGIN}"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    edges = [_start([*command, "--port", str(port)], env=environment) for port in (PORT, SECOND)]
    try:
        for port in (ORIGIN, PORT, SECOND):
            _until_open(port)
        relay = _child_of(edges[0].pid)
        args = [__file__, "--be", "crowd", "--killed", "--listeners", str(arguments.listeners)]
        crowd = subprocess.Popen(
            [sys.executable, *args, "--seconds", str(arguments.seconds)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert crowd.stdout is not None
        assert crowd.stdout.readline().strip() == "counting"
        time.sleep(1)
        edges[0].kill()  # who keeps it running first, or it is back at once
        os.kill(relay, signal.SIGKILL)
        told: dict[str, Any] = json.loads(crowd.stdout.readline())
        crowd.wait()
        return {
            "kind": "killed",
            "listeners": arguments.listeners,
            **told,
            "load": round(os.getloadavg()[0], 1),
        }
    finally:
        edges[1].terminate(), origin.terminate()
        for one in (*edges, origin):
            one.wait()


def measure_icecast(arguments: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        user = ""
        if os.geteuid() == 0:
            user = "<security><changeowner><user>nobody</user><group>nogroup</group></changeowner></security>"
        settings = Path(folder) / "icecast.xml"
        settings.write_text(ICECAST_SETTINGS.format(port=ICECAST, folder=folder, user=user))
        icecast = subprocess.Popen(
            [_program("icecast2"), "-c", str(settings)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _until_open(ICECAST)
        tone = "sine=frequency=440:sample_rate=48000"
        source = subprocess.Popen(
            [_program("ffmpeg"), "-loglevel", "error", "-re", "-f", "lavfi", "-i", tone, "-c:a", "libmp3lame",
             "-b:a", "64k", "-content_type", "audio/mpeg", "-f", "mp3",
             f"icecast://source:s@127.0.0.1:{ICECAST}/live"],
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            time.sleep(2)
            args = [__file__, "--be", "radio", "--listeners", str(arguments.listeners)]
            args += ["--seconds", str(arguments.seconds)]
            told = _follow(args, icecast.pid, arguments)
            told.pop("cpu_before"), told.pop("counting_at")
            return {"kind": "icecast", **told}
        finally:
            for one in (source, icecast):
                one.kill()  # Icecast waits for its listeners
                one.wait()


def _follow(
    args: list[str],
    pid: int,
    arguments: argparse.Namespace,
    environment: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Run a crowd; the CPU time of `pid` from when it counts until it ends."""
    process = subprocess.Popen(
        [sys.executable, *args], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "counting"
    at, before = time.time(), cpu_s(pid)
    steal = _steal()
    told: dict[str, Any] = json.loads(process.stdout.readline())
    wall, used = time.time() - at, cpu_s(pid) - before
    process.wait()
    told["cpu_share"] = round(used / wall, 3)
    # What was heard, not what was wanted: a crowd that gets no CPU itself asks for less.
    heard_s = told["heard"] * told.pop("part_s") if "heard" in told else arguments.listeners * wall
    told["listeners_per_cpu_s"] = round(heard_s / used)
    told["steal_percent"] = round((_steal() - steal) / wall / (os.cpu_count() or 1) * 100, 1)
    told["load"] = round(os.getloadavg()[0], 1)
    return told | {"cpu_before": before, "counting_at": at}


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _steal() -> float:
    return int(Path("/proc/stat").read_text().splitlines()[0].split()[8]) / TICKS


def _child_of(pid: int) -> int:
    for _ in range(200):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if children:
            return int(children[0])
        time.sleep(0.05)
    raise RuntimeError("no relay process")


def _start(args: list[str], **how: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, *args], stdout=subprocess.DEVNULL, **how)


def _until_open(port: int) -> None:
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing listens on {port}")


def _certificate(folder: Path) -> tuple[str, str]:
    folder.chmod(0o755)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [_program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    key.chmod(0o644)
    return str(certificate), str(key)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is needed: apt-get install {name}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--only", help="plain-1000, plain-500, tls-1000, icecast or killed")
    parser.add_argument("--killed", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--be", choices=("sound", "crowd", "radio"), help=argparse.SUPPRESS)
    parser.add_argument("--part-ms", type=int, default=1_000)
    parser.add_argument("--tls", action="store_true")
    arguments = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)  # for the crowds, and for Icecast
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if arguments.be == "sound":
        asyncio.run(sound(arguments.part_ms))
    elif arguments.be == "crowd":
        crowd(arguments)
    elif arguments.be == "radio":
        radio(arguments)
    else:
        results: list[dict[str, Any]] = []
        for name in ("plain-1000", "plain-500", "tls-1000", "icecast", "killed"):
            if arguments.only in (None, name):
                kind, _, part_ms = name.partition("-")
                if kind == "killed":
                    told = measure_killed(arguments)
                elif kind == "icecast":
                    told = measure_icecast(arguments)
                else:
                    told = measure(kind, int(part_ms), arguments)
                print(json.dumps(told), flush=True)
                results.append(told)
        _write(results, arguments)


def _write(results: list[dict[str, Any]], arguments: argparse.Namespace) -> None:
    told = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "listeners": arguments.listeners,
        "results": results,
    }
    path = ROOT / "bench" / "results" / "listeners.json"
    path.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
