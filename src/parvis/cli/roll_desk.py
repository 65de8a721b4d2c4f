"""What the commands of lists of who may sign do."""

import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from parvis.cli.opening import open_network
from parvis.domain.errors import Refused
from parvis.domain.petitions import rolls
from parvis.domain.petitions.rolls import Roll, RollRefused
from parvis.infra.postgres import Db
from parvis.settings import Settings


async def at_desk(settings: Settings, work: Callable[[Db], Awaitable[None]]) -> None:
    """Open the network for a command; what is refused is said, line by line, and ends it with code 1."""
    async with open_network(settings) as db:
        try:
            await work(db)
        except RollRefused as refused:
            for one in refused.lines:
                first = f" (first at line {one.first})" if one.first else ""
                print(f"line {one.line}: {one.why}{first}", file=sys.stderr)
            more = refused.count - len(refused.lines)
            if more:
                print(f"and {more} more", file=sys.stderr)
            print("Nothing was kept.", file=sys.stderr)
            raise SystemExit(1) from None
        except Refused as refused:
            print(f"Refused: {refused}", file=sys.stderr)
            raise SystemExit(1) from None


async def load(db: Db, file: Path, name: str, asks: str) -> None:
    try:
        people = await rolls.load(db, Roll(name, asks), _chunks(file))
    except OSError as failed:
        print(f"{file} cannot be read: {failed.strerror}", file=sys.stderr)
        raise SystemExit(1) from None
    print(f"{people} people are on the list {name}. The file is not needed any more.")


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(rolls.CHUNK):
            yield chunk


async def show(db: Db) -> None:
    found = await rolls.list_rolls(db)
    for one in found:
        print(f"{one.name}: {one.people} people, {one.petitions} petitions ({one.asks})")
    if not found:
        print("There is no list.")


async def remove(db: Db, name: str) -> None:
    await db.run(rolls.remove, name)
    print(f"The list {name} is gone.")
