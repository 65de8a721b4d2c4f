"""What was published of a log against what the database says, before anything more is signed.

After a kill the files are where the database is, or behind. After the restore of an older database they are
ahead: what they hold has been shown, so it is taken up as it is, entry by entry, and what was placed since
the backup keeps its places. When the two contradict each other nothing is signed until somebody decides
(`succeeding.py`): a log is never forked by itself.
"""

from collections.abc import AsyncIterator
from typing import Any

from parvis.domain.transparency import entries, keys, placing, succeeding, trees
from parvis.infra.logs import get_logger
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.infra.storage import Storage, StoredMissing
from parvis.protocols import signed_note as notes
from parvis.protocols.merkle_log import (
    TILE_WIDTH,
    Frontier,
    ProofInvalid,
    entries_path,
    leaf_hash,
    unbundle,
)
from parvis.protocols.signed_note import Checkpoint, NoteInvalid

Q = queries("parvis.domain.transparency")
log = get_logger()

CHUNK = 16 * TILE_WIDTH  # entries taken up in one transaction


class Contradiction(Exception):
    """What was published and what the database says cannot both be; the message says how."""


async def reconcile(db: Db, storage: Storage, log_id: int) -> bool:
    """Whether the log may go on. When not, it is halted, with the reason kept."""
    row = (await db.fetch(Q.list_logs, [log_id]))[0]
    if row["halted"] is not None:
        return False
    try:
        await _reconcile(db, storage, row)
    except Contradiction as why:
        log.exception("a log is halted: it would be forked", log=row["origin"])
        await db.run(halt, log_id, str(why))
        return False
    return True


async def halt(tx: Tx, log_id: int, why: str) -> None:
    """Sign nothing of a log until somebody decides."""
    await tx.execute(Q.halt, log_id, why)


async def _reconcile(db: Db, storage: Storage, row: Any) -> None:
    await _refuse_unknown_successor(db, storage, row)
    found = await _read_checkpoint(db, storage, row)
    if found is None:
        if row["published_size"]:
            log.warning("the files of a log are gone; they are written again", log=row["origin"])
            await db.run(_step_back, row["id"], 0)
        return
    checkpoint, note = found
    if checkpoint.size > row["size"]:
        await _take_up(db, storage, row, checkpoint, note)
        return
    if await _root_at(db, row, checkpoint.size) != checkpoint.root:
        raise Contradiction(
            f"its published checkpoint of {checkpoint.size} entries has another root than this database"
        )
    if checkpoint.size < row["published_size"]:
        log.warning("the files of a log are behind; they are written again", log=row["origin"])
        await db.run(_step_back, row["id"], checkpoint.size)


async def _refuse_unknown_successor(db: Db, storage: Storage, row: Any) -> None:
    """In the time that an older database lost, the log went on in one that only the files know."""
    try:
        await storage.get(f"{succeeding.path_after(row['path'])}/checkpoint")
    except StoredMissing:
        return
    if not await db.fetchval(Q.has_successor, row["id"]):
        raise Contradiction("its files go on in a successor that this database does not know")


async def _step_back(tx: Tx, log_id: int, size: int) -> None:
    await tx.execute(Q.step_back, log_id, size)


async def _read_checkpoint(db: Db, storage: Storage, row: Any) -> tuple[Checkpoint, str] | None:
    """The checkpoint among the files, by a key of ours; None when there is none."""
    try:
        content = await storage.get(f"{row['path']}/checkpoint")
    except StoredMissing:
        return None
    why = "it is no checkpoint"
    for key in await keys.verifiers(db, row["origin"]):
        try:
            return notes.open_checkpoint(content, key), content.decode()
        except NoteInvalid as wrong:
            why = str(wrong)
    raise Contradiction(f"its published checkpoint is not by a key that this database knows: {why}")


async def _root_at(db: Db, row: Any, size: int) -> bytes:
    """The root of the log's first entries, as the database has them."""
    if size == row["size"]:
        return trees.frontier(size, row["subtrees"]).root()
    for note in (row["published"], row["signed"]):
        if note is not None:
            checkpoint = notes.parse_checkpoint(notes.parse(note.encode()).text)
            if checkpoint.size == size:
                return checkpoint.root
    tree = Frontier()  # files of another day: seldom enough to hash all
    for first in range(0, size, CHUNK):
        some = await db.fetch(Q.read_entries, row["id"], first, min(first + CHUNK, size))
        tree.extend(one["leaf"] for one in some)
    return tree.root()


async def _take_up(db: Db, storage: Storage, row: Any, checkpoint: Checkpoint, note: str) -> None:
    """The files are ahead: read them through, and only if they go on from what is here take them up."""
    tree = trees.frontier(row["size"], row["subtrees"])
    async for some in _published_entries(storage, row, checkpoint.size):
        tree.extend(leaf_hash(entry) for entry in some)
    if tree.size != checkpoint.size or tree.root() != checkpoint.root:
        raise Contradiction(
            f"its published checkpoint of {checkpoint.size} entries does not go on from the"
            f" {row['size']} entries of this database"
        )
    taken = dict(row)
    async for some in _published_entries(storage, row, checkpoint.size):
        taken = await db.run(_take_up_some, taken, some, checkpoint, note)
    log.warning(
        "a log was ahead of this database; its files were taken up",
        log=row["origin"],
        before=row["size"],
        size=checkpoint.size,
    )


async def _take_up_some(
    tx: Tx, row: dict[str, Any], some: list[bytes], checkpoint: Checkpoint, note: str
) -> dict[str, Any]:
    """Rows of published entries. A process that dies in between finds the files ahead again."""
    placed = trees.Placed()
    tree = trees.grow(placed, row, some)
    await placing.keep(tx, placed)
    await tx.execute(Q.unqueue, row["id"], some)
    subtrees = b"".join(tree.subtrees)
    if tree.size == checkpoint.size:
        await tx.execute(Q.adopt, row["id"], tree.size, subtrees, note, tree.size)
        if row["kind"] != "server":  # a second time, if it was told already: once is needed
            told = entries.checkpoint_entry(checkpoint, is_public=row["is_public"])
            await tx.fetchval(Q.append_to_server, told)
    return row | {"size": tree.size, "subtrees": subtrees}


async def _published_entries(storage: Storage, row: Any, size: int) -> AsyncIterator[list[bytes]]:
    """Entries of the files beyond what the database has, a bundle at a time."""
    for number in range(row["size"] // TILE_WIDTH, -(-size // TILE_WIDTH)):
        width = min(TILE_WIDTH, size - number * TILE_WIDTH)
        try:
            content = await _widest(storage, row["path"], number, width)
            some = unbundle(content)[:width]
        except (StoredMissing, ProofInvalid) as wrong:
            raise Contradiction(
                f"its published checkpoint has {size} entries, and the file of entries {number} is"
                f" missing or broken ({type(wrong).__name__})"
            ) from None
        yield some[max(row["size"] - number * TILE_WIDTH, 0) :]


async def _widest(storage: Storage, path: str, number: int, width: int) -> bytes:
    """A bundle of this width, or the whole one that took its place."""
    try:
        return await storage.get(f"{path}/{entries_path(number, width)}")
    except StoredMissing:
        return await storage.get(f"{path}/{entries_path(number)}")
