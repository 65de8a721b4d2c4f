#!/usr/bin/env python3
"""A relay under attack: what ticketed joins, the sound that runs and the start of a room suffer from.

    python3 bench/flood.py                    # 9,000 a second, the most one core can ask, slow connections
    python3 bench/flood.py --only rate-live   # one of them
    python3 bench/flood.py --cores 0,1 --seconds 10

One relay process (`parvis serve --role edge`) is bound to one core. On another core: the room that it
relays, the attackers, the listeners whose sound must not break, and those who come with tickets, each in a
process of its own. Attackers come from 250 addresses, one connection each and more when an answer is late;
half of those who come with a ticket come from the same addresses. A join is a new connection, the room's
state, the beginning of the file and the newest whole part, timed from before the connection to the last
byte, with what its own process waits for the core that it shares with the attackers.

    rate-mixed    9,000 questions a second for states, beginnings, lists, old parts and nonsense
    rate-live     9,000 a second for the part that is live, as listeners ask
    rate-forged   9,000 a second with tickets that are none
    rate-new      as many a second on connections of their own as one core opens, 9,000 at most
    most-mixed    as many as one core can ask
    rate-wide     as rate-mixed, from 250 networks instead of one
    slow          6,000 connections that send a head byte by byte, or take nothing of what they asked for
"""

import argparse
import asyncio
import base64
import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(ROOT / "bench")]
from attackers import ORIGIN, PORT, attack, slow, source, state_of  # noqa: E402
from listeners import ROOM, cpu_s  # noqa: E402
from listeners import _child_of as child_of  # noqa: E402
from listeners import _steal as steal  # noqa: E402
from listeners import _until_open as until_open  # noqa: E402

from parvis.protocols import tickets  # noqa: E402
from parvis.protocols.tickets import Lane, Ticket  # noqa: E402

SWITCH = 8_493
KEY = bytes(32)
JOINS_A_S = 100
LATE_S = 0.5  # a part later than this after its end is heard as a gap: what our player holds at the least
SETTLING_S = 3.0
AFTER_S = 2.0
KINDS = ("rate-mixed", "rate-live", "rate-forged", "rate-new", "rate-wide", "most-mixed", "slow")


def issue(number: int) -> str:
    ticket = Ticket(int(ROOM), number.to_bytes(16, "big"), Lane.TICKETED, int(time.time()) + 600)
    return tickets.issue(KEY, ticket)


# Those who must not notice


class Asking(asyncio.Protocol):
    """One connection that asks one thing after the other."""

    def __init__(self) -> None:
        self.buffer = b""
        self.waiting: asyncio.Future[tuple[int, str, bytes]] | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(exc or ConnectionError("closed"))

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, mark, rest = self.buffer.partition(b"\r\n\r\n")
        if not mark:
            return
        length = int(head.partition(b"content-length: ")[2].partition(b"\r")[0])
        if len(rest) >= length and self.waiting is not None and not self.waiting.done():
            self.buffer = b""
            self.waiting.set_result((int(head[9:12]), head.decode("latin-1"), rest))

    async def get(self, path: str, ticket: str = "") -> tuple[int, str, bytes]:
        self.waiting = asyncio.get_running_loop().create_future()
        carried = f"Authorization: Ticket {ticket}\r\n" if ticket else ""
        self.transport.write(
            f"GET /listen/{ROOM}/{path} HTTP/1.1\r\nHost: x\r\n{carried}\r\n".encode()
        )
        return await self.waiting


async def connect(address: str) -> Asking:
    _, asking = await asyncio.get_running_loop().create_connection(
        Asking, "127.0.0.1", PORT, local_addr=(address, 0)
    )
    return asking


