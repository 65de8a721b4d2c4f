#!/usr/bin/env python3
"""Tokens of secret ballots a CPU second: each for another account, signed unseen, checked, logged, durable.

    python3 bench/secret.py                    # 4,000 voters, 32 connections
    python3 bench/secret.py --voters 20000

A throwaway network with two web processes, its worker and its PostgreSQL; all of them are counted, from
/proc, from the first request to the last answer; the start of the processes is over before, the opening of
the poll's key is not. The driver is this process and is not counted. Voters, and what they log in with,
are written straight into the database beforehand. Their blinded messages are numbers of chance: signing does
not mind what it cannot read. Some answers are checked against the poll's key.
"""

import argparse
import asyncio
import base64
import os
import platform
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from measure import BASE, Served
from voters import cpu_s, enrol, measure, rest

from parvis.cli import data_folder
from parvis.protocols.blind_rsa import EXPONENT, PublicKey

CHECKED = 100
QUESTION = {
    "status": "well?",
    "poll": {"options": ["yes", "no"], "expires_in": 86_400, "secret": True},
}


def of(voter: int) -> dict[str, str]:
    return {"Authorization": f"Bearer voter-{voter}"}


class Driver:
    """Many voters, so many at a time, each once."""

    def __init__(self, session: aiohttp.ClientSession, poll_id: str, key: PublicKey) -> None:
        self.session = session
        self.address = f"{BASE}/api/v1/polls/{poll_id}/token"
        self.key = key
        self.took: list[float] = []
        self.wrong = 0

    async def ask(self, voter: int) -> None:
        blinded = secrets.randbelow(self.key.n - 4) + 2
        raw = blinded.to_bytes(self.key.size, "big")
        body = {"blinded": base64.b64encode(raw).decode()}
        began = time.perf_counter()
        async with self.session.post(self.address, json=body, headers=of(voter)) as answer:
            said = await answer.json()
        self.took.append(time.perf_counter() - began)
        if answer.status != 200:
            self.wrong += 1
        elif voter <= CHECKED:
            signature = int.from_bytes(base64.b64decode(said["signature"]), "big")
            self.wrong += pow(signature, EXPONENT, self.key.n) != blinded

    async def all(self, voters: int, connections: int) -> None:
        left = iter(range(1, voters + 1))

        async def some() -> None:
            for voter in left:
                await self.ask(voter)

        await asyncio.gather(*(some() for _ in range(connections)))


async def run(served: Served, said: Any, folder: Path) -> dict[str, Any]:
    holder = data_folder.get_holder(folder / "data")
    assert holder is not None
    connection = await asyncpg.connect(holder.environment["DATABASE_URL"])
    await enrol(connection, said.voters)
    connector = aiohttp.TCPConnector(limit=said.connections)
    async with aiohttp.ClientSession(connector=connector) as session:
        async with session.post(f"{BASE}/api/v1/statuses", json=QUESTION, headers=of(0)) as made:
            poll_id = (await made.json())["poll"]["id"]
        key = PublicKey.parse(await connection.fetchval("select public from ballot_keys"))
        driver = Driver(session, poll_id, key)
        await rest(served)
        before, began = cpu_s(served), time.monotonic()
        await driver.all(said.voters, said.connections)
        took_s = time.monotonic() - began
        spent = {kind: round(s - before.get(kind, 0.0), 2) for kind, s in cpu_s(served).items()}
    issued = await connection.fetchval("select count(*) from ballot_tokens")
    await connection.close()
    times = sorted(driver.took)
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "voters": said.voters,
        "connections": said.connections,
        "tokens_per_cpu_s": round(said.voters / sum(spent.values())),
        "cpu_ms_a_token": {
            kind: round(s / said.voters * 1e3, 3) for kind, s in sorted(spent.items())
        },
        "tokens_per_s": round(said.voters / took_s),
        "p50_ms": round(times[len(times) // 2] * 1e3, 1),
        "p99_ms": round(times[len(times) * 99 // 100] * 1e3, 1),
        "wrong": driver.wrong,
        "is_exact": issued == said.voters and not driver.wrong,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voters", type=int, default=4_000)
    parser.add_argument("--connections", type=int, default=32)
    measure(parser, run, "not every voter has a token")


if __name__ == "__main__":
    main()
