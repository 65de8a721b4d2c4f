"""Proofs about a log of this network, made from rows; and receipts, which are one in a file."""

from collections.abc import Callable

from parvis.domain.transparency import tiles
from parvis.domain.transparency.types import Published
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.merkle_log import (
    HASH_BYTES,
    ReadHash,
    prove_consistency,
    prove_inclusion,
)
from parvis.protocols.tlog_proof import Receipt

Q = queries("parvis.domain.transparency")
BROUGHT_MOST = 300  # bytes of an entry in its receipt, which stays below two kilobytes


async def inclusion(db: Db, log_id: int, index: int, size: int) -> list[bytes]:
    """That an entry is among the first `size`. One statement."""
    return await _prove(db, log_id, lambda read: prove_inclusion(index, size, read))


async def consistency(db: Db, log_id: int, before: int, after: int) -> list[bytes]:
    """That the first `after` entries begin with the first `before`. At most one statement."""
    if before in (0, after):
        return []
    return await _prove(db, log_id, lambda read: prove_consistency(before, after, read))


async def _prove(db: Db, log_id: int, prove: Callable[[ReadHash], list[bytes]]) -> list[bytes]:
    wanted: set[tuple[int, int]] = set()

    def note(level: int, index: int) -> bytes:
        wanted.add((level, index))
        return bytes(HASH_BYTES)

    prove(note)  # which hashes it takes
    return prove(await tiles.hashes_for(db, log_id, wanted))


async def list_chain(db: Db, path: str) -> dict[str, Published]:
    """A log and those that go on from it, by their paths, as far as they are published. One statement."""
    rows = await db.fetch(Q.list_chain, path)
    return {row["path"]: Published(*list(row.values())[1:]) for row in rows if row["published"]}


async def find_receipt(db: Db, log: Published, leaf: bytes) -> Receipt | None:
    """The receipt of an entry by its hash, under the newest checkpoint that a witness cosigned, or under
    the newest of all while none with it is; None as long as it is in neither. Looked for in those before and
    behind this log too, where there are. It brings the entry along, so that the file can be checked by
    itself, unless that makes it long.
    """
    row = await db.fetchrow(Q.find_position, log.id, leaf)
    if row is None:
        return None
    index, entry, *known = row.values()
    there = Published(*known)
    size, checkpoint = there.size, there.newest
    if index < there.cosigned_size and there.cosigned is not None:
        size, checkpoint = there.cosigned_size, there.cosigned
    if checkpoint is None:
        return None
    path = await inclusion(db, there.id, index, size)
    brought = entry if len(entry) <= BROUGHT_MOST else None
    return Receipt(index, tuple(path), checkpoint.encode(), brought)