class Ticketed:
    """Those who come by the hundred a second, and have fetched their tickets in time."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.part_s = state["part_ms"] / 1_000
        self.epoch_s = state["epoch_ms"] / 1_000
        self.took: list[float] = []
        self.why: Counter[str] = Counter()

    async def run(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        passes = [issue(number) for number in range(int(seconds * JOINS_A_S))]
        begun = loop.time()
        tasks: list[asyncio.Task[None]] = []
        for number, ticket in enumerate(passes):
            await asyncio.sleep(max(0.0, begun + number / JOINS_A_S - loop.time()))
            address = source(number, is_wide=False) if number % 2 else f"127.0.2.{number % 250 + 1}"
            tasks.append(loop.create_task(self._join(address, ticket)))
        await asyncio.gather(*tasks)

    async def _join(self, address: str, ticket: str) -> None:
        began = time.monotonic()
        try:
            async with asyncio.timeout(10):
                await self._all(address, ticket)
        except (OSError, TimeoutError, RuntimeError) as failed:
            self.why[f"{type(failed).__name__} {failed}"[:60]] += 1
            return
        self.took.append(time.monotonic() - began)

    async def _all(self, address: str, ticket: str) -> None:
        asking = await connect(address)
        try:
            newest = int((time.time() - self.epoch_s) / self.part_s) - 2
            for path in ("state", "aac/init.mp4", f"aac/{newest}.m4s"):
                status, _, _ = await asking.get(path, ticket)
                if status != 200:
                    raise RuntimeError(f"{path.partition('/')[0]} {status}")
        finally:
            asking.transport.close()

    def told(self) -> dict[str, Any]:
        took = sorted(self.took)
        all_ = len(took) + sum(self.why.values())
        shares = {f"p{share}": took[len(took) * share // 100] for share in (50, 95, 99)}
        return {
            "joins": all_,
            "lost": dict(self.why),
            "share": round(len(took) / all_, 4),
            "ms": {name: round(one * 1_000, 1) for name, one in shares.items()}
            | {"most": round(took[-1] * 1_000, 1)},
        }


class Audience:
    """Listeners who were there before, each with a connection; half of them have tickets."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.part_s = state["part_ms"] / 1_000
        self.epoch_s = state["epoch_ms"] / 1_000
        self.late: dict[str, list[float]] = {"ticketed": [], "anonymous": []}
        self.gaps: dict[str, Counter[str]] = {"ticketed": Counter(), "anonymous": Counter()}
        self.started: dict[str, list[float]] = {"ticketed": [], "anonymous": []}
        self.ends = 0.0
        self.at = 0.0  # when the room is said to be live

    async def run(self, seconds: float) -> None:
        self.ends = time.time() + seconds
        self.at = time.time() + seconds / 2
        everybody = [self._listen(number) for number in range(40)]
        await asyncio.gather(self._start(), *everybody)

    async def _start(self) -> None:
        """The host presses "start" in the middle of it."""
        await asyncio.sleep(max(0.0, self.at - time.time()))
        _, origin = await asyncio.get_running_loop().create_connection(Asking, "127.0.0.1", SWITCH)
        origin.transport.write(b"live")
        self.at = time.time()
        origin.transport.close()

    async def _listen(self, number: int) -> None:
        who = "ticketed" if number % 2 else "anonymous"
        ticket = issue(10_000_000 + number) if number % 2 else ""
        asking = await connect(f"127.0.3.{number + 1}")
        part = int((time.time() - self.epoch_s) / self.part_s)
        has_started = False
        while time.time() < self.ends:
            due = self.epoch_s + (part + 1) * self.part_s
            try:
                async with asyncio.timeout_at(
                    asyncio.get_running_loop().time() + due - time.time() + 5
                ):
                    status, head, _ = await asking.get(f"aac/{part}.m4s", ticket)
            except (OSError, TimeoutError) as failed:
                self.gaps[who][type(failed).__name__] += 1
                with suppress(OSError):
                    asking = await connect(f"127.0.3.{number + 1}")
                part = int((time.time() - self.epoch_s) / self.part_s)
                continue
            late = time.time() - due
            if status != 200 or late > LATE_S:
                self.gaps[who]["late" if status == 200 else str(status)] += 1
            self.late[who].append(late)
            if status != 200:
                await asyncio.sleep(self.part_s)
                asking.transport.close()
                asking = await connect(f"127.0.3.{number + 1}")
            if not has_started and '"state":"live"' in head:
                has_started = True
                self.started[who].append(time.time() - self.at)
            part += 1

    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for who, lates in self.late.items():
            late = sorted(lates)
            started = self.started[who]
            told[who] = {
                "parts": len(late),
                "gaps": dict(self.gaps[who]),
                "latest_ms": round(late[-1] * 1_000) if late else None,
                "start_s": round(max(started), 2) if len(started) == 20 else None,
            }
        return told


# The room


