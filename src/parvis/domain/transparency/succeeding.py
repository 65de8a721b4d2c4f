"""What an owner decides about halted logs: compare them again, or close them and go on in successors.

A successor begins with an entry that names its predecessor, the last checkpoint this database has of it, and
why. Whoever holds a later checkpoint of the predecessor can show what was lost; nothing hides it.
"""

from typing import Any

from parvis.domain.errors import Conflict
from parvis.domain.transparency import entries, openings
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols.merkle_log import leaf_hash

Q = queries("parvis.domain.transparency")
NEXT = "/next/"


async def list_halted(db: Db) -> list[Any]:
    return await db.fetch(Q.list_halted)


async def resume(tx: Tx) -> int:
    """Compare halted logs again, after what contradicted was put right; answers how many."""
    return await tx.fetchval(Q.resume)


async def succeed(tx: Tx, halted: Any) -> str:
    """Close a halted log and open its successor; answers the successor's origin."""
    if await tx.fetchval(Q.close_halted, halted["id"]) is None:
        raise Conflict("This log is not halted", reason="not_halted")
    first_path = halted["path"].partition(NEXT)[0]
    number = await tx.fetchval(Q.count_generations, first_path) + 1
    path = f"{first_path}{NEXT}{number}"
    domain = halted["origin"].removesuffix(halted["path"])
    entry = entries.encode(
        "successor",
        of=halted["origin"],
        size=halted["published_size"],
        checkpoint=halted["published"] or "",
        why=halted["halted"],
    )
    await _open(tx, halted, path, domain + path, entry)
    return domain + path


async def _open(tx: Tx, halted: Any, path: str, origin: str, entry: bytes) -> None:
    leaf = leaf_hash(entry)
    told = None
    if halted["kind"] != "server":
        told = entries.encode("sealed log", first=leaf.hex())
        if halted["is_public"]:
            told = entries.encode("log", origin=origin, first=leaf.hex())
    id_ = await tx.fetchval(
        Q.open_log,
        path,
        origin,
        halted["kind"],
        halted["is_public"],
        None,
        leaf,
        entry,
        told,
        *openings.columns((), None, None),
    )
    await tx.execute(Q.follow_predecessor, id_, halted["id"])
