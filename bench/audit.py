#!/usr/bin/env python3
"""Fill the log of a poll through the server's own sequencing code, then audit it. See bench/README.md."""

import argparse
import asyncio
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from voters import disk_bytes

from parvis.cli.opening import open_whole
from parvis.domain.addresses import Addresses
from parvis.domain.polls import ballot
from parvis.domain.transparency import appending, entries, keys, leading, openings, proofs
from parvis.domain.transparency.appending import Manifest
from parvis.domain.transparency.sequencer import BATCH, Sequencer
from parvis.domain.transparency.serving import PublishedLogs
from parvis.domain.transparency.types import Log
from parvis.infra.postgres import Db
from parvis.infra.storage import Storage
from parvis.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
ADDRESSES = Addresses("https://square.example", "square.example")
OPTIONS = ("Yes", "No", "I do not know")
SAY_EVERY = 250_000
BATCHES_WAITING = 3
LOOK_S = 0.05


def manifest() -> Manifest:
    question = openings.sealed("Should the owner step down?")
    options = [openings.sealed(one) for one in OPTIONS]
    entry = entries.encode(
        "poll",
        poll="1",
        question=question.hashed.hex(),
        options=[one.hashed.hex() for one in options],
        counting="one",
        ballots="plain",
        closes_at=None,
        eligible="every account of this network but the author's",
    )
    return Manifest(entry, (question, *options))


class Filling:
    """A poll's log with so many ballots. Some are appended while others get their places, as when people
    vote: what waits is a few batches, however many are still to come.
    """

    def __init__(self, db: Db, storage: Storage, ballots: int) -> None:
        self.db = db
        self.ballots = ballots
        self.sequencer = Sequencer(db, storage)
        self.tallies = [0] * len(OPTIONS)
        self.room = asyncio.Semaphore(BATCHES_WAITING)
        self.waiting = asyncio.Semaphore(0)

    async def run(self, say: Callable[[int], None]) -> None:
        """Everything, until the log is closed and published. `say` is told how many ballots are placed."""
        await self.db.run(leading.ensure_server, ADDRESSES)
        log = await self.db.run(appending.open_log, ADDRESSES, "poll", 1, manifest())
        async with asyncio.TaskGroup() as both:
            both.create_task(self._append(log))
            both.create_task(self._place(say))
        last = entries.encode(
            "closed", why="its time was over", tallies=self.tallies, voters=sum(self.tallies)
        )
        await self.db.run(appending.close_log, log.id, last)
        while await self.sequencer.run_once():
            pass

    async def _append(self, log: Log) -> None:
        secret = log.secret or b""
        choose = random.Random(17)  # noqa: S311 - nobody's vote
        for first in range(0, self.ballots, BATCH):
            some: list[bytes] = []
            for number in range(first, min(first + BATCH, self.ballots)):
                choice = choose.choices((0, 1, 2), (575, 415, 10))[0]
                self.tallies[choice] += 1
                voter = entries.pseudonym(secret, str(number))
                some.append(ballot.entry_of(voter, [choice], None, None))
            await self.room.acquire()
            await self.db.run(appending.append, log.id, *some, is_shuffled=True)
            self.waiting.release()

    async def _place(self, say: Callable[[int], None]) -> None:
        for first in range(0, self.ballots, BATCH):
            await self.waiting.acquire()
            await self.sequencer.run_once()
            self.room.release()
            say(min(first + BATCH, self.ballots))


class Spent:
    """Time, and processor time of this process and of its PostgreSQL, since this was made."""

    def __init__(self, folder: Path) -> None:
        self.postmaster = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
        self.began, self.before = time.perf_counter(), self._cpu()

    def _cpu(self) -> tuple[float, float]:
        alive = [ticks(pid) for pid in below(self.postmaster)]
        ended = ticks(self.postmaster, of_children=True)
        return time.process_time(), (sum(alive) + ended) / os.sysconf("SC_CLK_TCK")

    def __call__(self) -> tuple[float, float, float]:
        """Seconds, and of the two processors' kinds."""
        own, postgres = (now - then for now, then in zip(self._cpu(), self.before, strict=True))
        return time.perf_counter() - self.began, own, postgres


