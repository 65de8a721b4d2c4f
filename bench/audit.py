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
from pathlib import Path

from parvis.cli.opening import open_whole
from parvis.domain.addresses import Addresses
from parvis.domain.polls import ballot
from parvis.domain.transparency import appending, entries, keys, leading, openings
from parvis.domain.transparency.appending import Manifest
from parvis.domain.transparency.sequencer import BATCH, Sequencer
from parvis.infra.postgres import Db
from parvis.infra.storage import Storage
from parvis.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
ADDRESSES = Addresses("https://square.example", "square.example")
OPTIONS = ("Yes", "No", "I do not know")
SAY_EVERY = 500_000
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


async def fill(db: Db, storage: Storage, ballots: int) -> float:
    """A poll's log with so many ballots, closed; answers the seconds it took."""
    began = time.perf_counter()
    await db.run(leading.ensure_server, ADDRESSES)
    sequencer = Sequencer(db, storage)
    log = await db.run(appending.open_log, ADDRESSES, "poll", 1, manifest())
    assert log.secret is not None
    tallies = [0] * len(OPTIONS)
    choose = random.Random(17)
    for first in range(0, ballots, BATCH):
        some: list[bytes] = []
        for number in range(first, min(first + BATCH, ballots)):
            choice = choose.choices((0, 1, 2), (575, 415, 10))[0]
            tallies[choice] += 1
            some.append(ballot.plain(entries.pseudonym(log.secret, str(number)), [choice]))
        await db.run(appending.append, log.id, *some, is_shuffled=True)
        await sequencer.run_once()
        if first % SAY_EVERY == 0:
            print(f"  {first:>12,} after {time.perf_counter() - began:,.0f} s", flush=True)
    last = entries.encode("closed", why="its time was over", tallies=tallies, voters=sum(tallies))
    await db.run(appending.close_log, log.id, last)
    while await sequencer.run_once():
        pass
    return time.perf_counter() - began


async def build(folder: Path, ballots: int) -> str:
    """Answers the key of the log."""
    settings = Settings(data=folder, public_url=ADDRESSES.root)
    async with open_whole(settings, size=4) as (db, _):
        cpu = time.process_time()
        took = await fill(db, Storage(None, folder / "media"), ballots)
        size = await db.fetchval("select pg_database_size(current_database())")
        key = str((await keys.verifiers(db, f"{ADDRESSES.domain}/log"))[-1])
    print(
        f"built: {ballots:,} ballots in {took:,.0f} s ({ballots / took:,.0f} a second; "
        f"{time.process_time() - cpu:,.0f} s CPU of this process), database {size / 1e9:.2f} GB"
    )
    return key


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--ballots", type=int, default=1_000_000)
    reading.add_argument("--folder", type=Path, help="kept afterwards; a built one is only audited")
    chosen = reading.parse_args()
    folder: Path = chosen.folder or Path(tempfile.mkdtemp(prefix="parvis-audit-"))
    folder.mkdir(exist_ok=True)
    told = folder / "built.json"
    try:
        if not told.exists():
            key = asyncio.run(build(folder / "data", chosen.ballots))
            told.write_text(json.dumps({"key": key, "ballots": chosen.ballots}))
    finally:
        if chosen.folder is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
