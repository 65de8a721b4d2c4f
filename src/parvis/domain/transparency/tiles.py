"""Trees as files: tiles and bundles of entries, written once each (C2SP tlog-tiles).

Everything is made of rows alone, so that a worker that was killed in the middle writes the same bytes again.
The key of a file in storage is the path of its log and the path of the tile below it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.infra.storage import Storage
from parvis.protocols.merkle_log import (
    TILE_HEIGHT,
    TILE_WIDTH,
    ReadHash,
    bundle,
    entries_path,
    read_from_tiles,
    tile_path,
    tiles_between,
)

Q = queries("parvis.domain.transparency")

AT_ONCE = 16  # files under way, and tiles whose entries are in memory
OCTETS = "application/octet-stream"


async def write(
    db: Db, storage: Storage, log: Any, before: int, after: int
) -> AsyncIterator[list[str]]:
    """Write what a log of `after` entries has beyond its first `before`; answers the keys, some at a time."""
    bottom = [(n, w) for level, n, w in tiles_between(before, after) if level == 0]
    for at in range(0, len(bottom), AT_ONCE):
        files = await _bottom_files(db, log, bottom[at : at + AT_ONCE])
        yield await _put(storage, log["path"], files)
    upper = [one for one in tiles_between(before, after) if one[0] > 0]
    for at in range(0, len(upper), AT_ONCE):
        some = upper[at : at + AT_ONCE]
        hashes = await _hashes(db, log["id"], [(level, n) for level, n, _ in some])
        files = {
            tile_path(level, n, width): hashes[level, n][: width * 32] for level, n, width in some
        }
        yield await _put(storage, log["path"], files)


async def _bottom_files(db: Db, log: Any, tiles: list[tuple[int, int]]) -> dict[str, bytes]:
    """Tiles of entries' hashes that stand side by side, and the bundles of their entries."""
    first = tiles[0][0]
    end = tiles[-1][0] * TILE_WIDTH + tiles[-1][1]
    rows = await db.fetch(Q.read_entries, log["id"], first * TILE_WIDTH, end)
    if len(rows) != end - first * TILE_WIDTH:
        raise RuntimeError(f"{log['path']}: entries are missing from the database")
    files: dict[str, bytes] = {}
    for number, width in tiles:
        at = (number - first) * TILE_WIDTH
        some = rows[at : at + width]
        files[tile_path(0, number, width)] = b"".join(row["leaf"] for row in some)
        files[entries_path(number, width)] = bundle(row["entry"] for row in some)
    return files


async def _put(storage: Storage, path: str, files: dict[str, bytes]) -> list[str]:
    named = {f"{path}/{name}": content for name, content in files.items()}
    await asyncio.gather(*(storage.put(key, one, OCTETS) for key, one in named.items()))
    return list(named)


async def remove_partial(storage: Storage, path: str, before: int, after: int) -> None:
    """Forget the narrow forms of tiles that are whole now; the door cuts the whole one for whoever asks."""
    level, old, new = 0, before, after
    while old:
        number = old // TILE_WIDTH
        if old % TILE_WIDTH and new // TILE_WIDTH > number:
            names = [tile_path(level, number)] + ([entries_path(number)] if level == 0 else [])
            for name in names:
                await storage.delete(*await storage.list_keys(f"{path}/{name}.p"))
        level, old, new = level + 1, old >> TILE_HEIGHT, new >> TILE_HEIGHT


async def hashes_for(db: Db, log_id: int, wanted: Iterable[tuple[int, int]]) -> ReadHash:
    """A reader of these subtrees (level, index), out of rows. One statement."""
    places = {
        (level // TILE_HEIGHT, (index << level % TILE_HEIGHT) // TILE_WIDTH)
        for level, index in wanted
    }
    found = await _hashes(db, log_id, list(places))
    return read_from_tiles(lambda level, number: found.get((level, number), b""))


async def _hashes(
    db: Db, log_id: int, places: list[tuple[int, int]]
) -> dict[tuple[int, int], bytes]:
    rows = await db.fetch(
        Q.read_tiles, log_id, [one[0] for one in places], [one[1] for one in places]
    )
    return {(row["level"], row["number"]): row["hashes"] for row in rows}
