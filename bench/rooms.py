"""What a room costs: CPU of its process, idle and for each speaker with return; blocks late; a voice's way.

    python bench/rooms.py [--speakers 10] [--seconds 60]

Speakers are aiortc clients in a process of their own, so that what they cost is not counted. A voice's way
ends in such a client, whose jitter buffer holds 80 ms. Share of a core: CPU time of the process by the
time that passed.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path[:0] = ["src", "."]
from tests.rig.speaking import Client, Sounding, Tone, until  # noqa: E402

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


def speak(socket: str, first: int, count: int, seconds: float, ready: Any) -> None:
    asyncio.run(_speak(Path(socket), first, count, seconds, ready))


async def _speak(socket: Path, first: int, count: int, seconds: float, ready: Any) -> None:
    room = Sounding(socket, "7", 0)
    clients = [Client(room, number) for number in range(first, first + count)]
    for client in clients:
        await client.speak(Tone(300 + 50 * client.account_id, loud=0.1))
        await client.listen()
    ready.release()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        await asyncio.sleep(1)
        for client in clients:
            client.heard.clear()
    await asyncio.gather(*(client.close() for client in clients))


async def measure(room: Sounding, pid: int, seconds: float) -> tuple[float, dict[str, int]]:
    before, started = cpu_s(pid), time.monotonic()
    told = json.loads((await room.ask("GET", "/measures")).body)
    await asyncio.sleep(seconds)
    now = json.loads((await room.ask("GET", "/measures")).body)
    share = (cpu_s(pid) - before) / (time.monotonic() - started)
    return share, {name: now[name] - told[name] for name in told}


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


async def main(speakers: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        room = Sounding(folder / "room", "7", int(time.time() * 1000))
        called = [sys.executable, "-P", "-m", "parvis.cli.room_child", "--room", "7"]
        called += ["--socket", str(room.socket), "--folder", str(folder / "kept")]
        process = subprocess.Popen(called, env=dict(os.environ) | {"PYTHONPATH": "src"})  # noqa: ASYNC220
        await until(room.socket.exists)
        try:
            await report(room, process.pid, speakers, seconds)
        finally:
            process.kill()
            process.wait()


async def report(room: Sounding, pid: int, speakers: int, seconds: float) -> None:
    everybody = {str(number): {"name": str(number)} for number in range(1, speakers + 1)}
    await room.want(mix="hold", record=True, speakers=everybody)
    await asyncio.sleep(3)
    idle, told = await measure(room, pid, min(20.0, seconds))
    print(
        f"idle (hold sound, two renditions): {idle:.1%} of a core; late {told['late']}/{told['blocks']}"
    )
    await room.want(mix="live")
    ways = await way_of_a_voice(room)
    print(
        f"speaker to speaker: p50 {ways[len(ways) // 2]:.3f} s, worst {ways[-1]:.3f} s of {len(ways)}"
    )
    context = multiprocessing.get_context("spawn")
    ready = context.Semaphore(0)
    arguments = (str(room.socket), 1, speakers, seconds + 5, ready)
    speaking = context.Process(target=speak, args=arguments)
    speaking.start()
    await asyncio.to_thread(ready.acquire)
    await asyncio.sleep(2)
    began, memory = steal(), memory_mib(pid)
    share, told = await measure(room, pid, seconds)
    ended = steal()
    stolen = (ended[0] - began[0]) / (ended[1] - began[1])
    print(
        f"{speakers} speakers with return: {share:.1%} of a core, {(share - idle) / speakers:.1%} each"
    )
    late = told["late"] / told["blocks"]
    print(f"late blocks: {told['late']} of {told['blocks']} ({late:.2%}); steal {stolen:.1%}")
    print(f"memory: {memory} MiB at the beginning, {memory_mib(pid)} MiB at the end")
    await asyncio.to_thread(speaking.join)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--speakers", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60)
    asked = parser.parse_args()
    asyncio.run(main(asked.speakers, asked.seconds))
