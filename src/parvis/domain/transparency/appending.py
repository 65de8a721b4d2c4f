"""How nouns use the log: open one, append in the transaction of what is recorded, promise, close.

A promise is given once that transaction has committed. It names the entry by its hash and says by when a
checkpoint will hold it; a log that does not keep it stands convicted by its own signature.
"""

import os
import secrets
from collections.abc import Sequence

import msgspec

from parvis.domain.addresses import Addresses
from parvis.domain.errors import Conflict
from parvis.domain.transparency import entries, openings
from parvis.domain.transparency.keys import LogKeys
from parvis.domain.transparency.openings import Sealed
from parvis.domain.transparency.types import Kind, Log
from parvis.infra.clock import now
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols import promises
from parvis.protocols.merkle_log import leaf_hash

Q = queries("parvis.domain.transparency")

SERVER = "log"  # the server log's path, and how all others begin
FOLDERS: dict[Kind, str] = {"poll": "polls", "petition": "petitions", "draw": "draws"}
KEEPS_WITHIN_S = 60  # what a promise allows: far above the second that it takes


class Manifest(msgspec.Struct, frozen=True):
    """The first entry of a log, the texts that stand in it as hashes, whose they are, and the id that is
    kept for the log.
    """

    entry: bytes
    texts: tuple[Sealed, ...] = ()
    account_id: int | None = None
    log_id: int | None = None


async def open_log(
    tx: Tx,
    addresses: Addresses,
    kind: Kind,
    number: int,
    manifest: bytes | Manifest,
    *,
    is_public: bool = True,
) -> Log:
    """Begin the log of a poll, petition or draw with its manifest, its first entry. One statement.

    One that is not public lies under a secret path, as the pictures of its status do: its first entry and its
    checkpoints stand in the server log as hashes.
    """
    folder = FOLDERS[kind]
    path = f"{SERVER}/{folder}/{number}"
    if not is_public:
        path = f"{SERVER}/private/{secrets.token_urlsafe(32)}"
    if isinstance(manifest, bytes):
        manifest = Manifest(manifest)
    leaf = leaf_hash(manifest.entry)
    origin = f"{addresses.domain}/{path}"
    told = told_of(origin, leaf.hex(), is_public)
    secret = os.urandom(32)
    id_ = await tx.fetchval(
        Q.open_log,
        path,
        origin,
        kind,
        is_public,
        secret,
        leaf,
        manifest.entry,
        told,
        *openings.columns(manifest.texts, manifest.log_id, manifest.account_id),
    )
    if id_ is None:
        raise Conflict("There is a log of this already", reason="log_open")
    return Log(id_, path, origin, kind, is_public, is_closed=False, secret=secret)


def told_of(origin: str, first: str, is_public: bool) -> bytes:  # noqa: FBT001 - as a row has it
    """How the server log tells that a log was begun, by the hash of its first entry."""
    if is_public:
        return entries.encode("log", origin=origin, first=first)
    return entries.encode("sealed log", first=first)


async def find_log(db: Db, log_id: int) -> Log | None:
    """A log, or the successor that took its place."""
    row = await db.fetchrow(Q.find_log, log_id)
    return msgspec.convert(dict(row), Log) if row is not None else None


async def append(tx: Tx, log_id: int, *said: bytes, is_shuffled: bool = False) -> None:
    """Append entries; refused when the log is closed. One statement, and no log's row is held.

    `is_shuffled`: the order of those that are placed together says nothing of when they came.
    """
    if await tx.fetchval(Q.append, log_id, list(said), is_shuffled) != len(said):
        raise Conflict("This log is closed", reason="log_closed")


async def has(tx: Tx, log_id: int, entry: bytes) -> bool:
    """Whether an entry waits for its place or has it, in this log or one that it goes on from."""
    return await tx.fetchval(Q.has, log_id, leaf_hash(entry), entry)


async def close_log(tx: Tx, log_id: int, last: bytes | None = None) -> None:
    """Take no more entries after this last one; what waits is still placed."""
    if await tx.fetchval(Q.close_log, log_id, last) is None:
        raise Conflict("This log is closed", reason="log_closed")


async def close_logs(tx: Tx, last: dict[int, bytes]) -> None:
    """The same for many logs at once, successors included, by id; what was held back in them is shown."""
    if last:
        await tx.execute(Q.close_logs, list(last), list(last.values()))


async def promise(db: Db, origin: str, entry: bytes, *, within_s: float = KEEPS_WITHIN_S) -> bytes:
    """A signed promise that a committed entry will be in the log of this name. 0-1 statement."""
    return (await promise_each(db, origin, [entry], within_s=within_s))[0]


async def promise_each(
    db: Db, origin: str, committed: Sequence[bytes], *, within_s: float = KEEPS_WITHIN_S
) -> list[bytes]:
    """The same of many entries, by one signature. 0-1 statement."""
    kept = db.kept(LogKeys)
    signers = await kept.signers(origin)
    if not signers:
        raise Conflict("The log has no key yet: a worker makes it", reason="no_log")
    if kept.is_stopped:  # nobody knows by when somebody decides: such a promise would be broken
        raise Conflict("The public log is stopped", reason="log_stopped")
    leaves = [leaf_hash(entry) for entry in committed]
    return promises.promise_each(signers[0], leaves, int(now().timestamp() + within_s))
