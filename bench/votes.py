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
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
from measure import BASE, Served

from parvis.cli import data_folder

ROOT = Path(__file__).resolve().parents[1]
PYTHON = [sys.executable, "-P", "-m", "parvis"]
TICKS = os.sysconf("SC_CLK_TCK")
OPTIONS = ["yes", "no", "perhaps", "no answer"]
LOOKED_EVERY_S = 0.1
VOTERS = """
with made as (
  insert into accounts (id, username, skeleton, uri, url)
  select next_id(), 'voter' || n, 'voter' || n, $1 || '/users/voter' || n, $1 || '/@voter' || n
  from generate_series($2::int, $3::int) n returning id, username
), known as (
  insert into users (id, account_id, email, confirmed_at, approved_at)
  select next_id(), id, username || '@example.test', now(), now() from made returning id, email
)
insert into access_tokens (token_sha256, app_id, user_id, scopes)
select sha256(('voter-' || substr(split_part(email, '@', 1), 6))::bytea), $4, id, array['read', 'write']
from known
"""
APP = """
insert into apps (client_id, client_secret_sha256, name, redirect_uris, scopes)
values ('bench', '', 'bench', '{}', array['read', 'write']) returning id
"""
STAND = """
select p.voters + coalesce((select sum(voters) from poll_increments i where i.poll_id = p.id), 0) as cast_,
       l.published_size - 1 as published
from polls p join logs l on l.id = p.log_id where p.id = $1
"""

ROUNDS = "select n_tup_ins from pg_stat_user_tables where relname = 'poll_increments'"


def cpu_s(served: Served) -> dict[str, float]:
    """CPU seconds so far, by what the processes are; of children that ended too."""
    spent: dict[str, float] = {}
    for pid in served.below():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
        except OSError:
            continue
        kind = next((one for one in ("web_child", "worker_child") if one in command), "postgres")
        if kind == "postgres" and "[local]" not in command:
            kind = "postgres, beside"  # the checkpointer, the writers, autovacuum
        if pid == served.below()[0]:
            kind = "supervisor"
        spent[kind] = spent.get(kind, 0.0) + sum(map(int, fields[11:15])) / TICKS
    return spent


async def enrol(connection: Any, voters: int) -> None:
    """Accounts with tokens; the first asks the poll."""
    app_id = await connection.fetchval(APP)
    step = 10_000
    for first in range(0, voters + 1, step):
        await connection.execute(VOTERS, BASE, first, min(first + step - 1, voters), app_id)
    await connection.execute("vacuum analyze")
    await connection.execute("checkpoint")


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

    async def look(self) -> int:
        row = await self.connection.fetchrow(STAND, self.poll_id)
        self.seen.append((time.monotonic(), int(row["cast_"]), int(row["published"])))
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
    await enrol(connection, said.voters)
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
    parser.add_argument("--out", type=Path)
    said = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is absent: apt-get install wrk")
    folder = Path(tempfile.mkdtemp(prefix="parvis-votes-"))
    folder.chmod(0o755)
    served = Served(folder, PYTHON)
    try:
        served.start()
        figures = asyncio.run(run(served, said, folder))
        served.stop()
    finally:
        if served.process is not None and served.process.poll() is None:
            served.kill_everything()
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(figures, indent=1))
    if said.out is not None:
        said.out.write_text(json.dumps(figures, indent=1) + "\n")
    if not figures["is_exact"]:
        raise SystemExit("the tally is not exact")


if __name__ == "__main__":
    main()
