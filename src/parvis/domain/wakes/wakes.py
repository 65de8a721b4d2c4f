"""Wakes: what the worker tells the open streams of every process, in commit order.

Only ids travel; each process asks the domain who may see what they stand for. Handlers write them in
the transaction of their own effects, so that whoever hears of something also finds it.
"""

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.wakes")
READ_AT_ONCE = 500

Kind = Literal[
    "status",
    "edit",
    "delete",
    "notification",
    "badge",
    "conversation",
    "announcement",
    "reaction",
    "relation",
    "room",
    "call",
]


class Wake(msgspec.Struct, frozen=True, omit_defaults=True):
    """`id` is of the thing itself; `account_id` whose it is, or who wrote it. A relation is that of
    `account_id` to the account `id`.
    """

    kind: Kind
    id: int
    account_id: int = 0
    is_public: bool = False  # a deleted status that public streams may have told
    name: str = ""  # of a reaction: the emoji
    seq: int = 0


async def write(tx: Tx, wakes: Iterable[Wake]) -> None:
    """One statement, or none when there is nothing to tell."""
    wakes = list(wakes)
    if wakes:
        kinds = [wake.kind for wake in wakes]
        await tx.execute(Q.write, kinds, [msgspec.json.encode(wake).decode() for wake in wakes])


async def read(db: Db, after: int) -> list[Wake]:
    """Wakes after a number, at most READ_AT_ONCE."""
    return _wakes(await db.fetch(Q.read, after, READ_AT_ONCE))


def _wakes(rows: list[Any]) -> list[Wake]:
    return [
        msgspec.structs.replace(msgspec.convert(row["payload"], Wake), seq=row["seq"])
        for row in rows
    ]


async def read_recent(db: Db, seconds: float) -> list[Wake]:
    """What was told in the last so many seconds, the oldest first, at most READ_AT_ONCE."""
    return _wakes(await db.fetch(Q.read_recent, seconds, READ_AT_ONCE))


async def last(db: Db) -> int:
    """The number from which a stream that opens now goes on."""
    return await db.fetchval(Q.last)


async def is_kept(db: Db, after: int) -> bool:
    """Whether everything that was told after this number can still be read."""
    return await db.fetchval(Q.is_kept, after)


async def sweep(db: Db) -> None:
    await db.fetch(Q.sweep)
