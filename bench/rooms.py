"""What a room costs: CPU of its process, idle and for each speaker with return; blocks late; a voice's way.

    python bench/rooms.py [--speakers 10] [--seconds 60] [--quick] [--cores] [--ahead] [--nice N]

Speakers are aiortc clients in a process of their own, which sends a second of Opus again and again, decodes
nothing, and counts what it sent late itself. A voice's way ends in such a client as decodes, whose jitter
buffer holds 80 ms. Share of a core: CPU time of the process by the time that passed. A block is late when it
is mixed more than its own length after its end. `--ahead`, as root, takes both before all else that runs on
the machine, and `--cores` gives each a core: what is late then is the room's own fault. `--quick` leaves out
the way of a voice, and looks at the recording.
"""

import argparse
import asyncio
import gc
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

sys.path[:0] = ["src", "."]
from bench.long_room import check  # noqa: E402
from tests.rig.speaking import Client, Sounding, Tone, until  # noqa: E402

from parvis.live.sound.recording import FINISHED  # noqa: E402

RATE, BLOCK = 48_000, 960
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mib(pid: int) -> int:
    return int(Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1].split()[0]) // 1024


def steal() -> tuple[float, float]:
    """Time that other machines took of ours, and all time."""
    times = list(map(float, Path("/proc/stat").read_text().splitlines()[0].split()[1:9]))
    return times[7], sum(times)


class Clicks(Tone):
    """A burst each second; tells when."""

    def __init__(self) -> None:
        super().__init__(1000, loud=0.9)
        self.at: list[float] = []

    async def recv(self) -> Any:
        frame = await super().recv()
        if frame.pts // 960 % 50:
            frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        else:
            self.at.append(time.monotonic())
        return frame


class Spoken(Tone):
    """A second of Opus, encoded once and sent again and again: what is measured is the room."""

    def __init__(self, packets: list[bytes]) -> None:
        super().__init__(0)
        self._packets = packets
        self.late = self.sent = 0

    async def recv(self) -> Any:
        now = time.monotonic()
        self._start = now if self._start is None else self._start
        number = self._at // BLOCK
        await asyncio.sleep(self._start + number * 0.02 - now)
        self.late += time.monotonic() - self._start - number * 0.02 > 0.02
        self.sent += 1
        packet = av.Packet(self._packets[number % len(self._packets)])
        packet.pts, packet.time_base = self._at, Fraction(1, RATE)
        self._at += BLOCK
        return packet


def encode(hertz: float) -> list[bytes]:
    codec: Any = av.CodecContext.create("libopus", "w")
    codec.bit_rate, codec.sample_rate, codec.format, codec.layout = 32_000, RATE, "flt", "mono"
    codec.time_base = Fraction(1, RATE)
    codec.options = {"application": "voip", "frame_duration": "20"}
    packets: list[bytes] = []
    for number in range(52):
        at = number * BLOCK + np.arange(BLOCK)
        sound = (0.1 * np.sin(2 * np.pi * hertz * at / RATE)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), number * BLOCK
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return packets[1:51]


class Counted(Client):
    """A speaker who counts what comes back, and how late against the first, and decodes nothing."""

    def __init__(self, room: Sounding, account_id: int) -> None:
        super().__init__(room, account_id)
        self.came: list[tuple[int, float]] = []

    def add(self, packet: Any) -> tuple[bool, None]:
        self.came.append((packet.timestamp, time.monotonic()))
        self.heard.append(np.zeros(0))
        return False, None

    def _begin(self, _: Any) -> None:
        for receiver in self.speaker.getReceivers():
            receiver._RTCRtpReceiver__jitter_buffer = self  # noqa: SLF001 - it offers no other way


def speak(socket: str, asked: argparse.Namespace, ready: Any, told: Any) -> None:
    if asked.cores:
        os.sched_setaffinity(0, {1})
    asyncio.run(_speak(Path(socket), asked.speakers, asked.seconds + 5, ready, told))


