#!/usr/bin/env python3
"""Votes a CPU second, through the door that apps use: each by another account, logged, promised, durable.

    python3 bench/votes.py                    # 100,000 voters, 256 connections
    python3 bench/votes.py --voters 1000000

A throwaway network with two web processes, its worker and its PostgreSQL; all of them are counted, from
/proc, from the first vote until the last ballot has its place below a published checkpoint. The driver (wrk,
one process of its own) is not. Voters and their tokens are written straight into the database beforehand.
"""

import argparse
import asyncio
import json
import os
import platform
import shutil
import signal
import subprocess
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
from measure import BASE, Served
from voters import cpu_s, disk_bytes, enrol, measure

from parvis.cli import data_folder

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = ["yes", "no", "perhaps", "no answer"]
LOOKED_EVERY_S = 0.1
SAID_EVERY_S = 10.0
STAND = """
select p.voters + coalesce((select sum(voters) from poll_increments i where i.poll_id = p.id), 0) as cast_,
       l.published_size - 1 as published
from polls p join logs l on l.id = p.log_id where p.id = $1
"""

ROUNDS = "select n_tup_ins from pg_stat_user_tables where relname = 'poll_increments'"


def ask() -> dict[str, Any]:
    said = {"status": "well?", "poll": {"options": OPTIONS, "expires_in": 86_400}}
    request = urllib.request.Request(f"{BASE}/api/v1/statuses", json.dumps(said).encode())  # noqa: S310
    request.add_header("Content-Type", "application/json")
    request.add_header("Authorization", "Bearer voter-0")
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.load(answer)["poll"]


class Looking:
    """How far the ballots are cast and published, looked at now and then."""

    def __init__(self, connection: Any, poll_id: int) -> None:
        self.connection = connection
        self.poll_id = poll_id
        self.seen: list[tuple[float, int, int]] = []
        self.say_at = 0.0

    async def look(self) -> int:
        row = await self.connection.fetchrow(STAND, self.poll_id)
        now = time.monotonic()
        self.seen.append((now, int(row["cast_"]), int(row["published"])))
        if now >= self.say_at:
            self.say_at = now + SAID_EVERY_S
            print(f"  {row['cast_']:>10,} cast, {row['published']:,} published", flush=True)
        return self.seen[-1][2]

    def longest_s(self) -> float:
        """From the commit of a ballot until a published checkpoint holds it, at worst."""
        longest, later = 0.0, iter(self.seen)
        now = next(later)
        for moment, cast, _ in self.seen:
            while now[2] < cast:
                now = next(later)
            longest = max(longest, now[0] - moment)
        return longest


async def drive(looking: Looking, poll_id: int, said: Any, folder: Path) -> dict[str, Any]:
    """Everybody votes; answers what the driver saw, when the log holds it all."""
    told = folder / "votes"
    told.write_text(f"/api/v1/polls/{poll_id}/votes\n1\n{said.voters}\n{len(OPTIONS)}\n")
    script = str(ROOT / "bench" / "votes.lua")
    command = [
        "wrk",
        "-t1",
        f"-c{said.connections}",
        "-d3600",
        "--timeout",
        "30s",
        "-s",
        script,
        BASE,
    ]
    driver = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, env={**os.environ, "VOTES_FILE": str(told)}
    )
    assert driver.stdout is not None
    answered = asyncio.create_task(driver.stdout.readuntil(b"ANSWERED\n"))
    while not answered.done():
        await looking.look()
        await asyncio.sleep(LOOKED_EVERY_S)
    driver.send_signal(signal.SIGINT)
    while await looking.look() < said.voters:  # noqa: ASYNC110 - another program's work
        await asyncio.sleep(LOOKED_EVERY_S)
    out = (await driver.communicate())[0].decode()
    return json.loads(next(line[6:] for line in out.splitlines() if line.startswith("VOTES ")))


async def run(served: Served, said: Any, folder: Path) -> dict[str, Any]:
    holder = data_folder.get_holder(folder / "data")
    assert holder is not None
    connection = await asyncpg.connect(holder.environment["DATABASE_URL"])
    print(f"enrolling {said.voters} voters", flush=True)
    began = time.monotonic()
    await enrol(connection, said.voters)
    print(f"enrolled in {time.monotonic() - began:,.0f} s", flush=True)
    poll = ask()
    poll_id = int(poll["id"])
    looking = Looking(connection, poll_id)
    before = cpu_s(served)
    figures = await drive(looking, poll_id, said, folder)
    spent = {kind: round(s - before.get(kind, 0.0), 2) for kind, s in cpu_s(served).items()}
    shown = ask_again(poll_id)
    expected = [
        len(range((n - 1) % len(OPTIONS), said.voters, len(OPTIONS))) for n in range(len(OPTIONS))
    ]
    whole = sum(spent.values())
    rounds = await connection.fetchval(ROUNDS)
    await connection.close()
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "voters": said.voters,
        "connections": said.connections,
        "votes_per_cpu_s": round(said.voters / whole),
        "cpu_us_a_vote": {kind: round(s / said.voters * 1e6, 1) for kind, s in spent.items()},
        "votes_a_round": round(said.voters / rounds, 1),
        "votes_per_s": round(figures["answered"] / figures["secs"]),
        **{
            name: figures[name]
            for name in ("p50_ms", "p99_ms", "max_ms", "refused", "promised", "broken")
        },
        "disk_gb": round(disk_bytes(folder) / 1e9, 2),
        "sequenced_within_s": round(looking.longest_s(), 2),
        "is_exact": shown["voters_count"] == said.voters
        and [option["votes_count"] for option in shown["options"]] == expected,
    }


def ask_again(poll_id: int) -> dict[str, Any]:
    with urllib.request.urlopen(f"{BASE}/api/v1/polls/{poll_id}", timeout=10) as answer:  # noqa: S310
        return json.load(answer)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voters", type=int, default=100_000)
    parser.add_argument("--connections", type=int, default=256)
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is absent: apt-get install wrk")
    measure(parser, run, "the tally is not exact")


if __name__ == "__main__":
    main()
