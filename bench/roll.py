#!/usr/bin/env python3
"""Load a list of who may sign a petition: with bad lines, without, and with one line that stands twice."""

import argparse
import asyncio
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from parvis.domain.petitions import rolls
from parvis.domain.petitions.rolls import Roll, RollRefused
from parvis.infra.embedded_postgres import throwaway
from parvis.infra.migrate import migrate
from parvis.infra.postgres import Db
from parvis.infra.sealing import Sealing
from parvis.infra.slots import Slots

AT_ONCE = 100_000
SIZE = "select pg_size_pretty(pg_total_relation_size('petition_roll_pages'))"


def write(file: Path, lines: int) -> None:
    with file.open("w") as out:
        for first in range(0, lines, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, lines))
            out.writelines(
                f"{n * 7919 + 10**9} Anne-Marie Perrin 1980-0{n % 9 + 1}-12\n" for n in numbers
            )


def chunks(file: Path, *, bad_at: int = -1) -> Iterator[bytes]:
    with file.open("rb") as opened:
        number = 0
        while chunk := opened.read(rolls.CHUNK):
            is_bad = number == bad_at
            yield chunk.replace(b"Perrin", b"Per\xffrin", 3) if is_bad else chunk
            number += 1


async def load(db: Db, name: str, source: Iterator[bytes]) -> None:
    began = time.perf_counter()
    try:
        said = f"{await rolls.load(db, Roll(name, 'your line'), source)} people"
    except RollRefused as refused:
        said = f"refused, {refused.count} lines, the first {refused.lines[0].line}"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name}: {said}; {time.perf_counter() - began:.1f} s, peak {peak} MiB")


async def measure(lines: int, folder: Path) -> None:
    file = folder / "roll.txt"
    write(file, lines)
    async with throwaway() as engine:
        await migrate(engine.dsn)
        db = await Db.connect(engine.dsn, Slots(None), size=1)
        db.kept(Sealing).folder = folder
        await load(db, "bad lines", chunks(file, bad_at=20))
        await load(db, "good", chunks(file))
        print(f"kept in {await db.fetchval(SIZE)}")
        with file.open("ab") as out:
            out.write(b"1000000000  ANNE-MARIE perrin 1980-01-12\n")
        await load(db, "one line twice", chunks(file))
        await db.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    with tempfile.TemporaryDirectory() as made:
        asyncio.run(measure(parser.parse_args().lines, Path(made)))