async def _speak(socket: Path, count: int, seconds: float, ready: Any, told: Any) -> None:
    room = Sounding(socket, "7", 0)
    clients = [Counted(room, number) for number in range(1, count + 1)]
    tracks = [Spoken(encode(300 + 50 * client.account_id)) for client in clients]
    for client, track in zip(clients, tracks, strict=True):
        await client.speak(track)
        await client.listen()
    ready.release()
    gc.collect()
    gc.freeze()
    for track in tracks:
        track.late = track.sent = 0
    for client in clients:
        client.came.clear()
    late = came = 0
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        await asyncio.sleep(10 if seconds > 20 else 1)
        for client in clients:
            late += count_late(client.came)
            came += len(client.came)
            client.came.clear()
            client.heard.clear()
    told.put((sum(one.late for one in tracks), sum(one.sent for one in tracks), late, came))
    await asyncio.gather(*(client.close() for client in clients))


def count_late(came: list[tuple[int, float]]) -> int:
    """Packets that came more than a frame later than the quickest of these seconds."""
    if not came:
        return 0
    first = came[0][0]
    delays = [at - ((stamp - first) & 0xFFFFFFFF) / RATE for stamp, at in came]
    least = min(delays)
    return sum(delay - least > 0.02 for delay in delays)


def waited_s(pid: int) -> float:
    """Seconds in which its threads could have run and others had the core."""
    told = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[1]) for one in told) / 1e9


def stand_by(core: int, asked: argparse.Namespace, told: Any) -> None:
    """Only wake each 20 ms on a core, beside the room: what it oversleeps is the machine's doing."""
    if asked.cores:
        os.sched_setaffinity(0, {core})
    due, worst, late = time.monotonic(), 0.0, 0
    until_s = due + asked.seconds
    while due < until_s:
        due += 0.02
        time.sleep(max(0.0, due - time.monotonic()))
        over = time.monotonic() - due
        late, worst = late + (over > 0.02), max(worst, over)
    told.put((core, late, worst))


async def measure(room: Sounding, pid: int, seconds: float) -> tuple[float, dict[str, int]]:
    before, started = cpu_s(pid), time.monotonic()
    first = last = json.loads((await room.ask("GET", "/measures")).body)
    while (left := started + seconds - time.monotonic()) > 0:
        await asyncio.sleep(min(1.0, left))
        now = json.loads((await room.ask("GET", "/measures")).body)
        if now["late"] > last["late"] or now["dry"] > last["dry"]:
            passed = time.monotonic() - started
            late, dry = now["late"] - last["late"], now["dry"] - last["dry"]
            print(f"  at {passed:.0f} s: {late} blocks late, {dry} of a voice lacking")
        last = now
    share = (cpu_s(pid) - before) / (time.monotonic() - started)
    return share, {name: last[name] - first[name] for name in last}


async def way_of_a_voice(room: Sounding) -> list[float]:
    """Seconds from a click given to one client to the same click heard by another."""
    one, other = Client(room, 1), Client(room, 2)
    clicks = Clicks()
    heard: list[float] = []
    await one.speak(clicks)
    await other.speak(Tone(300, loud=0.0))
    await other.listen()
    other.heard.clear()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        await until(lambda: len(other.heard) > 0)
        block = other.heard.pop(0)
        if np.abs(block).max() > 0.2 and (not heard or time.monotonic() - heard[-1] > 0.5):
            heard.append(time.monotonic())
    await one.close()
    await other.close()
    ways = [min((at - sent for sent in clicks.at if sent < at), default=0.0) for at in heard[2:]]
    return sorted(ways)