def ticks(pid: int, *, of_children: bool = False) -> int:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[13:15] if of_children else fields[11:13]))
    return 0


async def build(folder: Path, ballots: int) -> str:
    """Answers the key of the log."""
    settings = Settings(data=folder, public_url=ADDRESSES.root)
    async with open_whole(settings, size=4) as (db, _):
        spent = Spent(folder)

        def say(placed: int) -> None:
            if placed % SAY_EVERY == 0 or placed == ballots:
                took, own, postgres = spent()
                print(
                    f"  {placed:>12,} after {took:6,.0f} s ({placed / took:,.0f} a second), CPU"
                    f" {own:,.0f} s and PostgreSQL's {postgres:,.0f} s; load {os.getloadavg()[0]:.1f}",
                    flush=True,
                )

        await Filling(db, Storage(None, folder / "media"), ballots).run(say)
        took, own, postgres = spent()
        size = await db.fetchval("select pg_database_size(current_database())")
        receipt = await receipt_bytes(db)
        key = str((await keys.verifiers(db, f"{ADDRESSES.domain}/log"))[-1])
    print(
        f"built: {ballots:,} ballots in {took:,.0f} s ({ballots / took:,.0f} a second; CPU {own:,.1f} s"
        f" and PostgreSQL's {postgres:,.1f} s), database {size / 1e9:.2f} GB, {disk_bytes(folder) / 1e9:.2f}"
        f" GB with all files, a receipt {receipt:,} bytes",
        flush=True,
    )
    return key


async def receipt_bytes(db: Db) -> int:
    """How long the receipt of a ballot is."""
    log = await db.kept(PublishedLogs).find("log/polls/1")
    assert log is not None
    leaf = await db.fetchval(
        "select leaf from log_entries where log_id = $1 and position = 1", log.id
    )
    found = await proofs.find_receipt(db, log, leaf)
    assert found is not None
    return len(found.encode())


class Watched:
    """The largest memory of a process and of all it starts, looked at twenty times a second.

    Pages that several share count once for each of them, so the truth is a little below.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.most = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._is_over.wait(LOOK_S):
            self.most = max(self.most, sum(map(resident, below(self.pid))))

    def end(self) -> int:
        self._is_over.set()
        self._thread.join()
        return self.most


def below(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            with suppress(OSError):
                found += [int(child) for child in task.read_text().split()]
    return found


def resident(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    return 0


def audit(path: Path, key: str) -> None:
    """Run the verifier on a log's files, as an auditor would who has downloaded them."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    program = subprocess.Popen(
        [sys.executable, "-m", "parvis_verify", str(path), "--key", key, "--json"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
    )
    watched = Watched(program.pid)
    out, _ = program.communicate()
    took, most = time.perf_counter() - began, watched.end()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    said = json.loads(out)
    assert program.returncode in (0, 2), out  # a beacon's signature takes a library
    print(
        f"audited: {counted(said['result'])}, {said['verdict']}, in {took:,.1f} s"
        f" ({cpu:,.1f} s CPU), {most / 2**20:,.0f} MiB at most; load {os.getloadavg()[0]:.1f}"
        f" on {os.cpu_count()} cores"
    )


def counted(result: dict[str, Any]) -> str:
    if result["kind"] == "draw":
        return f"{result['drawings'][0]['entrants']:,} entrants"
    what = "voters" if result["kind"] == "poll" else "signatures"
    return f"{result[what]:,} {what}"


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--ballots", type=int, default=1_000_000)
    reading.add_argument("--folder", type=Path, help="kept afterwards; a built one is only audited")
    chosen = reading.parse_args()
    folder: Path = chosen.folder or Path(tempfile.mkdtemp(prefix="parvis-audit-"))
    folder.mkdir(exist_ok=True, mode=0o755)
    folder.chmod(0o755)  # the database runs as somebody else
    told = folder / "built.json"
    try:
        if not told.exists():
            key = asyncio.run(build(folder / "data", chosen.ballots))
            told.write_text(json.dumps({"key": key, "ballots": chosen.ballots}))
        log = folder / "data" / "media" / "log" / "polls" / "1"
        audit(log, json.loads(told.read_text())["key"])
    finally:
        if chosen.folder is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
