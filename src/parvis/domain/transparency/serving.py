"""What the door shows of the logs: nothing beyond the newest checkpoint, and kept in process as far as it is
certain never to change.
"""

import re

import msgspec

from parvis.domain.transparency.succeeding import NEXT
from parvis.domain.transparency.types import Published
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.merkle_log import TILE_HEIGHT, TILE_WIDTH, entries_path, tile_path

Q = queries("parvis.domain.transparency")

KEPT = 2_000
LEVELS_MOST = 7  # 256 to the power of 8 entries are more than ids
_TILE = re.compile(
    r"tile/(?P<level>entries|0|[1-9]\d?)/(?P<number>(?:x\d{3}/){0,6}\d{3})(?:\.p/(?P<width>[1-9]\d{0,2}))?",
    re.ASCII,
)


NUMBERED = re.compile(rf".+{NEXT}\d+", re.ASCII)


class Tile(msgspec.Struct, frozen=True):
    """A tile that somebody asks for: of hashes at a level, or (`is_entries`) of entries."""

    level: int
    number: int
    width: int
    is_entries: bool

    @property
    def name(self) -> str:
        """Its path below the log's."""
        if self.is_entries:
            return entries_path(self.number, self.width)
        return tile_path(self.level, self.number, self.width)

    @property
    def whole(self) -> "Tile":
        return msgspec.structs.replace(self, width=TILE_WIDTH)

    def is_within(self, size: int) -> bool:
        """Whether a log of this size has it."""
        return self.number * TILE_WIDTH + self.width <= size >> TILE_HEIGHT * self.level


def read_tile(text: str) -> Tile | None:
    """A tile from its path; None when that is no path, or not the one way to write it."""
    found = _TILE.fullmatch(text)
    if found is None:
        return None
    is_entries = found["level"] == "entries"
    level = 0 if is_entries else int(found["level"])
    number = int(found["number"].replace("/", "").replace("x", ""))
    width = int(found["width"] or TILE_WIDTH)
    if level > LEVELS_MOST or width > TILE_WIDTH:
        return None
    tile = Tile(level, number, width, is_entries)
    return tile if tile.name == text else None


class PublishedLogs:
    """Reached by `db.kept(PublishedLogs)`. Logs only grow, so an old size is a true answer to "at least"."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._kept: dict[str, Published] = {}

    async def find(self, path: str) -> Published | None:
        """A log as it is now; a successor also by its number alone. One statement, of a successor two."""
        row = await self._db.fetchrow(Q.find_published, path)
        if row is None and NUMBERED.fullmatch(path):
            row = await self._db.fetchrow(Q.find_numbered, path.partition(NEXT)[0], path)
        if row is None:
            return None
        log = Published(*row.values())
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[path] = log
        return log

    async def find_server(self) -> Published | None:
        """The server log, which may be a successor of the first."""
        row = await self._db.fetchrow(Q.find_server)
        return await self.find(row["path"]) if row is not None else None

    async def holding(self, path: str, tile: Tile) -> Published | None:
        """A log if it has this tile. No statement for tiles of checkpoints that were seen."""
        kept = self._kept.get(path)
        if kept is None or not tile.is_within(kept.size):
            kept = await self.find(path)
        return kept if kept is not None and tile.is_within(kept.size) else None