async def main(asked: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        room = Sounding(folder / "room", "7", int(time.time() * 1000))
        called = [sys.executable, "-P", "-m", "parvis.cli.room_child", "--room", "7"]
        called += ["--socket", str(room.socket), "--folder", str(folder / "kept")]
        process = subprocess.Popen(called, env=dict(os.environ) | {"PYTHONPATH": "src"})  # noqa: ASYNC220
        if asked.cores:
            os.sched_setaffinity(process.pid, {0})
            os.sched_setaffinity(0, {1})
        if asked.nice:
            os.setpriority(os.PRIO_PROCESS, process.pid, asked.nice)
            os.setpriority(os.PRIO_PROCESS, 0, asked.nice)
        if asked.ahead:
            os.sched_setscheduler(process.pid, os.SCHED_RR, os.sched_param(1))
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
        await until(room.socket.exists)
        try:
            await report(room, process.pid, asked)
        finally:
            process.kill()
            process.wait()


async def report(room: Sounding, pid: int, asked: argparse.Namespace) -> None:
    speakers, seconds = asked.speakers, asked.seconds
    print(f"load {os.getloadavg()[0]:.1f}")
    everybody = {str(number): {"name": str(number)} for number in range(1, speakers + 1)}
    await room.want(mix="hold", record=True, speakers=everybody)
    await asyncio.sleep(3)
    idle, told = await measure(room, pid, min(20.0, seconds))
    print(
        f"idle (hold sound, two renditions): {idle:.1%} of a core; late {told['late']}/{told['blocks']}"
    )
    if not asked.quick:
        await room.want(mix="live")
        ways = await way_of_a_voice(room)
        middle = ways[len(ways) // 2]
        print(f"speaker to speaker: p50 {middle:.3f} s, worst {ways[-1]:.3f} s of {len(ways)}")
        await room.want(mix="paused")
    context = multiprocessing.get_context("spawn")
    ready, said = context.Semaphore(0), context.Queue()
    speaking = context.Process(target=speak, args=(str(room.socket), asked, ready, said))
    speaking.start()
    await asyncio.to_thread(ready.acquire)
    await asyncio.sleep(2)
    await room.want(mix="live")
    live_from = time.time()
    idlers = context.Queue()
    for core in (0, 1):
        context.Process(target=stand_by, args=(core, asked, idlers), daemon=True).start()
    began, memory, waited = steal(), memory_mib(pid), waited_s(pid)
    share, told = await measure(room, pid, seconds)
    ended = steal()
    await room.want(ends=True)
    live_ms = (time.time() - live_from) * 1000
    stolen = (ended[0] - began[0]) / (ended[1] - began[1])
    print(
        f"{speakers} speakers with return: {share:.1%} of a core, {(share - idle) / speakers:.1%} each"
    )
    late = told["late"] / told["blocks"]
    print(f"late blocks: {told['late']} of {told['blocks']} ({late:.2%}); steal {stolen:.1%}")
    print(f"the room waited for a core {waited_s(pid) - waited:.2f} s of {seconds:.0f}")
    print(f"blocks that a voice lacked: {told['dry']} of {told['blocks'] * speakers}")
    print(f"memory: {memory} MiB at the beginning, {memory_mib(pid)} MiB at the end")
    late_sent, sent, late_back, came = await asyncio.to_thread(said.get)
    print(f"the speakers' own lateness: {late_sent} of {sent} packets ({late_sent / sent:.2%})")
    print(f"returns that came late to them: {late_back} of {came} ({late_back / came:.2%})")
    for _ in range(2):
        core, stood, worst = await asyncio.to_thread(idlers.get)
        print(f"who only wakes, on core {core}: late {stood} times, {worst * 1000:.0f} ms at worst")
    print(f"load {os.getloadavg()[0]:.1f}")
    await asyncio.to_thread(speaking.join)
    if asked.quick:
        await until((room.socket.parent / "kept" / FINISHED).exists)
        check(room.socket.parent / "kept", live_ms, 1000)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--speakers", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--cores", action="store_true", help="room on core 0, speakers on core 1")
    parser.add_argument("--nice", type=int, default=0, help="of room and speakers")
    parser.add_argument("--ahead", action="store_true", help="of all others on this machine (root)")
    parser.add_argument("--quick", action="store_true", help="without the way of a voice")
    asyncio.run(main(parser.parse_args()))
