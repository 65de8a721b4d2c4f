"""What an owner decides about halted logs: compare them again, or close them and go on in successors.

A successor begins with an entry that names its predecessor, the last checkpoint this database has of it, and
why. Whoever holds a later checkpoint of the predecessor can show what was lost; nothing hides it.

When the server log is succeeded, more may have been signed of every other log than this database knows. So
nothing gets a place any more in logs that began under the server log before; what has its place is published,
which leads to the same bytes as ever, and each goes on in a successor of its own as soon as something waits.
The sequencer sees to that (`go_on`): of a hundred thousand open polls only those that are voted in are
touched, a few in each round.

A successor's name is its number and sixteen characters of chance: whoever puts the same backup back twice
begins another log each time, so that no name is ever signed for two. It is found by its number alone, whose
checkpoint is its own (`alias_of`).
"""

import base64
import secrets
from datetime import datetime
from typing import Any

from parvis.domain.errors import Conflict
from parvis.domain.transparency import entries, openings
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols import signed_note as notes
from parvis.protocols.merkle_log import leaf_hash

Q = queries("parvis.domain.transparency")
NEXT = "/next/"
CHANCE_BYTES = 10  # sixteen characters


async def list_halted(db: Db) -> list[Any]:
    return await db.fetch(Q.list_halted)


async def resume(tx: Tx) -> int:
    """Compare halted logs again, after what contradicted was put right; answers how many."""
    return await tx.fetchval(Q.resume)


async def succeed(tx: Tx, halted: Any) -> str:
    """Close a halted log and open its successor; answers the successor's origin."""
    if await tx.fetchval(Q.close_halted, halted["id"]) is None:
        raise Conflict("This log is not halted", reason="not_halted")
    return await _begin(tx, halted, None)


async def list_superseded(db: Db, ids: list[int]) -> list[int]:
    """Which of these logs are to go on in successors now."""
    return [row["id"] for row in await db.fetch(Q.list_superseded, ids)] if ids else []


async def go_on(tx: Tx, log_id: int) -> None:
    """Let a successor take what waits in a log that began under another server log; nothing, if one has."""
    await tx.fetch(Q.hold_log, log_id)
    for row in await tx.fetch(Q.list_superseded, [log_id]):
        await _begin(tx, row, await tx.fetchval(Q.end_log, log_id))


async def _begin(tx: Tx, halted: Any, closed_at: datetime | None) -> str:
    """The successor of a log; `closed_at`: the log was over by then, and the successor is too, but for what
    waits.
    """
    first_path = halted["path"].partition(NEXT)[0]
    number = await tx.fetchval(Q.count_generations, first_path) + 1
    path = f"{first_path}{NEXT}{number}-{_chance()}"
    domain = halted["origin"].removesuffix(halted["path"])
    size = _size_of(halted["published"])
    entry = entries.encode(
        "successor",
        of=halted["origin"],
        size=size,
        checkpoint=halted["published"] or "",
        why=halted["halted"],
    )
    id_ = await _open(tx, halted, path, domain + path, entry)
    await tx.execute(Q.follow_predecessor, id_, halted["id"], size, closed_at)
    return domain + path


def alias_of(path: str) -> str | None:
    """A successor's path without the chance in it, where its checkpoint is found too; None: there is none."""
    first, is_next, name = path.partition(NEXT)
    number, has_chance, _ = name.partition("-")
    return f"{first}{is_next}{number}" if has_chance else None


def path_after(path: str) -> str:
    """Where the checkpoint of the log is found that goes on from this one, if there is one."""
    first, is_next, name = path.partition(NEXT)
    return f"{first}{NEXT}{int(name.partition('-')[0]) + 1 if is_next else 2}"


def _chance() -> str:
    return base64.b32encode(secrets.token_bytes(CHANCE_BYTES)).decode().lower()


def _size_of(checkpoint: str | None) -> int:
    """How far a log was published: its files may be behind that, when they were lost."""
    if checkpoint is None:
        return 0
    return notes.parse_checkpoint(notes.parse(checkpoint.encode()).text).size


async def _open(tx: Tx, halted: Any, path: str, origin: str, entry: bytes) -> int:
    leaf = leaf_hash(entry)
    told = None
    if halted["kind"] != "server":
        told = entries.encode("sealed log", first=leaf.hex())
        if halted["is_public"]:
            told = entries.encode("log", origin=origin, first=leaf.hex())
    return await tx.fetchval(
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
