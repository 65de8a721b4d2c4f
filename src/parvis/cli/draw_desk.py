"""What `parvis draw beacon` does."""

import sys
from pathlib import Path

from parvis.cli.opening import open_network
from parvis.domain.draws import beacons
from parvis.domain.errors import Refused
from parvis.infra.postgres import Db
from parvis.protocols.drand import LONGEST
from parvis.settings import Settings


async def bring(settings: Settings, file: Path, draw_id: int | None) -> None:
    """Give a round to the draws that wait for it; code 1 when none takes it."""
    try:
        with file.open("rb") as opened:
            content = opened.read(LONGEST + 1)
    except OSError as wrong:
        print(f"{file}: {wrong.strerror}", file=sys.stderr)
        raise SystemExit(1) from None
    async with open_network(settings) as db:
        if not await offer(db, content, draw_id):
            raise SystemExit(1)


async def offer(db: Db, content: bytes, draw_id: int | None) -> bool:
    """Whether a draw took the round; says which did, and why others did not."""
    waiting = [draw_id] if draw_id is not None else await beacons.list_waiting(db)
    taken = False
    for one in waiting:
        try:
            await db.run(beacons.supply, None, one, content)
        except Refused as refused:
            print(f"Draw {one}: {refused.message.removeprefix('Validation failed: ')}.")
        else:
            taken = True
            print(f"Draw {one} takes this round; the worker draws with it.")
    if not waiting:
        print("No draw waits for a round.")
    return taken