async def sound(part_ms: int) -> None:
    """Parts by the wall clock; "live" as soon as somebody says so on the port beside."""
    from tests.rig.synthetic_rooms import SyntheticRoom  # noqa: PLC0415 - PyAV, in this process alone

    room = SyntheticRoom(ROOM, part_ms=part_ms, newest=-1)
    room.state = "hold"
    room.epoch_ms = int(time.time() * 1_000) // part_ms * part_ms - 20 * part_ms
    room.newest = 19

    async def told(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        room.state = (await reader.read(4)).decode() or room.state
        writer.close()

    await asyncio.start_server(told, "127.0.0.1", SWITCH)
    await room.start(port=ORIGIN)
    while True:
        due_s = (room.epoch_ms + (room.newest + 2) * part_ms) / 1_000
        await asyncio.sleep(max(0.0, due_s - time.time()))
        await room.advance()


async def people(who: str, seconds: float) -> None:
    made = Ticketed(state_of()) if who == "ticketed" else Audience(state_of())
    await made.run(seconds)
    print(json.dumps(made.told()), flush=True)


def measure(kind: str, arguments: argparse.Namespace) -> dict[str, Any]:
    relays, others = arguments.cores.split(",")
    environment = os.environ | {
        "PARVIS_TICKET_KEY": base64.b64encode(KEY).decode(),
        "PYTHONPATH": str(ROOT / "src"),
    }

    def start(core: str, *args: object, **how: Any) -> subprocess.Popen[str]:
        command = ["taskset", "-c", core, sys.executable, *map(str, args)]
        # Those who measure go before those who attack on the core that they share.
        yields = ["nice", "-n", "10"] if "attack" in args or "slow" in args else []
        made = subprocess.Popen([*yields, *command], stdout=subprocess.PIPE, text=True, **how)
        if arguments.first:
            _hasten(made.pid)
        return made

    seconds = arguments.seconds
    edge = ["-m", "parvis", "serve", "--role", "edge", "--port", PORT]
    origin = start(others, __file__, "--be", "sound", "--part-ms", arguments.part_ms)
    relay = start(relays, *edge, "--origin", f"http://127.0.0.1:{ORIGIN}", env=environment)
    try:
        until_open(ORIGIN)
        until_open(PORT)
        pid = child_of(relay.pid)
        if arguments.first:
            _hasten(pid)
        within = SETTLING_S + seconds + AFTER_S
        audience = start(others, __file__, "--be", "audience", "--seconds", within)
        time.sleep(SETTLING_S)
        before, stolen, at = cpu_s(pid), steal(), time.time()
        kept = waited_s(pid)
        what, _, how = kind.partition("-")
        is_slow = what == "slow"
        rate = arguments.rate if what == "rate" else 0
        be = ["slow"] if is_slow else ["attack", "--kind", how, "--rate", rate]
        attackers = start(others, __file__, "--be", *be, "--seconds", seconds)
        joining = start(others, __file__, "--be", "ticketed", "--seconds", seconds)
        outs = [one.communicate(timeout=seconds + 60)[0] for one in (attackers, joining)]
        wall = time.time() - at
        told = {"kind": kind, "attackers": json.loads(outs[0]), "ticketed": json.loads(outs[1])}
        told["relay_core"] = round((cpu_s(pid) - before) / wall, 2)
        # What others on this machine took of the relay's core while it had something to do.
        told["relay_kept_waiting"] = round((waited_s(pid) - kept) / wall, 3)
        told["steal_percent"] = round((steal() - stolen) / wall / (os.cpu_count() or 1) * 100, 1)
        told["listeners"] = json.loads(audience.communicate(timeout=60)[0])
        told["load"] = round(os.getloadavg()[0], 1)
        return told
    finally:
        for one in (relay, origin):
            one.send_signal(signal.SIGTERM)
            one.wait()


def waited_s(pid: int) -> float:
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9


def _hasten(pid: int) -> None:
    """Go before what else runs on a machine that is shared; Linux shares it out by session (sched(7))."""
    Path(f"/proc/{pid}/autogroup").write_text("-20")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--rate", type=float, default=9_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--cores", default="0,1", help="the relay's, and everybody else's")
    parser.add_argument("--part-ms", type=int, default=1_000)
    parser.add_argument("--first", action="store_true", help="go before all else on the machine")
    parser.add_argument("--kind", default="mixed", help=argparse.SUPPRESS)
    parser.add_argument("--be", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.be == "sound":
        asyncio.run(sound(arguments.part_ms))
    elif arguments.be == "attack":
        attack(arguments.kind, arguments.seconds, arguments.rate)
    elif arguments.be == "slow":
        slow(6_000, arguments.seconds)
    elif arguments.be:
        uvloop.run(people(arguments.be, arguments.seconds))
    else:
        results: list[dict[str, Any]] = []
        for kind in KINDS:
            if arguments.only in (None, kind):
                results.append(measure(kind, arguments))
                print(json.dumps(results[-1]), flush=True)
        if arguments.only is None:
            told = {
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "machine": f"{os.cpu_count()} cores, {platform.machine()}",
                "results": results,
            }
            path = ROOT / "bench" / "results" / "flood.json"
            path.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
